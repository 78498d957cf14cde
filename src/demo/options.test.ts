import { expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import { type DemoOptions, planDemo, plantNames } from './options.ts';

test('the sample: 200,000 records of 25 hosts in 2 days, in 12 files', () => {
  expect(planDemo({ out: 'x' })).toMatchObject({
    records: 200_000,
    seed: 7,
    days: 2,
    hosts: 25,
    files: 12,
    windowSeconds: 60,
    plants: plantNames,
  });
});

test.each([
  [10_000, 1, 12, 12],
  [1_000_000, 3, 50, undefined],
  [10_000_000, 7, 500, 500],
  [100_000_000, 7, 5000, 4000],
])('%d records: %d days, %d files', (records, days, files, hosts) => {
  expect(planDemo({ out: 'x', records })).toMatchObject({
    days,
    files,
    ...(hosts === undefined ? {} : { hosts }),
  });
});

const wrong: readonly (readonly [string, Partial<Record<keyof DemoOptions, unknown>>])[] = [
  ['a fraction of records', { records: 1000.5 }],
  ['too few records', { records: 10 }],
  ['a negative seed', { seed: -1 }],
  ['more files than minutes', { days: 1, files: 1441 }],
  ['an unknown plant', { plants: ['bacon'] }],
  ['a window that AWS does not know', { windowSeconds: 300 }],
  ['a beacon without a period', { beacons: [{ periodSeconds: 0, jitter: 0, missed: 0 }] }],
];

test.each(wrong)('%s is refused', (_, options) => {
  expect(() => planDemo({ out: 'x', ...options } as DemoOptions)).toThrow(HuntError);
});
