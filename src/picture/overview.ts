import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, id, type Sql, sql } from '../sql/sql.ts';
import { type Facts, kinds } from './facts.ts';
import { isShown, outbound, type View } from './view.ts';

const bucketRow = v.object({ bucket: v.number(), kind: v.number(), flows: v.number(), bytes: v.number() });

/** Flows and bytes by bucket and kind. */
export function timelineOf(
  facts: Facts,
  view: View,
  seconds: number,
): Query<v.InferOutput<typeof bucketRow>> {
  const wanted = sql`${facts.relation} WHERE ${and(sql`kind IS NOT NULL`, facts.during(view.period), view.rows)}`;
  // By columns as they are, whose few values the engine knows, tens of millions of sums are grouped in half the time.
  const rows =
    facts.basis === 'cube'
      ? sql`(SELECT slot, kind, sum(flows) AS flows, sum(bytes) AS bytes FROM ${wanted} GROUP BY slot, kind)`
      : sql`(SELECT * FROM ${wanted})`;
  return {
    name: 'timeline',
    sql: sql`
      SELECT ${facts.bucket(seconds)} AS bucket, kind, CAST(sum(flows) AS BIGINT) AS flows,
        CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes
      FROM ${rows} WHERE ${facts.bucket(seconds)} IS NOT NULL
      GROUP BY 1, 2
      ORDER BY 1, 2`,
    row: bucketRow,
  };
}

/** The rows that go to the Internet and are in the view, with what tops are counted by. */
export function rowsToInternet(facts: Facts, view: View): Sql {
  const keys = sql`src, dst, dst_port, protocol`;
  // Records are put together at once; sums are so few that telling their ends and ports apart takes longer than it saves.
  const sum = (name: string) => sql`CAST(coalesce(sum(${id(name)}), 0) AS BIGINT) AS ${id(name)}`;
  const from = outbound(facts, view);
  return facts.basis === 'cube'
    ? sql`SELECT ${keys}, label_set, flows, packets, bytes FROM ${from}`
    : sql`SELECT ${keys}, ${sum('flows')}, ${sum('packets')}, ${sum('bytes')} FROM ${from} GROUP BY ${keys}`;
}

/** Those rows as facts, once they are in a table. */
export function factsOfRows(facts: Facts, table: Sql): Facts {
  return {
    ...facts,
    relation: sql`(SELECT *, ${kinds.outbound} AS kind FROM ${table})`,
    during: () => sql`TRUE`,
  };
}

const sums = { flows: v.number(), packets: v.number(), bytes: v.number() };
const totalRow = v.object({ ...sums, hiddenFlows: v.number(), hiddenBytes: v.number() });

/** What goes to the Internet, and how much of the same is set aside. */
export function totalsOf(facts: Facts, view: View): Query<v.InferOutput<typeof totalRow>> {
  const total = (name: string, condition: Sql) =>
    sql`CAST(coalesce(sum(${id(name)}) FILTER (WHERE ${condition}), 0) AS BIGINT)`;
  const shown = view.asides ? sql`TRUE` : sql`is_shown`;
  return {
    name: 'totals',
    sql: sql`
      SELECT ${total('flows', shown)} AS flows, ${total('packets', shown)} AS packets, ${total('bytes', shown)} AS bytes,
        ${total('flows', sql`NOT is_shown`)} AS "hiddenFlows", ${total('bytes', sql`NOT is_shown`)} AS "hiddenBytes"
      FROM (SELECT flows, packets, bytes, ${isShown(facts)} AS is_shown FROM ${outbound(facts, { ...view, asides: true })})`,
    row: totalRow,
  };
}

/** The kinds of the timeline by their number. */
export const kindNames: Readonly<Record<number, keyof typeof kinds>> = Object.fromEntries(
  Object.entries(kinds).map(([name, number]) => [number, name as keyof typeof kinds]),
);
