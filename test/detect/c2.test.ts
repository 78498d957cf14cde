import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import type { DemoTruth } from '../../src/demo/truth.ts';
import { c2Detector, c2Settings } from '../../src/detect/c2/index.ts';
import { compareFindings, type Judgement } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { analysed } from './analysed.ts';

const settings = defaultsOf(c2Settings);
const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');
const from = 1_780_272_000;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'northsouth-c2-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function judged(paths: readonly string[], local: readonly string[] = [], address?: string) {
  const { engine, context, close } = await analysed(paths, local);
  try {
    const focus = address === undefined ? {} : { address };
    const rows = await engine.ask(c2Detector.candidates(settings, context, focus));
    const judgements = rows.map((row) => c2Detector.judge(row, settings, context));
    return (c2Detector.gather?.(rows, judgements) ?? judgements).sort(compareFindings);
  } finally {
    await close();
  }
}

const found = (judgements: readonly Judgement[]) => judgements.filter(({ answer }) => answer === 'yes');
const serious = (judgements: readonly Judgement[]) =>
  found(judgements).filter(({ severity }) => severity !== 'low' && severity !== 'info');

interface Exchange {
  readonly at: number;
  readonly port: number;
  readonly host?: string;
  readonly peer?: string;
  readonly out?: number;
}

/** Both records of each exchange, as default v2 lines. */
async function logOf(name: string, exchanges: readonly Exchange[]): Promise<string> {
  const lines = exchanges.flatMap(({ at, port, host = '10.0.0.5', peer = '161.97.80.9', out = 600 }) => {
    const tail = `${from + at} ${from + at + 2} ACCEPT OK`;
    return [
      `2 123456789012 eni-1 ${host} ${peer} ${port} 443 6 6 ${out} ${tail}`,
      `2 123456789012 eni-1 ${peer} ${host} 443 ${port} 6 5 400 ${tail}`,
    ];
  });
  const path = join(scratch, `${name}.log`);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const beats = (count: number, period: number) => Array.from({ length: count }, (_, n) => n * period);

describe('small logs whose truth is planted', () => {
  test('one persistent session with a record each minute for a day is a keep-alive, never a beacon', async () => {
    const log = await logOf(
      'persistent',
      beats(1440, 60).map((at) => ({ at, port: 50_000, out: 135 })),
    );
    expect(found(await judged([log]))).toEqual([]);
    const [answer] = await judged([log], [], '161.97.80.9');
    expect(answer).toMatchObject({ kind: 'keep-alive', answer: 'no', severity: 'info' });
  });

  test('a connection whose keep-alives are further apart than a session lasts is one too', async () => {
    const log = await logOf(
      'silences',
      beats(288, 300).map((at) => ({ at, port: 50_000, out: 135 })),
    );
    const [answer] = await judged([log], [], '161.97.80.9');
    expect(answer).toMatchObject({ kind: 'keep-alive', answer: 'no' });
    expect(answer?.counterEvidence[0]).toContain('288 sessions are 1 TCP connections by their ports');
  });

  test('tries at the same time, retries and missed beats do not hide a period; two hosts are two findings', async () => {
    const times = beats(48, 1800).filter((_, n) => n % 6 !== 5);
    const tries = times.flatMap((at, n) =>
      [0, 1, 3, 130].map((later, k) => ({ at: at + later, port: 40_000 + 4 * n + k })),
    );
    const others = beats(48, 1800).map((at, n) => ({ at: at + 700, port: 45_000 + n, host: '10.0.0.6' }));
    const findings = found(await judged([await logOf('retries', [...tries, ...others])]));
    expect(findings.map(({ subject }) => subject.local).sort()).toEqual(['10.0.0.5', '10.0.0.6']);
    for (const { kind, evidence } of findings) {
      expect(kind).toBe('beacon');
      expect(evidence[0]).toMatch(/^starts every 30 min .* of 4[78] expected/);
    }
  });

  test('five minutes, or three starts, cannot tell', async () => {
    const log = await logOf(
      'short',
      beats(3, 100).map((at, n) => ({ at, port: 40_000 + n })),
    );
    expect(found(await judged([log]))).toEqual([]);
    const [answer] = await judged([log], [], '161.97.80.9');
    expect(answer).toMatchObject({ answer: 'cannot-tell', kind: 'too little to tell' });
    expect(answer?.missing[0]).toContain('4 starts');
  });
});

describe('generated traffic', () => {
  test('beacons of many kinds are found among quiet traffic, and nothing else is', {
    timeout: 120_000,
  }, async () => {
    const out = join(scratch, 'demo');
    const beacons = [120, 300, 900, 3600, 6600].flatMap((periodSeconds) => [
      { periodSeconds, jitter: 0, missed: 0 },
      { periodSeconds, jitter: 0.3, missed: 0.2 },
    ]);
    await generateDemo({
      ...{ out, records: 150_000, hosts: 80, days: 1, stamps: 'windows' },
      plants: ['beacon'],
      beacons,
    });
    const truth = JSON.parse(await readFile(join(out, 'truth.json'), 'utf8')) as DemoTruth;
    const planted = truth.planted.filter(({ connections }) => connections >= 12).map(({ peer }) => peer);
    const findings = serious(await judged([join(out, 'logs')], truth.ownRanges));
    const peers = findings.map(({ subject }) => subject.peer);
    expect(planted.filter((peer) => !peers.includes(peer))).toEqual([]);
    expect(peers.filter((peer) => !truth.planted.some((one) => one.peer === peer))).toEqual([]);
  });
});

describe.skipIf(!existsSync(labelled))('labelled sets', () => {
  test('beacons faster than the window are told by their counts', async () => {
    const [empire] = await judged([join(labelled, 'empire-c2-beacon')]);
    expect(empire).toMatchObject({
      answer: 'yes',
      kind: 'steady starts',
      subject: { peer: '192.252.210.107' },
    });
    const [curl] = await judged([join(labelled, 'slips-cc-2s')]);
    expect(curl).toMatchObject({ answer: 'yes', kind: 'steady starts', subject: { peer: '141.193.213.21' } });
  });

  test('both servers of an exercise come first, declared local or not', async () => {
    const peers = (await judged([join(labelled, 'apt29-day1')], ['10.0.0.0/8'])).map(
      ({ subject }) => subject.peer,
    );
    expect(peers.slice(0, 2).sort()).toEqual(['192.168.0.4', '192.168.0.5']);
  });

  test('a resolver is regular, and why it is harmless is told', async () => {
    const judgements = await judged([join(labelled, 'rita-proxy-rolling')]);
    const resolver = judgements.find(
      ({ subject }) => subject.peer === '75.75.75.75' && subject.servicePort === 53,
    );
    expect(resolver).toMatchObject({ answer: 'yes', severity: 'low' });
    expect(resolver?.severitySteps.map(({ because }) => because).join()).toContain('port 53 is name lookups');
  });

  test.each(['slips-test2-binetflow', 'strato-008-normal40-day1', 'strato-011-normal43-day1'])(
    'ordinary hosts of %s have no finding above low',
    async (set) => {
      expect(serious(await judged([join(labelled, set)]))).toEqual([]);
    },
  );
});
