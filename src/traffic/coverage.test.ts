import { expect, test } from 'vitest';
import { type CoverageRow, coverageReport } from './coverage.ts';

const hour = 3600;
const start = Date.UTC(2026, 4, 28, 20) / 1000;

const row = (interfaceId: string, nth: number, change: Partial<CoverageRow> = {}): CoverageRow => ({
  accountId: '1',
  interfaceId,
  hour: start + nth * hour,
  firstStart: start + nth * hour,
  lastEnd: start + nth * hour + hour - 1,
  records: 60,
  rejected: 0,
  noData: 0,
  skipData: 0,
  minutes: 60,
  skippedMinutes: 0,
  ...change,
});

test('hours without a record are there, as nothing', () => {
  const report = coverageReport([
    row('a', 0),
    row('a', 2),
    row('b', 1, { records: 0, noData: 60 }),
    row('b', 2, { skipData: 2, minutes: 58, skippedMinutes: 2 }),
  ]);
  const [a, b] = report.interfaces;
  expect(a?.hours.map(({ state }) => state)).toEqual(['records', 'nothing', 'records']);
  expect(b?.hours.map(({ state }) => state)).toEqual(['nothing', 'no-data', 'skipped']);
  // a: 120 of 180 minutes; b: 118 of 120, of which the first hour is before its first record; all: 238 of 300.
  expect([a?.covered, b?.covered, report.covered]).toEqual([0.6667, 0.9833, 0.7933]);
  expect([b?.skipped, report.skipped]).toEqual([0.0167, 0.0067]);
  expect(report.period).toEqual({ from: '2026-05-28T20:00:00Z', to: '2026-05-28T23:00:00Z' });
});

test('nothing loaded', () => {
  expect(coverageReport([])).toEqual({
    period: { from: null, to: null },
    covered: 0,
    skipped: 0,
    interfaces: [],
  });
});

test('a clock that jumped by years makes no map of years', () => {
  const report = coverageReport([row('a', -10_000_000 / 1000), row('a', 0), row('a', -400_000)]);
  expect(report.interfaces[0]?.hours.length).toBeLessThanOrEqual(24 * 62);
});
