import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { accessDetector, accessSettings } from '../../src/detect/access/index.ts';
import type { Focus } from '../../src/detect/detector.ts';
import { compareFindings, type Judgement, severities } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { type Analysed, analysed } from './analysed.ts';

const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');
const scratch = mkdtempSync(join(tmpdir(), 'northsouth-access-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const values = defaultsOf(accessSettings);
const hour = 3600;
const day = 24 * hour;
const monday = 1_780_272_000;

interface Talk {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly at: number;
  readonly seconds?: number;
  /** Payload from the one who asks, and back. */
  readonly up?: number;
  readonly down?: number;
  readonly refused?: boolean;
  readonly oneWay?: boolean;
}

let nextPort = 20_000;

/** The records of one TCP session in windows of 60 s: 40 bytes of header more than the payload, per packet of 1,000. */
function lines({ from, to, port = 22, at, seconds = 4, up = 0, down = 0, refused, oneWay }: Talk): string[] {
  nextPort = nextPort >= 60_000 ? 20_000 : nextPort + 1;
  const windows = Math.max(1, Math.ceil(seconds / 60));
  return Array.from({ length: windows }, (_, window) => {
    const start = at + window * 60;
    const end = Math.min(at + seconds, start + 59);
    const line = (src: string, srcPort: number, dst: string, dstPort: number, payload: number) => {
      const share = Math.round(payload / windows);
      const packets = refused ? 1 : 3 + Math.ceil(share / 1000);
      const header = src.includes(':') ? 72 : 52;
      return `2 123456789012 eni-1 ${src} ${dst} ${srcPort} ${dstPort} 6 ${packets} ${share + header * packets} ${start} ${end} ${refused ? 'REJECT' : 'ACCEPT'} OK`;
    };
    const asking = line(from, nextPort, to, port, up);
    return refused || oneWay ? [asking] : [asking, line(to, port, from, nextPort, down)];
  }).flat();
}

const repeat = (count: number, talk: (index: number) => Talk) =>
  Array.from({ length: count }, (_, index) => talk(index)).flatMap(lines);

let logs = 0;

async function load(...parts: readonly string[][]): Promise<Analysed> {
  const file = join(scratch, `${++logs}.log`);
  writeFileSync(file, `${parts.flat().join('\n')}\n`);
  return analysed([file]);
}

async function answers({ engine, context }: Analysed, focus: Focus = {}): Promise<Judgement[]> {
  const rows = await engine.ask(accessDetector.candidates(values, context, focus));
  return rows.map((row) => accessDetector.judge(row, values, context)).sort(compareFindings);
}

const short = (found: Judgement | undefined) =>
  found && [found.answer, found.kind, found.severity, found.subject.peer, found.subject.local];

const above = (found: readonly Judgement[], severity: (typeof severities)[number]) =>
  found.filter(
    (one) => one.answer === 'yes' && severities.indexOf(one.severity) > severities.indexOf(severity),
  );

const attacker = '185.220.101.5';
const host = '10.0.0.5';
const guess = (from: string, to: string, at: number): Talk => ({ from, to, at, up: 1400, down: 1970 });

describe('guessing', () => {
  test('followed by success, then work from the host on five others', async () => {
    const data = await load(
      repeat(40, (index) => guess(attacker, host, monday + day + index * 20)),
      lines({ from: attacker, to: host, at: monday + day + hour, seconds: 900, up: 90_000, down: 700_000 }),
      repeat(5, (index) => ({
        from: host,
        to: `10.0.0.${10 + index}`,
        at: monday + day + 2 * hour + index * 300,
        seconds: 200,
        up: 20_000,
        down: 60_000,
      })),
      lines({ from: '10.0.0.10', to: '10.0.0.11', port: 443, at: monday, up: 500, down: 900 }),
      lines({ from: '10.0.0.10', to: '10.0.0.11', port: 443, at: monday + 3 * day, up: 500, down: 900 }),
    );
    const [first, second, ...others] = await answers(data);
    expect(short(first)).toEqual(['yes', 'guessing followed by success', 'critical', attacker, host]);
    expect(first?.attack).toEqual(['T1110.001', 'T1133', 'T1078']);
    expect(first?.evidence[2]).toContain('790 kB with 10.0.0.5, 234 times the short ones');
    // low, a step up for five hosts in an hour, two for the guessing into it
    expect(short(second)).toEqual(['yes', 'lateral movement', 'critical', host, null]);
    expect(second?.attack).toEqual(['T1021.004', 'T1078']);
    expect(others).toEqual([]);
    await data.close();
  });

  test('a few an hour over days, and over many hosts', async () => {
    const data = await load(
      repeat(36, (index) => guess(attacker, host, monday + index * 2 * hour)),
      repeat(18, (index) => guess('185.220.102.8', `10.0.0.${10 + (index % 6)}`, monday + index * 60)),
    );
    const found = await answers(data);
    expect(found.map(short)).toEqual([
      ['yes', 'password spraying', 'medium', '185.220.102.8', null],
      ['yes', 'password guessing', 'low', attacker, host],
    ]);
    expect(found.map(({ attack }) => attack[0])).toEqual(['T1110.003', 'T1110.001']);
    await data.close();
  });

  test('by a host of ours is serious, inside and outward, in IPv6 too', async () => {
    const data = await load(
      repeat(60, (index) => guess(host, '10.0.0.9', monday + index * 10)),
      repeat(60, (index) => guess('10.0.0.6', '45.33.32.156', monday + index * 10)),
      repeat(40, (index) => guess('2a00:1450::1', 'fd00::5', monday + index * 20)),
      lines({ from: '2a00:1450::1', to: 'fd00::5', at: monday + hour, seconds: 900, up: 9000, down: 70_000 }),
    );
    expect((await answers(data)).map(short)).toEqual([
      ['yes', 'guessing followed by success', 'high', '2a00:1450::1', 'fd00::5'],
      ['yes', 'password guessing', 'high', host, '10.0.0.9'],
      ['yes', 'password guessing', 'high', '45.33.32.156', '10.0.0.6'],
    ]);
    await data.close();
  });

  test('refused, or stopped at the greeting, is none; asked about, the reason is told', async () => {
    const data = await load(
      repeat(50, (index) => ({ from: attacker, to: host, at: monday + index * 60, refused: true })),
      repeat(300, (index) => ({
        from: '45.33.32.156',
        to: host,
        at: monday + index * 300,
        up: 20,
        down: 41,
      })),
    );
    expect(await answers(data)).toEqual([]);
    const [refused] = await answers(data, { address: attacker });
    expect(short(refused)).toEqual(['no', 'none', 'info', attacker, host]);
    expect(refused?.counterEvidence[0]).toBe(
      '50 sessions on SSH (port 22) got no answer or a refusal: that is scanning, not access',
    );
    const [greeted] = await answers(data, { address: '45.33.32.156' });
    expect(greeted?.counterEvidence[0]).toContain('300 sessions carried too little for a password');
    await data.close();
  });

  test('in a capture of one direction cannot be told from refusals', async () => {
    const data = await load(
      repeat(40, (index) => ({ ...guess(attacker, host, monday + index * 20), oneWay: true })),
      lines({ from: attacker, to: host, at: monday + hour, seconds: 900, up: 90_000, oneWay: true }),
    );
    const found = await answers(data);
    expect(found.map(({ answer }) => answer)).toEqual(['cannot-tell']);
    expect(found[0]?.missing[0]).toContain('the other direction');
    await data.close();
  });
});

describe('what only looks like it', () => {
  test('jobs that log in by SSH all day, a database with a pool, an idle session', async () => {
    const every5Minutes = 2 * 288;
    const data = await load(
      // A partner that polls by SFTP, and once brings a file.
      repeat(every5Minutes, (index) => ({
        from: attacker,
        to: host,
        at: monday + index * 300,
        up: 3300,
        down: 3900,
      })),
      lines({ from: attacker, to: host, at: monday + 30 * hour, seconds: 60, up: 9_000_000, down: 9000 }),
      // A monitor inside.
      repeat(every5Minutes, (index) => ({
        from: '10.0.0.2',
        to: `10.0.0.${10 + (index % 3)}`,
        at: monday + index * 300 + 7,
        up: 3000,
        down: 3500,
      })),
      // An application outside that uses a database here.
      repeat(500, (index) => ({
        from: '45.33.32.156',
        to: host,
        port: 5432,
        at: monday + index * 200,
        up: 900 + (index % 7),
        down: 2900 + (index % 11),
      })),
      lines({ from: '45.33.32.156', to: host, port: 5432, at: monday + 40 * hour, up: 1000, down: 900_000 }),
      // Open for ten hours, keep-alives only: 300 bytes a minute.
      lines({ from: '91.64.0.7', to: host, at: monday, seconds: 10 * hour, up: 120 * 600, down: 180 * 600 }),
    );
    const found = await answers(data);
    expect(above(found, 'medium')).toEqual([]);
    expect(found.filter(({ subject }) => subject.peer === '91.64.0.7')).toEqual([]);
    const [idle] = await answers(data, { address: '91.64.0.7' });
    expect(idle?.counterEvidence).toContain('1 session stayed open for long and carried next to nothing');
    await data.close();
  });

  test('administrators: a habit, a first sight, and a first sight from a rented machine with a large copy', async () => {
    const work = (from: string, at: number, down = 800_000): Talk => ({
      from,
      to: host,
      at,
      seconds: 1200,
      up: 40_000,
      down,
    });
    const data = await load(
      repeat(5, (index) => work('62.153.64.9', monday + index * day + 9 * hour)),
      lines(work('91.64.0.7', monday + 2 * day)),
      lines(work('146.70.14.27', monday + 3 * day, 400_000_000)),
    );
    const found = await answers(data);
    expect(found.map(short)).toEqual([
      ['yes', 'access from the Internet', 'medium', '146.70.14.27', host],
      ['yes', 'access from the Internet', 'low', '91.64.0.7', host],
      ['yes', 'access from the Internet', 'info', '62.153.64.9', host],
    ]);
    expect(found[2]?.severitySteps[0]?.because).toBe(
      'the source works here on 5 days, in 5 different hours: a habit',
    );
    await data.close();
  });

  test('records that no clock can have written', async () => {
    const good = lines(guess(attacker, host, monday));
    const jumps = ['0 4', '4102444800 4102444810', `${monday + 50} ${monday}`].flatMap((stamps, index) =>
      [`${attacker} ${host} ${3000 + index} 22`, `${host} ${attacker} 22 ${3000 + index}`].map(
        (ends) => `2 123456789012 eni-1 ${ends} 6 0 0 ${stamps} ACCEPT OK`,
      ),
    );
    const data = await load(good, jumps, [
      `2 123456789012 eni-1 ${attacker} ${host} 0 0 6 9 9000 ${monday} ${monday + 9} ACCEPT OK`,
    ]);
    expect(await answers(data)).toEqual([]);
    expect((await answers(data, { address: host })).map(({ answer }) => answer)).not.toContain('yes');
    await data.close();
  });
});

test.each([
  { windowSeconds: 60, stamps: 'packets' },
  { windowSeconds: 600, stamps: 'windows' },
] as const)('demo, %o: the planted guessing is first, and nothing else is above low', async (options) => {
  const out = join(scratch, `demo-${options.windowSeconds}`);
  const { plants, ...quiet } = {
    ...options,
    out,
    records: 25_000,
    force: true,
    plants: ['access', 'scan'] as const,
  };
  const truth = await generateDemo({ ...quiet, plants });
  const data = await analysed([join(out, 'logs')]);
  const [first, ...others] = await answers(data);
  const planted = truth.truth.planted.find(({ question }) => question === 'access');
  expect(planted?.kind).toBe('guessing-then-success');
  expect(short(first)).toEqual([
    'yes',
    'guessing followed by success',
    'critical',
    planted?.peer,
    planted?.local,
  ]);
  expect(above(others, 'low')).toEqual([]);
  await data.close();
  await generateDemo({ ...quiet, plants: [] });
  const without = await analysed([join(out, 'logs')]);
  expect(above(await answers(without), 'low')).toEqual([]);
  await without.close();
});

describe.skipIf(!existsSync(labelled))('labelled traffic', () => {
  test('ssh-bruteforce-lan: 384 refusals and one login in 74 connections', async () => {
    const data = await analysed([join(labelled, 'ssh-bruteforce-lan')]);
    const found = await answers(data);
    expect(found.map(short)).toEqual([
      ['yes', 'guessing followed by success', 'high', '192.168.153.130', '192.168.153.141'],
    ]);
    await data.close();
  });

  test.each([
    ['apt29-day1', ['10.0.0.0/8']],
    ['slips-test2-binetflow', []],
    ['strato-002-nmap-lateral', []],
    ['strato-011-normal43-day1', []],
  ])('%s has no access, and none is found', async (set, local) => {
    const data = await analysed([join(labelled, set)], local);
    expect(above(await answers(data), 'low')).toEqual([]);
    await data.close();
  });
});
