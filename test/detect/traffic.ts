import { writeFile } from 'node:fs/promises';
import type { Random } from '../../src/demo/random.ts';

/** One session, as the end that starts it sees it. */
export interface Exchange {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: number;
  /** The port of the end that starts; a new one each time where it is left out. */
  readonly ownPort?: number;
  readonly out?: number;
  /** Bytes that come back; 0: nobody answers. */
  readonly back?: number;
  readonly seconds?: number;
}

export const day = 86_400;
const epoch = 1_780_272_000;
const windowSeconds = 60;

/** Default v2 records of the exchanges, in windows of a minute. */
export async function writeLog(path: string, exchanges: readonly Exchange[]): Promise<string> {
  const ports = new Map<string, number>();
  const lines: string[] = [];
  for (const one of [...exchanges].sort((a, b) => a.at - b.at)) {
    const { at, from, to, port, protocol = 6, out = 600, back = 400, seconds = 1 } = one;
    const next = ports.get(from) ?? 0;
    ports.set(from, next + 1);
    const ownPort = one.ownPort ?? 49_152 + (next % 16_000);
    const start = epoch + Math.floor(at);
    const pieces = Math.max(1, Math.ceil(seconds / windowSeconds));
    for (let piece = 0; piece < pieces; piece++) {
      const begin = start + piece * windowSeconds;
      const tail = `${begin} ${Math.min(start + Math.floor(seconds), begin + windowSeconds - 1)} ACCEPT OK`;
      const share = (bytes: number) => Math.max(40, Math.floor(bytes / pieces));
      const packets = (bytes: number) => Math.max(1, Math.ceil(share(bytes) / 900));
      lines.push(
        `2 123456789012 eni-1 ${from} ${to} ${ownPort} ${port} ${protocol} ${packets(out)} ${share(out)} ${tail}`,
      );
      if (back > 0)
        lines.push(
          `2 123456789012 eni-1 ${to} ${from} ${port} ${ownPort} ${protocol} ${packets(back)} ${share(back)} ${tail}`,
        );
    }
  }
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** Times from `from` to `to` every so many seconds, each up to `jitter` of the period early or late. */
export function paced(random: Random, from: number, to: number, period: number, jitter = 0): number[] {
  const times: number[] = [];
  for (let due = from + random.unit() * period; due < to; due += period)
    times.push(due + period * jitter * (2 * random.unit() - 1));
  return times;
}

/** Times without memory, one every so many seconds on average. */
export function unpaced(random: Random, from: number, to: number, mean: number): number[] {
  const times: number[] = [];
  for (let at = from; ; ) {
    at += -Math.log(1 - random.unit()) * mean;
    if (at >= to) return times;
    times.push(at);
  }
}

/** Addresses of many networks, most of them of access providers. */
export function subscribers(random: Random, count: number): string[] {
  const blocks = [24, 73, 82, 84, 86, 88, 90, 93, 109, 176, 178, 187, 189, 190, 201];
  const found = new Set<string>();
  while (found.size < count)
    found.add(
      `${random.pick(blocks)}.${random.integer(1, 250)}.${random.integer(1, 250)}.${random.integer(1, 250)}`,
    );
  return [...found];
}

/** Somebody who reads the web in office hours: bursts to many sites, sizes of all kinds. */
export function browsing(random: Random, host: string, days: number): Exchange[] {
  const sites = subscribers(random, 150);
  return Array.from({ length: days }, (_, n) => n).flatMap((n) =>
    unpaced(random, n * day + 8 * 3600, n * day + 17 * 3600, 240).flatMap((at) => {
      const site = random.pick(sites);
      return Array.from({ length: random.integer(1, 5) }, (__, k) => ({
        ...{ at: at + k * random.integer(0, 3), from: host, to: site, port: random.chance(0.8) ? 443 : 80 },
        ...{
          out: random.integer(500, 9000),
          back: random.integer(1000, 400_000),
          seconds: random.integer(1, 50),
        },
      }));
    }),
  );
}
