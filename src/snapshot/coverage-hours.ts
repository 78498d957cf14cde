import * as v from 'valibot';
import type { Engine } from '../engine/engine.ts';
import { sql } from '../sql/sql.ts';
import { hoursWithin, shareOf } from '../traffic/coverage.ts';
import { isoTime, type Period } from '../traffic/period.ts';

const hourRow = v.object({ hour: v.number(), minutes: v.number(), skipped: v.number() });
const spanRow = v.object({ first: v.number(), last: v.number() });

/** Shares of the minutes that records speak of and that AWS lost, over all interfaces, by hour and altogether. */
export async function coverageByHour(engine: Engine, period: Period, signal: AbortSignal) {
  const within = hoursWithin(period);
  const hours = sql`SELECT hour, CAST(sum(minutes) AS BIGINT) AS minutes, CAST(sum(skipped_minutes) AS BIGINT) AS skipped
    FROM coverage_hours WHERE ${within} GROUP BY hour ORDER BY hour`;
  const spans = sql`SELECT min(first_start) AS first, max(last_end) AS last
    FROM coverage_hours WHERE ${within} GROUP BY account_id, interface_id ORDER BY first, last`;
  const rows = await engine.ask({ name: 'coverage by hour', sql: hours, row: hourRow }, signal);
  const interfaces = await engine.ask({ name: 'spans of interfaces', sql: spans, row: spanRow }, signal);
  const all = interfaces.reduce((sum, { first, last }) => sum + Math.ceil((last - first + 1) / 60), 0);
  const total = (key: 'minutes' | 'skipped') => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    covered: shareOf(total('minutes'), all),
    skipped: shareOf(total('skipped'), all),
    hours: rows.map(({ hour, minutes, skipped }) => {
      const present = interfaces.filter(({ first, last }) => first < hour + 3600 && last >= hour).length;
      return {
        hour: isoTime(hour) ?? '',
        covered: shareOf(minutes, present * 60),
        skipped: shareOf(skipped, present * 60),
        interfaces: present,
      };
    }),
  };
}
