import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, sql } from '../sql/sql.ts';
import type { DnsSummary } from './names.ts';
import { isoTime, type Period } from './period.ts';

const hourRow = v.object({
  accountId: v.nullable(v.string()),
  interfaceId: v.string(),
  hour: v.number(),
  firstStart: v.number(),
  lastEnd: v.number(),
  records: v.number(),
  rejected: v.number(),
  noData: v.number(),
  skipData: v.number(),
  minutes: v.number(),
  skippedMinutes: v.number(),
});

/** What records say of one hour of one interface; hours without any are absent. */
export type CoverageRow = v.InferOutput<typeof hourRow>;

/** What is there for each interface and hour of a period. */
export function coverageOf({ from, to }: Period): Query<CoverageRow> {
  return {
    name: 'coverage',
    sql: sql`
      SELECT account_id AS "accountId", interface_id AS "interfaceId", hour, first_start AS "firstStart",
        last_end AS "lastEnd", records, rejected, no_data AS "noData", skip_data AS "skipData", minutes,
        skipped_minutes AS "skippedMinutes"
      FROM coverage_hours
      WHERE ${and(
        from === undefined ? undefined : sql`hour >= ${from} // 3600 * 3600`,
        to === undefined ? undefined : sql`hour < ${to}`,
      )}
      ORDER BY account_id, interface_id, hour`,
    row: hourRow,
  };
}

/** What an hour of an interface holds, the most telling first: lost records, records, none seen, nothing at all. */
type HourState = 'skipped' | 'records' | 'no-data' | 'nothing';

/** One hour of one interface. */
export interface CoverageHour {
  readonly hour: string;
  readonly state: HourState;
  readonly records: number;
  readonly rejected: number;
  readonly noData: number;
  readonly skipData: number;
  /** Minutes that records speak of, of at most 60. */
  readonly minutes: number;
  readonly skippedMinutes: number;
}

/** One interface with all hours between the first and the last record of any. */
export interface InterfaceCoverage {
  readonly accountId: string | null;
  readonly interfaceId: string;
  /** Share of the minutes between its first and last record that records speak of; of those that AWS lost. */
  readonly covered: number;
  readonly skipped: number;
  readonly hours: readonly CoverageHour[];
}

export interface CoverageReport {
  /** What DNS query logs are loaded, whatever the period. */
  readonly dns: DnsSummary;
  readonly period: { readonly from: string | null; readonly to: string | null };
  /** Over all interfaces. */
  readonly covered: number;
  readonly skipped: number;
  readonly interfaces: readonly InterfaceCoverage[];
}

const hourSeconds = 3600;
/** Two months; a clock jump must not make a map of years. */
const mostHours = 24 * 62;

/** Puts the rows of {@link coverageOf} together, with the hours that are missing. */
export function coverageReport(rows: readonly CoverageRow[]): Omit<CoverageReport, 'dns'> {
  const hours = rows.map(({ hour }) => hour);
  const last = hours.reduce((most, hour) => Math.max(most, hour), Number.NEGATIVE_INFINITY);
  const first = Math.max(
    hours.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY),
    last - (mostHours - 1) * hourSeconds,
  );
  const interfaces = byInterface(rows);
  const listed = interfaces.map((own) => interfaceCoverage(own, first, last));
  const spans = interfaces.map(spanOf);
  const span = spans.reduce((sum, minutes) => sum + minutes, 0);
  const share = (key: 'minutes' | 'skippedMinutes') =>
    shareOf(
      rows.reduce((sum, row) => sum + row[key], 0),
      span,
    );
  return {
    period: { from: isoTime(first), to: rows.length === 0 ? null : isoTime(last + hourSeconds) },
    covered: share('minutes'),
    skipped: share('skippedMinutes'),
    interfaces: listed,
  };
}

function byInterface(rows: readonly CoverageRow[]): CoverageRow[][] {
  const groups = new Map<string, CoverageRow[]>();
  for (const row of rows) {
    const key = `${row.accountId} ${row.interfaceId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function interfaceCoverage(rows: readonly CoverageRow[], first: number, last: number): InterfaceCoverage {
  const byHour = new Map(rows.map((row) => [row.hour, row]));
  const span = spanOf(rows);
  const hours: CoverageHour[] = [];
  for (let hour = first; hour <= last; hour += hourSeconds) hours.push(hourOf(hour, byHour.get(hour)));
  return {
    accountId: rows[0]?.accountId ?? null,
    interfaceId: rows[0]?.interfaceId ?? '-',
    covered: shareOf(
      rows.reduce((sum, { minutes }) => sum + minutes, 0),
      span,
    ),
    skipped: shareOf(
      rows.reduce((sum, { skippedMinutes }) => sum + skippedMinutes, 0),
      span,
    ),
    hours,
  };
}

function hourOf(hour: number, row: CoverageRow | undefined): CoverageHour {
  const { records = 0, rejected = 0, noData = 0, skipData = 0, minutes = 0, skippedMinutes = 0 } = row ?? {};
  const state = skipData > 0 ? 'skipped' : records > 0 ? 'records' : noData > 0 ? 'no-data' : 'nothing';
  return {
    hour: isoTime(hour) ?? '',
    state,
    records,
    rejected,
    noData,
    skipData,
    minutes,
    skippedMinutes,
  };
}

function spanOf(rows: readonly CoverageRow[]): number {
  const first = rows.reduce((least, { firstStart }) => Math.min(least, firstStart), Number.POSITIVE_INFINITY);
  const last = rows.reduce((most, { lastEnd }) => Math.max(most, lastEnd), Number.NEGATIVE_INFINITY);
  return rows.length === 0 ? 0 : Math.ceil((last - first + 1) / 60);
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, Math.round((part / whole) * 10_000) / 10_000);
}
