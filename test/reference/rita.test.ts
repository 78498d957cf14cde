import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const scripts = join(import.meta.dirname, '..', '..', 'scripts', 'eval');
const part = (name: string) => import(pathToFileURL(join(scripts, name)).href);
const day = 86_400;

test('quartiles leave the middle of an odd number out', async () => {
  const { quartiles } = await part('rita.mjs');
  expect(quartiles([1, 2, 3, 4])).toEqual([1.5, 2.5, 3.5]);
  expect(quartiles([5, 1, 3, 2, 4])).toEqual([1.5, 3, 4.5]);
});

test('evenness: skew and spread, worked by hand', async () => {
  const { evenness } = await part('rita.mjs');
  // All gaps alike: no skew, no spread.
  expect(evenness([60, 60, 60, 60], 1)).toBe(1);
  // Quartiles 105, 130, 200: skew (105 + 200 - 260) / 95 = 0.474; distances 30, 20, 20, 120: spread 25 of 130.
  // (1 - 0.474 + 105 / 130) / 2 = 0.667.
  expect(evenness([100, 110, 150, 250], 1)).toBe(0.667);
  // Q3 - Q1 below 10 counts as no skew; distances 2, 1, 1, 2 of 12: spread 1.5.
  expect(evenness([10, 11, 13, 14], 1)).toBe(0.938);
  // A median of 0: the default stands for the spread.
  expect([evenness([0, 0, 0, 0], 1), evenness([0, 0, 0, 0], 0)]).toEqual([1, 0.5]);
});

test('bins, their evenness, two heights, and how long they last', async () => {
  const { bins, durationScore, histogramScore } = await part('rita.mjs');
  expect(
    bins([0, 3599, 3600, day], 0, day)
      .map((count: number, at: number) => [at, count])
      .filter(([, count]: number[]) => (count ?? 0) > 0),
  ).toEqual([
    [0, 2],
    [1, 1],
    [23, 1],
  ]);
  expect(histogramScore(Array(24).fill(3))).toBe(1);
  // Half the bins hold 2: mean 1, deviation 1, so even is 0; two heights, 12 of one: 12 / 11, at most 1.
  expect(histogramScore([...Array(12).fill(2), ...Array(12).fill(0)])).toBe(1);
  // Ten filled bins are too few for two heights: mean 10/24, variance 10/24 - (10/24)², deviation above the mean.
  expect(histogramScore([...Array(10).fill(1), ...Array(14).fill(0)])).toBe(0);
  // Heights 10, 20 and 40 in steps of ceil(0.05 * 40) = 2: 5 + 4 of 12 filled bins, less one: 9 / 11.
  expect(
    histogramScore([...Array(5).fill(10), ...Array(4).fill(20), ...Array(3).fill(40), ...Array(12).fill(0)]),
  ).toBe(0.818);
  const filled = (run: number) => [...Array(run).fill(1), ...Array(24 - run).fill(0)];
  expect(durationScore(filled(5), 0, day, 0, day)).toBe(0);
  expect(durationScore(filled(6), 0, day / 4, 0, day)).toBe(0.5);
  expect(durationScore(filled(6), 0, 0.75 * day, 0, day)).toBe(0.75);
  // The last three bins and the first three are one run round the clock.
  expect(durationScore([1, 1, 1, ...Array(18).fill(0), 1, 1, 1], 0, 100, 0, day)).toBe(0.5);
});

const every = (seconds: number, count: number, bytes = 500) =>
  Array.from({ length: count }, (_, n) => ({
    source: 'a',
    destination: 'z',
    time: n * seconds,
    seconds: 1,
    bytes,
  }));

test('a beacon of a day is perfect; fewer than four times are none', async () => {
  const { beaconScore, severityOf, threatScore } = await part('rita.mjs');
  expect(beaconScore(every(600, 144), 0, 143 * 600)).toBe(1);
  expect(beaconScore(every(600, 3), 0, day)).toBeNull();
  // Four calls in the first of 24 hours: times and sizes even, the rest nothing: mean 4/24, deviation above it.
  expect(beaconScore(every(600, 4), 0, day)).toBe(0.5);
  expect(threatScore(every(600, 144), 0, 143 * 600, 0.01)).toBeCloseTo(0.95);
  expect(threatScore(every(600, 144), 0, 143 * 600, 1)).toBeCloseTo(0.65);
  expect(['critical', 'high', 'medium', 'low', 'none']).toEqual([0.81, 0.8, 0.4, 0.2, 0.19].map(severityOf));
});

