import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';
import { during, type Period } from './period.ts';

const spanRow = v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()) });

/** First start and last end of the records in a period, in Unix seconds. */
export function span(period: Period): Query<v.InferOutput<typeof spanRow>> {
  return {
    name: 'period',
    sql: sql`SELECT min(start) AS "from", max(coalesce("end", start)) AS "to" FROM records WHERE ${during(period)}`,
    row: spanRow,
  };
}
