import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { compareFindings, type Judgement } from '../../src/detect/finding.ts';
import { scanDetector, scanSettings } from '../../src/detect/scan/index.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { type Analysed, analysed } from './analysed.ts';
import { type Session, sessionLines } from './scan-lines.ts';

const settings = defaultsOf(scanSettings);
const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');

async function judged({ engine, context }: Analysed, address?: string): Promise<Judgement[]> {
  const focus = address === undefined ? {} : { address };
  const rows = await engine.ask(scanDetector.candidates(settings, context, focus));
  return rows.map((row) => scanDetector.judge(row, settings, context)).sort(compareFindings);
}

/** Judges planted sessions, all candidates or those in focus. */
async function judgedLines(sessions: readonly Session[], address?: string): Promise<Judgement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'northsouth-scan-'));
  await writeFile(join(folder, 'flow.log'), sessionLines(sessions));
  const traffic = await analysed([folder]);
  try {
    return await judged(traffic, address);
  } finally {
    await traffic.close();
    await rm(folder, { recursive: true });
  }
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Traffic that every log has: a host of ours that talks with others and gets answers. */
const everyday: Session[] = range(300).map((n) => ({
  from: '10.1.0.5',
  to: `34.${n % 5}.${n}.9`,
  port: 443,
  at: n * 200,
  says: [12, 2400],
  hears: [15, 30_000],
}));

const planted: readonly Session[] = [
  ...everyday,
  // The busy host sweeps port 22 of the Internet: 30 contacts over six days.
  ...range(30).map((n) => ({ from: '10.1.0.5', to: `51.15.${n}.7`, port: 22, at: n * 17_000 })),
  // A neighbour asks 12 hosts for three ports each, and RSTs come back.
  ...range(36).map(
    (n): Session => ({
      ...{
        from: '10.1.0.66',
        to: `10.1.1.${n % 12}`,
        port: [445, 3389, 22][Math.floor(n / 12)] ?? 22,
        at: 9000 + n,
      },
      hears: [1, 40],
    }),
  ),
  // Health checks of 15 hosts that say nothing, every ten minutes.
  ...range(15 * 20).map(
    (n): Session => ({
      ...{ from: '10.1.0.77', to: `10.1.2.${n % 15}`, port: 8080, at: Math.floor(n / 15) * 600 + (n % 15) },
      ...{ says: [3, 140], hears: [1, 44] },
    }),
  ),
  // Refused four times at one port, hours apart; and three times.
  ...range(4).map((n) => ({ from: '45.9.20.1', to: '10.1.0.8', port: 22, at: n * 9000, refused: true })),
  ...range(3).map((n) => ({ from: '45.9.20.2', to: '10.1.0.8', port: 22, at: n * 9000, refused: true })),
  // Twelve ports refused, then 40 MB on port 22.
  ...range(12).map((n) => ({ from: '45.9.20.3', to: '10.1.0.8', port: 100 + n, at: 500 + n, refused: true })),
  {
    from: '45.9.20.3',
    to: '10.1.0.8',
    port: 22,
    at: 4000,
    says: [30_000, 40_000_000],
    hears: [9000, 500_000],
  },
  // Late packets of a web server that one of us talked with, and backscatter of a flood somewhere else.
  ...range(9).map((n) => ({
    ...{ from: '34.0.0.9', fromPort: 443, to: '10.1.0.5', port: 50_000 + n, at: 900 + n, refused: true },
  })),
  ...range(9).map((n) => ({
    ...{ from: '45.9.20.4', fromPort: 80, to: '10.1.0.8', port: 2000 + 37 * n, at: 900 + n, refused: true },
  })),
  // A visitor that also tries port 80, which is closed.
  ...range(12).map(
    (n): Session => ({
      ...{ from: '45.9.20.5', to: '10.1.0.8', port: 443, at: n * 300 },
      ...{ says: [9, 1800], hears: [12, 22_000] },
    }),
  ),
  ...range(5).map((n) => ({ from: '45.9.20.5', to: '10.1.0.8', port: 80, at: n * 300, refused: true })),
  // A peer-to-peer program: every peer has a port of its own, many are gone.
  ...range(60).map((n) => ({
    ...{ from: '10.1.0.9', to: `88.${n}.3.4`, port: 20_000 + 313 * n, at: n * 60, protocol: 17 },
  })),
];

