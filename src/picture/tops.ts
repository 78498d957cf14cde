import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from '../traffic/names.ts';
import type { TopOrder } from '../traffic/top.ts';

/** The relations that tops are counted from: rows to the Internet, and {@link sumsOfLabels}. */
export interface TopSources {
  readonly rows: Sql;
  readonly labels: Sql;
}

export interface TopOptions {
  readonly by: TopOrder;
  readonly rows: number;
  /** A condition on the sums of a group. */
  readonly groups: Sql | undefined;
}

const sum = (name: string) => sql`CAST(coalesce(sum(${id(name)}), 0) AS BIGINT) AS ${id(name)}`;
const measured = sql`${sum('flows')}, ${sum('packets')}, ${sum('bytes')}`;
const sums = sql`r.flows, r.packets, r.bytes, r.peers`;
const sumRow = { flows: v.number(), packets: v.number(), bytes: v.number(), peers: v.number() };

/** The largest groups; those that are equal stand in the order of their keys. */
function largest(grouped: Sql, keys: readonly Sql[], { by, rows, groups }: TopOptions): Sql {
  return sql`SELECT * FROM (${grouped}) WHERE ${and(groups)} ORDER BY ${order(keys, by)} LIMIT ${rows}`;
}

function order(keys: readonly Sql[], by: TopOrder): Sql {
  return list([sql`${id(by)} DESC`, ...keys.map((key) => sql`${key} ASC NULLS FIRST`)]);
}

/** Sums and peers by labels; in `peers` each peer is one row. */
export function sumsOfLabels(peers: Sql): Sql {
  return sql`SELECT label_set, ${measured}, count(*) AS peers FROM ${peers} GROUP BY label_set`;
}

function byLabel(label: Sql, { labels }: TopSources): Sql {
  return sql`SELECT l.${label}, ${measured}, ${sum('peers')}
    FROM ${labels} AS p LEFT JOIN workbench_label_sets AS l ON l.label_set = p.label_set GROUP BY l.${label}`;
}

/** The largest groups of rows. Peers are counted for those alone: telling apart all of them takes longest. */
function withPeers(keys: readonly Sql[], { rows }: TopSources, options: TopOptions): Sql {
  const all = list(keys);
  const isSame = list(
    keys.map((key) => sql`f.${key} IS NOT DISTINCT FROM t.${key}`),
    ' AND ',
  );
  return sql`
    top AS MATERIALIZED (${largest(sql`SELECT ${all}, ${measured} FROM ${rows} GROUP BY ${all}`, keys, options)}),
    counted AS (
      SELECT ${list(keys.map((key) => sql`f.${key}`))}, count(DISTINCT f.dst) AS peers
      FROM ${rows} AS f SEMI JOIN top AS t ON ${isSame} GROUP BY ${list(keys.map((key) => sql`f.${key}`))}
    ),
    ranked AS (SELECT t.*, f.peers FROM top AS t JOIN counted AS f ON ${isSame})`;
}

const networkRow = v.object({
  asn: v.nullable(v.number()),
  network: v.nullable(v.string()),
  provider: v.nullable(v.string()),
  ...sumRow,
});

export function topNetworks(from: TopSources, options: TopOptions): Query<v.InferOutput<typeof networkRow>> {
  const net = sql`net`;
  return {
    name: 'largest networks',
    sql: sql`WITH ranked AS (${largest(byLabel(net, from), [net], options)})
      SELECT n.asn, n.network, n.provider, ${sums}
      FROM ranked AS r
      LEFT JOIN (
        SELECT DISTINCT net, asn, network, provider FROM workbench_label_sets WHERE net IN (SELECT net FROM ranked)
      ) AS n ON n.net = r.net
      ORDER BY ${order([sql`r.net`], options.by)}`,
    row: networkRow,
  };
}

const countryRow = v.object({ country: v.nullable(v.string()), ...sumRow });

export function topCountries(from: TopSources, options: TopOptions): Query<v.InferOutput<typeof countryRow>> {
  const country = sql`country`;
  return {
    name: 'largest countries',
    sql: sql`SELECT * FROM (${largest(byLabel(country, from), [country], options)}) ORDER BY ${order([country], options.by)}`,
    row: countryRow,
  };
}

const portRow = v.object({ dstPort: v.nullable(v.number()), protocol: v.nullable(v.number()), ...sumRow });

export function topPorts(from: TopSources, options: TopOptions): Query<v.InferOutput<typeof portRow>> {
  const keys = [sql`dst_port`, sql`protocol`];
  return {
    name: 'largest ports',
    sql: sql`WITH ${withPeers(keys, from, options)}
      SELECT dst_port AS "dstPort", protocol, ${sums} FROM ranked AS r ORDER BY ${order(keys, options.by)}`,
    row: portRow,
  };
}

const localRow = v.object({
  local: v.nullable(v.string()),
  ...sumRow,
  name: v.nullable(v.string()),
  names: v.number(),
});

export function topLocals(from: TopSources, options: TopOptions): Query<v.InferOutput<typeof localRow>> {
  const keys = [sql`src`];
  const { name, names, joins } = bestName(trusted('a'), id('address'), undefined);
  return {
    name: 'largest local hosts',
    sql: sql`WITH ${withPeers(keys, from, options)}
      SELECT a.address AS "local", ${sums}, ${name} AS name, ${names} AS names
      FROM ranked AS r
      LEFT JOIN (SELECT address_id, address FROM addresses WHERE address_id IN (SELECT src FROM top)) AS a
        ON a.address_id = r.src
      ${joins}
      ORDER BY ${order([sql`r.src`], options.by)}`,
    row: localRow,
  };
}
