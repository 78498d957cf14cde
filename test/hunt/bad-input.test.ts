import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-bad-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const t0 = Date.UTC(2026, 4, 28, 20) / 1000;

interface Line {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [number, number];
  readonly start: number;
  readonly length?: number;
  readonly bytes?: number;
  readonly protocol?: number;
  readonly eni?: string;
}

const line = ({ from, to, ports, start, length = 59, bytes = 900, protocol = 6, eni = 'eni-1' }: Line) =>
  `2 123456789012 ${eni} ${from} ${to} ${ports[0]} ${ports[1]} ${protocol} 5 ${bytes} ${t0 + start} ${t0 + start + length} ACCEPT OK`;

let cases = 0;
async function hunted(lines: readonly string[], use: (workspace: Workspace) => Promise<void>): Promise<void> {
  cases += 1;
  const log = join(root, `${cases}.log`);
  await writeFile(log, `${[header, ...lines].join('\n')}\n`);
  const workspace = await openWorkspace({ workspace: join(root, `workspace-${cases}`), create: true });
  await workspace.load([log]);
  await use(workspace);
  await workspace.close();
}

const both = (one: Line): string[] => [
  line(one),
  line({ ...one, from: one.to, to: one.from, ports: [one.ports[1], one.ports[0]] }),
];

test.each<[string, readonly string[]]>([
  [
    'five minutes',
    Array.from({ length: 5 }, (_, minute) =>
      both({ from: '10.0.0.1', to: '198.18.0.7', ports: [40_000 + minute, 443], start: 60 * minute }),
    ).flat(),
  ],
  [
    'one direction only',
    Array.from({ length: 60 }, (_, minute) =>
      line({ from: '10.0.0.1', to: '8.8.4.4', ports: [40_000 + (minute % 9), 443], start: 137 * minute }),
    ),
  ],
  [
    'clock jumps, ends before starts, no bytes, no ports, IPv6',
    [
      line({ from: '10.0.0.1', to: '9.9.9.9', ports: [0, 0], start: 0, protocol: 1, bytes: 0 }),
      line({ from: '10.0.0.1', to: '9.9.9.9', ports: [50_000, 443], start: -1_500_000_000 }),
      line({ from: '10.0.0.1', to: '9.9.9.9', ports: [50_001, 443], start: 300_000_000 }),
      line({ from: '10.0.0.1', to: '9.9.9.9', ports: [50_002, 443], start: 100, length: -90 }),
      line({ from: '2a00:1450:4001:81b::200e', to: '10.0.0.1', ports: [0, 0], start: 60, protocol: 58 }),
      ...both({ from: 'fd00::1', to: '2a00:1450:4001:81b::200e', ports: [50_003, 443], start: 120 }),
    ],
  ],
])('%s: no crash, and no finding above low', async (_, lines) => {
  await hunted(lines, async (workspace) => {
    const { findings } = await workspace.hunt();
    expect(findings.filter(({ severity }) => severity !== 'low')).toEqual([]);
    for (const address of ['10.0.0.1', '9.9.9.9', '2a00:1450:4001:81b:0:0:0:200e', 'fd00::1']) {
      const { questions, timeline } = await workspace.ip(address);
      expect(questions.every(({ answer }) => answer !== 'yes')).toBe(true);
      expect(timeline.buckets.length).toBeLessThanOrEqual(202);
    }
    const { interfaces } = await workspace.coverage();
    expect(interfaces[0]?.hours.length).toBeLessThanOrEqual(24 * 62);
  });
});

test('another spelling of an IPv6 address is the same address', async () => {
  const peer = '2a00:1450:4001:81b::200e';
  await hunted(both({ from: 'fd00::1', to: peer, ports: [50_003, 443], start: 0 }), async (workspace) => {
    const report = await workspace.ip('2A00:1450:4001:081B:0:0:0:200E');
    expect(report).toMatchObject({ address: peer, totals: { sessions: 1 } });
  });
});

test('nothing loaded: every question is answered with what is missing', async () => {
  const workspace = await openWorkspace({ workspace: join(root, 'empty'), create: true });
  expect((await workspace.findings()).findings).toEqual([]);
  expect((await workspace.coverage()).interfaces).toEqual([]);
  const { questions } = await workspace.ip('9.9.9.9');
  expect(questions.every(({ answer }) => answer === 'cannot-tell')).toBe(true);
  expect((await workspace.query('SELECT count(*) FROM sessions')).rows).toEqual([[0]]);
  await workspace.close();
});

test('windows of ten minutes cover ten minutes each', async () => {
  const lines = Array.from({ length: 18 }, (_, nth) =>
    both({ from: '10.0.0.1', to: '9.9.9.9', ports: [50_000, 443], start: 600 * nth + 7, length: 590 }),
  ).flat();
  await hunted(lines, async (workspace) => {
    const { covered, interfaces } = await workspace.coverage();
    expect(covered).toBeGreaterThan(0.95);
    expect(interfaces[0]?.hours.map(({ minutes }) => minutes)).toEqual([60, 60, 60]);
  });
});

test('an hour in which records were lost is told as such', async () => {
  const lost = `2 123456789012 eni-1 - - - - - - - ${t0 + 3600} ${t0 + 3659} - SKIPDATA`;
  const quiet = `2 123456789012 eni-2 - - - - - - - ${t0 + 3600} ${t0 + 3659} - NODATA`;
  const one = both({ from: '10.0.0.1', to: '9.9.9.9', ports: [50_000, 443], start: 0 });
  await hunted([...one, lost, quiet], async (workspace) => {
    const { interfaces, skipped } = await workspace.coverage();
    expect(interfaces.map(({ hours }) => hours.map(({ state }) => state))).toEqual([
      ['records', 'skipped'],
      ['nothing', 'no-data'],
    ]);
    expect(skipped).toBeGreaterThan(0);
  });
});
