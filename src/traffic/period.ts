import { and, type Sql, sql } from '../sql/sql.ts';

/** Only records whose first packet lies in [from, to), in Unix seconds; an absent bound is open. */
export interface Period {
  readonly from?: number;
  readonly to?: number;
}

/** The condition on `start` of a record. */
export function during({ from, to }: Period): Sql {
  return and(
    from === undefined ? undefined : sql`start >= ${from}`,
    to === undefined ? undefined : sql`start < ${to}`,
  );
}

/** Unix seconds as an ISO time in UTC; null where there is none that can be written. */
export function isoTime(seconds: number | null): string | null {
  if (seconds === null) return null;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().replace('.000Z', 'Z');
}
