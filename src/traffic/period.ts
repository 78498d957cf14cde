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