test('numbers become threats by buckets', async () => {
  const { bucket } = await part('rita.mjs');
  const scale = [50, 70, 90, 100];
  expect(
    [49.9, 50, 60, 70, 80, 90, 95, 100, 300].map((value) => Math.round(1000 * bucket(value, scale)) / 1000),
  ).toEqual([...[0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.8]]);
});

test('windows are days that end with the last connection, and the worst day counts', async () => {
  const { threats } = await part('rita.mjs');
  const quiet = { source: 'b', destination: 'y', time: 3 * day, seconds: 1, bytes: 1 };
  // The pair calls on the first day only; the last connection of all is two days later.
  const best = threats([...every(600, 144), quiet]);
  expect([...best.keys()]).toEqual(['a z']);
  expect(best.get('a z')).toBeGreaterThan(0.4);
  expect(threats([])).toEqual(new Map());
});

test('connections of Zeek, TSV and JSON, and what is inside', async () => {
  const { connectionsOfZeek, internalBy, northsouthNames, ritaNames } = await part('against-rita.mjs');
  const tsv = '#fields\tts\tid.orig_h\tid.resp_h\tduration\torig_ip_bytes\n1.5\t10.0.0.1\t8.8.8.8\t-\t60\n';
  const row = { source: '10.0.0.1', destination: '8.8.8.8', time: 1.5, seconds: 0, bytes: 60 };
  expect(connectionsOfZeek(tsv)).toEqual([row]);
  expect(
    connectionsOfZeek('{"ts":1.5,"id_orig_h":"10.0.0.1","id_resp_h":"8.8.8.8","orig_ip_bytes":60}\n'),
  ).toEqual([row]);
  const inside = internalBy({ local: [] }, ['9.9.9.9']);
  expect(['10.1.1.1', '172.20.0.1', '172.32.0.1', '9.9.9.9', '8.8.8.8'].map(inside)).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(['10.1.1.1', '192.168.0.4'].map(internalBy({ local: ['10.0.0.0/8'], alone: true }))).toEqual([
    true,
    false,
  ]);
  const truth = [
    {
      address: '7.7.7.7',
      label: 'c2',
      questions: ['c2'],
      allows: { c2: 'critical' },
      otherwise: 'excused',
      gotIn: true,
    },
  ];
  const calls = (destination: string) =>
    every(600, 144).map((one) => ({ ...one, source: '10.0.0.1', destination }));
  const several = Array.from({ length: 60 }, (_, n) => ({
    ...row,
    source: `10.0.1.${n}`,
    destination: '6.6.6.6',
  }));
  const named = ritaNames(
    [...calls('7.7.7.7'), ...calls('5.5.5.5'), ...calls('10.9.9.9'), ...several],
    truth,
    inside,
  );
  expect(named).toMatchObject({ medium: { found: 1, wrong: 1 }, low: { found: 1, wrong: 1 } });
  const finding = {
    question: 'c2',
    kind: 'beacon',
    answer: 'yes',
    severity: 'medium',
    local: null,
    peers: [],
  };
  expect(
    northsouthNames(
      [
        { ...finding, peer: '7.7.7.7' },
        { ...finding, peer: '5.5.5.5' },
        { ...finding, peer: '4.4.4.4', severity: 'low' },
      ],
      truth,
    ),
  ).toEqual({ medium: { found: 1, wrong: 1 }, low: { found: 1, wrong: 2 } });
});

test('the curve: recall, and from how many beats on it can be relied on', async () => {
  const { enoughBeats, recallOf } = await part('curve.mjs');
  const { curvePicture } = await part('curve-picture.mjs');
  const points = [4, 6, 8, 12, 16, 24, 36, 48].flatMap((count) =>
    [0, 0.3].map((jitter) => ({
      count,
      jitter,
      missed: 0,
      low: count >= (jitter === 0 ? 6 : 16),
      medium: false,
      rita: true,
    })),
  );
  expect(recallOf(points, ({ count }: { count: number }) => count === 8)).toBe(0.5);
  expect(recallOf(points, () => false)).toBeNull();
  expect([
    enoughBeats(points, 0, 0),
    enoughBeats(points, 0.5, 0),
    enoughBeats(points, 0.5, 0, 'medium'),
  ]).toEqual([6, 16, null]);
  const picture = curvePicture([{ windowSeconds: 60, points }]);
  expect(picture).toContain('windows of 60 s, by jitter');
  expect(picture).not.toContain('NaN');
});
