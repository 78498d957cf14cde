import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';
import type { Funnel } from './funnel.ts';
import { during, type Period } from './period.ts';
import type { TopRow } from './top.ts';

/** The answer of the main job: how the traffic narrows down, and what is left to look at. */
export interface Hunt {
  readonly workspace: string;
  /** Of the records found, as ISO times; null when there is none. */
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly funnel: Funnel;
  readonly top: readonly TopRow[];
  /** Explained answers to the four questions; no detector exists yet, so none is given. */
  readonly findings: readonly never[];
}

const spanRow = v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()) });

/** First start and last end of the records in a period, in Unix seconds. */
export function span(period: Period): Query<v.InferOutput<typeof spanRow>> {
  return {
    name: 'period',
    sql: sql`SELECT min(start) AS "from", max(coalesce("end", start)) AS "to" FROM records WHERE ${during(period)}`,
    row: spanRow,
  };
}
