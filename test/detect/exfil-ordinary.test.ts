import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/demo/random.ts';
import { exfilDetector, exfilSettings } from '../../src/detect/exfil/index.ts';
import { compareFindings, type Judgement, severities } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { analysed } from './analysed.ts';

// What people and jobs send, and what thieves do, from seeds, beside a week of twelve hosts that browse.

const scratch = mkdtempSync(join(tmpdir(), 'northsouth-ordinary-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const settings = defaultsOf(exfilSettings);
const begin = Date.UTC(2026, 4, 4) / 1000;
const hour = 3600;
const day = 24 * hour;
const host = '10.0.0.3';

interface Flow {
  readonly local?: string;
  readonly peer: string;
  readonly at: number;
  readonly seconds?: number;
  readonly port?: number;
  readonly protocol?: number;
  readonly out: number;
  readonly back: number;
  /** Bytes in each packet, out and back. */
  readonly each?: readonly [number, number];
}

let clientPort = 32_768;

/** The records of one session, one pair for each window of 60 s. */
function lines(flow: Flow): string[] {
  const {
    local = host,
    peer,
    at,
    seconds = 50,
    port = 443,
    protocol = 6,
    out,
    back,
    each = [1400, 60],
  } = flow;
  clientPort = clientPort >= 60_000 ? 32_768 : clientPort + 1;
  const client = clientPort;
  const windows = Math.max(1, Math.ceil(seconds / 60));
  return Array.from({ length: windows }, (_, nth) => {
    const start = Math.floor(at) + nth * 60;
    const end = Math.min(Math.floor(at) + seconds, start + 59);
    const record = (from: string, to: string, ports: string, bytes: number, size: number) =>
      `2 123456789012 eni-${local.replaceAll('.', '')} ${from} ${to} ${ports} ${protocol} ${Math.ceil(bytes / windows / size)} ${Math.round(bytes / windows)} ${start} ${end} ACCEPT OK`;
    return [
      record(local, peer, `${client} ${port}`, out, each[0]),
      record(peer, local, `${port} ${client}`, back, each[1]),
    ];
  }).flat();
}

/** Twelve hosts that browse twelve sites for a week. */
function browsing(random: Random): Flow[] {
  return Array.from({ length: 12 * 84 }, (_, nth): Flow => {
    const size = random.integer(1, 30);
    return {
      ...{ local: `10.0.0.${1 + (nth % 12)}`, peer: `93.184.${random.integer(0, 11)}.34` },
      ...{
        at: begin + Math.floor(nth / 12) * 2 * hour + random.integer(0, hour),
        out: 900 * size,
        back: 9000 * size,
      },
    };
  });
}

async function exfiltration(seed: number, flows: readonly Flow[]): Promise<Judgement[]> {
  const file = join(scratch, `${seed}-${clientPort}.log`);
  writeFileSync(file, `${[...browsing(new Random(seed, 'browsing')), ...flows].flatMap(lines).join('\n')}\n`);
  const { engine, context, close } = await analysed([file]);
  const rows = await engine.ask(exfilDetector.candidates(settings, context, {}));
  await close();
  return rows
    .map((row) => exfilDetector.judge(row, settings, context))
    .filter(({ answer, subject }) => answer === 'yes' && subject.local === host)
    .sort(compareFindings);
}

const most = (found: readonly Judgement[]) =>
  Math.max(0, ...found.map(({ severity }) => severities.indexOf(severity)));
const [low, medium, high] = ['low', 'medium', 'high'].map((name) => severities.indexOf(name as 'low')) as [
  number,
  number,
  number,
];
const nights = [0, 1, 2, 3, 4, 5, 6];

describe.each([1, 2])('seed %i', (seed) => {
  const random = new Random(seed, 'sizes');
  const some = (least: number, largest: number) => random.integer(least, largest);

  test.each([
    [
      'a test of speed on port 8080',
      [...Array(6)].map(
        (_, nth): Flow => ({
          ...{ peer: '185.59.3.4', port: 8080, at: begin + 2 * day + nth, seconds: 40 },
          ...{ out: some(15e6, 30e6), back: some(4e6, 60e6), each: [1400, 1000] },
        }),
      ),
      low,
    ],
    [
      'a video call of an hour',
      [
        {
          ...{ peer: '185.59.3.5', port: 3480, protocol: 17, at: begin + 3 * day, seconds: hour },
          ...{ out: some(4e8, 7e8), back: some(3e8, 39e7), each: [1000, 1000] },
        },
      ],
      low,
    ],
    [
      'a backup every night',
      nights.map(
        (nth): Flow => ({
          ...{ peer: '185.59.3.6', at: begin + nth * day + 2 * hour + some(0, 600), seconds: 1800 },
          ...{ out: some(20e8, 23e8), back: 3e6 },
        }),
      ),
      low,
    ],
    [
      'a mail with a large attachment',
      [{ peer: '185.59.3.7', port: 587, at: begin + 3 * day, out: some(2e7, 4e7), back: 2e5 }],
      low,
    ],
    [
      'photos, to a network that all use',
      [
        ...nights.flatMap((nth) =>
          [...Array(12)].map(
            (_, other): Flow => ({
              ...{ local: `10.0.0.${1 + other}`, peer: `17.248.${nth}.${other + 1}` },
              ...{ at: begin + nth * day + other * 600, out: 90_000, back: 400_000 },
            }),
          ),
        ),
        { peer: '17.248.99.9', at: begin + 3 * day, seconds: 1200, out: some(6e8, 9e8), back: 1e6 },
      ],
      medium,
    ],
  ] as [string, Flow[], number][])('%s is not loud', async (_, flows, bound) => {
    expect(most(await exfiltration(seed, flows))).toBeLessThanOrEqual(bound);
  });

  test.each([
    [
      'gigabytes overnight, once',
      [...Array(14)].map(
        (_, nth): Flow => ({
          ...{ peer: '161.97.101.2', at: begin + 3 * day + nth * 1200, seconds: 600 },
          ...{ out: some(2e8, 5e8), back: 5e5 },
        }),
      ),
      high,
    ],
    [
      'slowly, over most of a week',
      [...Array(120)].map(
        (_, nth): Flow => ({
          ...{ peer: '161.97.101.3', at: begin + 1.5 * day + nth * hour, out: some(9e5, 11e5), back: 30_000 },
        }),
      ),
      high,
    ],
    [
      'many sessions of one size',
      [...Array(200)].map(
        (_, nth): Flow => ({
          ...{ peer: '161.97.101.4', at: begin + 4 * day + nth * 60, out: 512_000, back: 12_000 },
        }),
      ),
      medium,
    ],
    [
      'a first contact on a port of its own',
      [
        {
          peer: '161.97.101.5',
          port: 4444,
          at: begin + 5 * day,
          seconds: 300,
          out: some(4e7, 8e7),
          back: 9e5,
        },
      ],
      high,
    ],
    [
      'over the port of DNS',
      [...Array(100)].map(
        (_, nth): Flow => ({
          ...{ peer: '161.97.101.6', port: 53, protocol: 17, at: begin + 2 * day + nth * 300 },
          ...{ out: some(20_000, 40_000), back: 20_000, each: [220, 200] },
        }),
      ),
      low,
    ],
  ] as [string, Flow[], number][])('%s is found', async (_, flows, least) => {
    expect(most(await exfiltration(seed, flows))).toBeGreaterThanOrEqual(least);
  });
});
