import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, nothing, type Sql, sql } from '../sql/sql.ts';
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

/** Which interfaces of the list: `offset` are passed over, `limit` are given. */
export interface CoverageWindow {
  readonly offset: number;
  readonly limit: number;
}

/** The condition on rows of `coverage_hours` in a period, the hour that it begins in among them. */
export const hoursWithin = ({ from, to }: Period) =>
  and(
    from === undefined ? undefined : sql`hour >= ${Math.floor(from / 3600) * 3600}`,
    to === undefined ? undefined : sql`hour < ${to}`,
  );

/** Each interface with its minutes between its first and last record. */
const spans = (period: Period) => sql`(
  SELECT account_id, interface_id, min(hour) AS first_hour, max(hour) AS last_hour, sum(minutes) AS minutes,
    sum(skipped_minutes) AS skipped_minutes, ceil(CAST(max(last_end) - min(first_start) + 1 AS DOUBLE) / 60) AS span
  FROM coverage_hours WHERE ${hoursWithin(period)} GROUP BY account_id, interface_id)`;

const sumRow = v.object({
  interfaces: v.number(),
  firstHour: v.nullable(v.number()),
  lastHour: v.nullable(v.number()),
  minutes: v.number(),
  skippedMinutes: v.number(),
  span: v.number(),
});

/** All interfaces together. */
type CoverageSums = v.InferOutput<typeof sumRow>;

export function coverageSums(period: Period): Query<CoverageSums> {
  const total = (name: Sql) => sql`CAST(coalesce(sum(${name}), 0) AS BIGINT)`;
  return {
    name: 'coverage of all interfaces',
    sql: sql`
      SELECT count(*) AS interfaces, min(first_hour) AS "firstHour", max(last_hour) AS "lastHour",
        ${total(sql`minutes`)} AS minutes, ${total(sql`skipped_minutes`)} AS "skippedMinutes", ${total(sql`span`)} AS span
      FROM ${spans(period)}`,
    row: sumRow,
  };
}

/** What is there for each interface and hour of a period; those interfaces first of whose time the least is known. */
export function coverageOf(period: Period, window?: CoverageWindow): Query<CoverageRow> {
  const { offset = 0, limit } = window ?? {};
  const place = sql`row_number() OVER (ORDER BY least(1, minutes / span), interface_id, account_id)`;
  return {
    name: 'coverage',
    sql: sql`
      SELECT h.account_id AS "accountId", h.interface_id AS "interfaceId", hour, first_start AS "firstStart",
        last_end AS "lastEnd", records, rejected, no_data AS "noData", skip_data AS "skipData", h.minutes,
        h.skipped_minutes AS "skippedMinutes"
      FROM (SELECT * FROM coverage_hours WHERE ${hoursWithin(period)}) AS h
      JOIN (SELECT account_id, interface_id, ${place} AS place FROM ${spans(period)}) AS i
        ON i.account_id IS NOT DISTINCT FROM h.account_id AND i.interface_id IS NOT DISTINCT FROM h.interface_id
      WHERE place > ${offset}${limit === undefined ? nothing : sql` AND place <= ${offset + limit}`}
      ORDER BY place, hour`,
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
  readonly interfacesTotal: number;
  /** Those that were asked for; first those of whose time the least is known. */
  readonly interfaces: readonly InterfaceCoverage[];
}

const hourSeconds = 3600;
/** Two months; a clock jump must not make a map of years. */
const mostHours = 24 * 62;

/** Puts the rows of {@link coverageOf} together, with the hours that are missing. */
export function coverageReport(
  { interfaces: interfacesTotal, firstHour, lastHour, minutes, skippedMinutes, span }: CoverageSums,
  rows: readonly CoverageRow[],
): Omit<CoverageReport, 'dns'> {
  const [covered, skipped] = [shareOf(minutes, span), shareOf(skippedMinutes, span)];
  if (firstHour === null || lastHour === null)
    return { period: { from: null, to: null }, covered, skipped, interfacesTotal, interfaces: [] };
  const first = Math.max(firstHour, lastHour - (mostHours - 1) * hourSeconds);
  return {
    period: { from: isoTime(first), to: isoTime(lastHour + hourSeconds) },
    ...{ covered, skipped, interfacesTotal },
    interfaces: byInterface(rows).map((own) => interfaceCoverage(own, first, lastHour)),
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

/** A share with four decimals, 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.round((part / whole) * 10_000) / 10_000);
}
