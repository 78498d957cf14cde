import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { list, sql } from '../sql/sql.ts';
import {
  type CoverageRow,
  type CoverageWindow,
  coverageOf,
  coverageReport,
  coverageSums,
} from './coverage.ts';
import type { Period } from './period.ts';

const hour = 3600;
const start = Date.UTC(2026, 4, 28, 20) / 1000;

let folder: string;
let engine: LocalEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'northsouth-coverage-'));
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
});
afterAll(async () => {
  engine?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The report over an engine whose `coverage_hours` has these rows. */
async function reportOf(rows: readonly CoverageRow[], period: Period = {}, window?: CoverageWindow) {
  const values = rows.map(
    (
      one,
    ) => sql`(${one.accountId}, ${one.interfaceId}, ${one.hour}, ${one.firstStart}, ${one.lastEnd}, ${one.records},
      ${one.rejected}, ${one.noData}, ${one.skipData}, ${one.minutes}, ${one.skippedMinutes})`,
  );
  const none = sql`SELECT '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0 WHERE FALSE`;
  await engine.define(sql`CREATE OR REPLACE TABLE coverage_hours AS
    SELECT * FROM (${values.length === 0 ? none : sql`VALUES ${list(values)}`}) AS t(account_id, interface_id, hour,
      first_start, last_end, records, rejected, no_data, skip_data, minutes, skipped_minutes)`);
  const [sums] = await engine.ask(coverageSums(period));
  if (sums === undefined) throw new Error('no sums');
  return coverageReport(sums, await engine.ask(coverageOf(period, window)));
}

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

test('hours without a record are there, as nothing', async () => {
  const report = await reportOf([
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

test('nothing loaded', async () => {
  expect(await reportOf([])).toEqual({
    period: { from: null, to: null },
    covered: 0,
    skipped: 0,
    interfacesTotal: 0,
    interfaces: [],
  });
});

test('a clock that jumped by years makes no map of years', async () => {
  const report = await reportOf([row('a', -10_000_000 / 1000), row('a', 0), row('a', -400_000)]);
  expect(report.interfaces[0]?.hours.length).toBeLessThanOrEqual(24 * 62);
});

test('parts put together are the whole: the least known first, shares over all', async () => {
  const rows = Array.from({ length: 30 }, (_, nth) =>
    [0, 1].map((later) =>
      row(`eni-${nth % 7}${nth}`, later, { accountId: nth < 2 ? null : '1', minutes: 2 * nth }),
    ),
  ).flat();
  const whole = await reportOf(rows);
  const covered = whole.interfaces.map((one) => one.covered);
  expect(covered).toEqual(covered.toSorted((a, b) => a - b));
  expect([whole.interfacesTotal, whole.interfaces.length]).toEqual([30, 30]);
  const found = [];
  for (const offset of [0, 12, 24]) {
    const { interfaces, ...rest } = await reportOf(rows, {}, { offset, limit: 12 });
    found.push(...interfaces);
    expect({ ...rest, interfaces: [] }).toEqual({ ...whole, interfaces: [] });
  }
  expect(found).toEqual(whole.interfaces);
});

test('a period has its hours alone, and what is less known in them first', async () => {
  const rows = ['a', 'b'].flatMap((name) =>
    [0, 1, 2].map((nth) => row(name, nth, { minutes: (name === 'a') === (nth === 0) ? 30 : 60 })),
  );
  const { interfaces, period } = await reportOf(rows, { from: start + hour, to: start + 3 * hour });
  expect(period).toEqual({ from: '2026-05-28T21:00:00Z', to: '2026-05-28T23:00:00Z' });
  expect(interfaces.map(({ interfaceId, covered }) => [interfaceId, covered])).toEqual([
    ['b', 0.5],
    ['a', 1],
  ]);
});
