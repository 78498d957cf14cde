import type { Random } from '../../src/demo/random.ts';

/** A TCP session on an admin port, as the tests of access write it. */
export interface Talk {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly at: number;
  readonly seconds?: number;
  /** Payload from the one who asks, and back. */
  readonly up?: number;
  readonly down?: number;
}

let nextPort = 20_000;

/** The records of the sessions in windows of 60 s: headers of 52 bytes, packets of at most 1,000. */
export function talkLines(talks: readonly Talk[]): string[] {
  return talks.flatMap(({ from, to, port = 22, at, seconds = 4, up = 0, down = 0 }) => {
    nextPort = nextPort >= 60_000 ? 20_000 : nextPort + 1;
    const client = nextPort;
    const windows = Math.max(1, Math.ceil(seconds / 60));
    return Array.from({ length: windows }, (_, window) => {
      const start = Math.floor(at) + window * 60;
      const end = Math.min(Math.floor(at) + seconds, start + 59);
      const line = (src: string, srcPort: number, dst: string, dstPort: number, payload: number) => {
        const share = Math.round(payload / windows);
        const packets = 5 + Math.ceil(share / 1000);
        return `2 123456789012 eni-1 ${src} ${dst} ${srcPort} ${dstPort} 6 ${packets} ${share + 52 * packets} ${start} ${end} ACCEPT OK`;
      };
      return [line(from, client, to, port, up), line(to, port, from, client, down)];
    }).flat();
  });
}

/** Sources on the Internet that have nothing to do with each other. */
export function strangers(random: Random, count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${130 + (index % 38)}.${random.integer(1, 250)}.${random.integer(1, 250)}.${index % 250}`,
  );
}

/**
 * A refused login by SSH: keys are exchanged with old or new algorithms (a kilobyte more each way), one to six
 * passwords are tried, and one session in thirty loses packets, so that all of it is sent twice.
 */
export function refusal(random: Random, from: string, to: string, at: number, isModern: boolean): Talk {
  const tries = random.integer(1, 6);
  const lost = random.chance(1 / 30) ? 2 : 1;
  const keys = isModern ? 1250 : 0;
  return {
    ...{ from, to, at, seconds: 2 + 3 * tries },
    up: lost * (1300 + keys + 150 * tries),
    down: lost * (1450 + keys + 80 * tries),
  };
}

/** As many sessions as `count`, from `at` on, each after a pause of 1 to twice as many seconds. */
export function guesses(random: Random, from: string, to: string, count: number, at: number, pause: number) {
  const isModern = random.chance(0.3);
  let clock = at;
  return Array.from({ length: count }, () => {
    clock += random.integer(1, 2 * pause);
    return refusal(random, from, to, clock, isModern);
  });
}
