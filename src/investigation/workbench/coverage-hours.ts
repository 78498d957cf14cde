import * as v from 'valibot';
import type { DuckDb } from '../../engine/duckdb.ts';
import { and, sql } from '../../sql/sql.ts';
import { isoTime, type Period } from '../../traffic/period.ts';

const hourRow = v.object({ hour: v.number(), minutes: v.number(), skipped: v.number() });
const spanRow = v.object({ first: v.number(), last: v.number() });

/** Shares of the minutes that records speak of and that AWS lost, over all interfaces, by hour and altogether. */
export async function coverageByHour(engine: DuckDb, { from, to }: Period, signal: AbortSignal) {
  const within = and(
    from === undefined ? undefined : sql`hour >= ${from} // 3600 * 3600`,
    to === undefined ? undefined : sql`hour < ${to}`,
  );
  const hours = sql`SELECT hour, CAST(sum(minutes) AS BIGINT) AS minutes, CAST(sum(skipped_minutes) AS BIGINT) AS skipped
    FROM coverage_hours WHERE ${within} GROUP BY hour ORDER BY hour`;
  const spans = sql`SELECT min(first_start) AS first, max(last_end) AS last
    FROM coverage_hours WHERE ${within} GROUP BY account_id, interface_id ORDER BY first, last`;
  const rows = await engine.rows({ name: 'coverage by hour', sql: hours, row: hourRow }, signal);
  const interfaces = await engine.rows({ name: 'spans of interfaces', sql: spans, row: spanRow }, signal);
  const all = interfaces.reduce((sum, { first, last }) => sum + Math.ceil((last - first + 1) / 60), 0);
  const total = (key: 'minutes' | 'skipped') => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    covered: share(total('minutes'), all),
    skipped: share(total('skipped'), all),
    hours: rows.map(({ hour, minutes, skipped }) => {
      const present = interfaces.filter(({ first, last }) => first < hour + 3600 && last >= hour).length;
      return {
        hour: isoTime(hour) ?? '',
        covered: share(minutes, present * 60),
        skipped: share(skipped, present * 60),
        interfaces: present,
      };
    }),
  };
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.round((part / whole) * 10_000) / 10_000);
}