describe('planted traffic', () => {
  let findings: Judgement[] = [];
  beforeAll(async () => {
    findings = await judgedLines(planted);
  });
  const of = (peer: string) => findings.find((finding) => finding.subject.peer === peer);

  test('finds what was planted, and nothing else', () => {
    const found = findings.filter(({ answer }) => answer === 'yes');
    expect(found.map(({ severity, kind, subject }) => [severity, kind, subject.peer])).toEqual([
      ['critical', 'vertical scan', '45.9.20.3'],
      ['high', 'horizontal scan', '10.1.0.5'],
      ['high', 'horizontal scan', '10.1.0.66'],
      ['info', 'repeated probes', '45.9.20.1'],
    ]);
  });

  test('a scan with a success after it outranks all others and says why', () =>
    expect(of('45.9.20.3')).toMatchObject({
      subject: { local: '10.1.0.8', direction: 'inbound' },
      severitySteps: [{ steps: 3, because: 'then talked with port 22, where administrators log in' }],
    }));

  test('a busy host does not hide its slow sweep', () =>
    expect(of('10.1.0.5')?.evidence).toEqual([
      'asked 30 targets for 1 port in vain (port 22; 51.15.0.7, 51.15.1.7, 51.15.2.7, 51.15.3.7, ...)',
      '30 misses against 0 hits on one port: over a million to 1 for a scan',
      'sessions: 30 unanswered',
      'over 5.7 days, 0.2 tries an hour',
      '30 hosts on port 22 alone',
    ]));

  test('refusals by RST are misses', () =>
    expect(of('10.1.0.66')).toMatchObject({
      subject: { peer: '10.1.0.66', local: null, direction: 'internal' },
      attack: ['T1046'],
    }));

  test('peer-to-peer, visitors and late replies are none', () => {
    expect(of('10.1.0.9')?.answer).toBe('no');
    expect(of('45.9.20.5')?.answer ?? 'no').not.toBe('yes');
    expect(of('45.9.20.4')).toMatchObject({
      answer: 'no',
      counterEvidence: [
        'nothing that counts was asked in vain',
        expect.stringContaining("not counted: 9 sessions from a service port to a client's port"),
      ],
    });
    expect(of('34.0.0.9')?.answer).toBe('no');
  });
});

test('in focus, a near miss says what is missing', async () => {
  expect(await judgedLines(planted, '45.9.20.2')).toMatchObject([
    { answer: 'cannot-tell', missing: ['more contacts: 3 misses more than hits, 4 decide'] },
  ]);
});

test('in focus, a target sees its scanners judged by all that they asked', async () => {
  const [finding] = await judgedLines(planted, '10.1.1.3');
  expect(finding).toMatchObject({ answer: 'yes', subject: { peer: '10.1.0.66' } });
  expect(finding?.evidence[0]).toContain('asked 12 targets for 3 ports');
});

test('one direction only: rejected sessions count, unanswered ones cannot tell', async () => {
  const oneSided: Session[] = [
    ...range(40).map(
      (n): Session => ({ from: '10.1.0.5', to: `51.15.${n}.7`, port: 443, at: n, says: [2, 100] }),
    ),
    ...range(6).map((n) => ({ from: '45.9.20.1', to: '10.1.0.8', port: 20 + n, at: n, refused: true })),
  ];
  const answers = (await judgedLines(oneSided)).map(({ subject, answer }) => [subject.peer, answer]);
  expect(answers).toEqual([
    ['10.1.0.5', 'cannot-tell'],
    ['45.9.20.1', 'yes'],
  ]);
});

