import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, id, list, type Sql, sql } from '../sql/sql.ts';
import type { TopOrder } from '../traffic/top.ts';
import { type Facts, kinds } from './facts.ts';
import { endKey, isHidden, outbound, type View } from './view.ts';

const bucketRow = v.object({ bucket: v.number(), kind: v.number(), flows: v.number(), bytes: v.number() });

/** Flows and bytes by bucket and kind. */
export function timelineOf(
  facts: Facts,
  view: View,
  seconds: number,
): Query<v.InferOutput<typeof bucketRow>> {
  return {
    name: 'timeline',
    sql: sql`
      SELECT ${facts.bucket(seconds)} AS bucket, kind, CAST(sum(flows) AS BIGINT) AS flows,
        CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes
      FROM ${facts.relation}
      WHERE ${and(sql`kind IS NOT NULL AND ${facts.bucket(seconds)} IS NOT NULL`, facts.during(view.period), view.rows)}
      GROUP BY 1, 2
      ORDER BY 1, 2`,
    row: bucketRow,
  };
}

const text = v.nullable(v.string());
const number = v.nullable(v.number());
const sums = { flows: v.number(), packets: v.number(), bytes: v.number() };
const networkRow = v.object({ asn: number, network: text, provider: text, ...sums, peers: v.number() });
const countryRow = v.object({ country: text, ...sums, peers: v.number() });
const portRow = v.object({ dstPort: number, protocol: number, ...sums, peers: v.number() });
const localRow = v.object({ local: text, ...sums, peers: v.number() });

const measured = sql`CAST(sum(flows) AS BIGINT) AS flows, CAST(coalesce(sum(packets), 0) AS BIGINT) AS packets,
  CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes`;

export interface Ranking {
  readonly by: TopOrder;
  readonly rows: number;
  /** A condition on flows, packets and bytes of the groups. */
  readonly groups?: Sql | undefined;
}

/** Groups of labels of the peers; each address is labelled once. */
function byLabel(facts: Facts, view: View, { by, rows, groups }: Ranking, labels: readonly string[]): Sql {
  const names = list(labels.map(id));
  return sql`
    SELECT * FROM (
    SELECT ${list(labels.map((name) => sql`a.${id(name)}`))}, ${measured}, count(*) AS peers
    FROM (SELECT dst, ${measured} FROM ${outbound(facts, view)} GROUP BY dst) AS p
    LEFT JOIN addresses AS a ON a.${endKey(facts)} = p.dst
    GROUP BY ${list(labels.map((name) => sql`a.${id(name)}`))})
    WHERE ${groups ?? sql`TRUE`}
    ORDER BY ${id(by)} DESC, ${names}
    LIMIT ${rows}`;
}

/** The networks that the most goes to. */
export function networksOf(
  facts: Facts,
  view: View,
  ranking: Ranking,
): Query<v.InferOutput<typeof networkRow>> {
  return {
    name: 'top networks',
    sql: byLabel(facts, view, ranking, ['asn', 'network', 'provider']),
    row: networkRow,
  };
}

/** The countries that the most goes to. */
export function countriesOf(
  facts: Facts,
  view: View,
  ranking: Ranking,
): Query<v.InferOutput<typeof countryRow>> {
  return { name: 'top countries', sql: byLabel(facts, view, ranking, ['country']), row: countryRow };
}

/** The ports that the most goes to. */
export function portsOf(
  facts: Facts,
  view: View,
  { by, rows, groups }: Ranking,
): Query<v.InferOutput<typeof portRow>> {
  return {
    name: 'top ports',
    sql: sql`
      SELECT * FROM (
        SELECT dst_port AS "dstPort", protocol, ${measured}, count(*) AS peers
        FROM (SELECT dst_port, protocol, dst, ${measured} FROM ${outbound(facts, view)} GROUP BY dst_port, protocol, dst)
        GROUP BY dst_port, protocol)
      WHERE ${groups ?? sql`TRUE`}
      ORDER BY ${id(by)} DESC, "dstPort", protocol
      LIMIT ${rows}`,
    row: portRow,
  };
}

/** The local addresses that the most comes from. */
export function localsOf(
  facts: Facts,
  view: View,
  { by, rows, groups }: Ranking,
): Query<v.InferOutput<typeof localRow>> {
  return {
    name: 'top local addresses',
    sql: sql`
      SELECT a.address AS local, l.* EXCLUDE (src)
      FROM (SELECT * FROM (
        SELECT src, ${measured}, count(*) AS peers
        FROM (SELECT src, dst, ${measured} FROM ${outbound(facts, view)} GROUP BY src, dst)
        GROUP BY src)
        WHERE ${groups ?? sql`TRUE`}
        ORDER BY ${id(by)} DESC, src
        LIMIT ${rows}
      ) AS l
      LEFT JOIN addresses AS a ON a.${endKey(facts)} = l.src
      ORDER BY ${id(by)} DESC, src`,
    row: localRow,
  };
}

const totalRow = v.object({ ...sums, hiddenFlows: v.number(), hiddenBytes: v.number() });

/** What goes to the Internet, and how much of the same is set aside. */
export function totalsOf(facts: Facts, view: View): Query<v.InferOutput<typeof totalRow>> {
  const total = (name: string, condition: Sql) =>
    sql`CAST(coalesce(sum(${id(name)}) FILTER (WHERE ${condition}), 0) AS BIGINT)`;
  const shown = view.asides ? sql`TRUE` : sql`NOT hidden`;
  return {
    name: 'totals',
    sql: sql`
      SELECT ${total('flows', shown)} AS flows, ${total('packets', shown)} AS packets, ${total('bytes', shown)} AS bytes,
        ${total('flows', sql`hidden`)} AS "hiddenFlows", ${total('bytes', sql`hidden`)} AS "hiddenBytes"
      FROM (
        SELECT p.*, coalesce(${isHidden}, FALSE) AS hidden
        FROM (SELECT dst, ${measured} FROM ${outbound(facts, { ...view, asides: true })} GROUP BY dst) AS p
        LEFT JOIN addresses AS a ON a.${endKey(facts)} = p.dst
      )`,
    row: totalRow,
  };
}

/** The kinds of the timeline by their number. */
export const kindNames: Readonly<Record<number, keyof typeof kinds>> = Object.fromEntries(
  Object.entries(kinds).map(([name, number]) => [number, name as keyof typeof kinds]),
);