test('bad input invents no scan', async () => {
  const odd: Session[] = [
    ...everyday.slice(0, 20),
    ...range(9).map((n) => ({ from: '45.9.20.1', to: '10.1.0.8', port: 0, at: n * 500, refused: true })),
    ...range(9).map(
      (n): Session => ({ from: '45.9.20.2', to: '10.1.0.8', port: 30 + n, at: n, says: [0, 0] }),
    ),
    ...range(9).map((n) => ({ from: 'fe80::1', to: `ff02::${n + 1}`, port: 5353, at: n, protocol: 17 })),
    ...range(9).map((n): Session => ({ from: '2a00::1', to: '2a01::2', port: 443, at: n * 1e8, lasts: -90 })),
  ];
  expect((await judgedLines(odd)).filter(({ answer }) => answer === 'yes')).toEqual([]);
});

test('quiet demo traffic has nothing above low, planted scans are found', async () => {
  const out = await mkdtemp(join(tmpdir(), 'northsouth-scan-'));
  for (const plants of [[], ['scan']] as const) {
    await generateDemo({ out, records: 20_000, seed: 11, plants, force: true });
    const traffic = await analysed([join(out, 'logs')]);
    const found = (await judged(traffic)).filter(({ answer }) => answer === 'yes');
    const severe = found.filter(({ severity }) => severity !== 'info' && severity !== 'low');
    expect(severe.map(({ subject }) => subject.direction)).toEqual(plants.length === 0 ? [] : ['internal']);
    if (plants.length > 0)
      expect(found.slice(0, 3).map(({ subject }) => subject.direction)).toEqual([
        'internal',
        'inbound',
        'inbound',
      ]);
    await traffic.close();
  }
  await rm(out, { recursive: true });
});

describe.skipIf(!existsSync(labelled))('labelled traffic', () => {
  test.each([
    ['strato-002-nmap-lateral', '172.16.1.11', 'internal'],
    ['scan-syn-half', '10.10.10.55', 'internal'],
    ['nmap-two-to-many', '172.16.0.8', 'outbound'],
  ])('%s: the scanner comes first', async (set, scanner, direction) => {
    const traffic = await analysed([join(labelled, set)]);
    const found = (await judged(traffic)).filter(({ answer }) => answer === 'yes');
    expect(found).toHaveLength(1);
    expect(found).toMatchObject([{ severity: 'high', subject: { peer: scanner, direction } }]);
    await traffic.close();
  });

  test.each(['strato-008-normal40-day1', 'strato-011-normal43-day1'])(
    '%s: finds the sources of attacks, and no benign peer',
    async (set) => {
      const truth = await readTruth(set);
      const traffic = await analysed([join(labelled, set)]);
      const found = (await judged(traffic)).filter(({ answer }) => answer === 'yes');
      const peers = new Set(found.map(({ subject }) => subject.peer));
      const attackers = truth.filter(({ label, flows }) => label === 'malicious' && flows >= 4);
      const caught = attackers.filter(({ ip }) => peers.has(ip));
      expect(attackers.length).toBeGreaterThan(100);
      expect(caught.length / attackers.length).toBeGreaterThanOrEqual(0.9);
      expect(truth.filter(({ ip, label }) => label === 'benign' && peers.has(ip))).toEqual([]);
      expect(found.filter(({ severity }) => severity !== 'info' && severity !== 'low')).toEqual([]);
      await traffic.close();
    },
  );

  test.each(['rita-proxy-rolling', 'slips-test2-binetflow'])(
    '%s: no scan in everyday traffic',
    async (set) => {
      const traffic = await analysed([join(labelled, set)]);
      expect((await judged(traffic)).filter(({ answer }) => answer === 'yes')).toEqual([]);
      await traffic.close();
    },
  );
});

async function readTruth(set: string) {
  const lines = (await readFile(join(labelled, set, 'truth.csv'), 'utf8')).trim().split('\n').slice(1);
  return lines.map((line) => {
    const fields = line.split(',');
    return { ip: fields[0] ?? '', label: fields[1] ?? '', flows: Number(fields.at(-1)) };
  });
}
