import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from '../traffic/names.ts';
import type { TopOrder } from '../traffic/top.ts';

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

/** Sums and peers by labels, of rows to the Internet. */
export function labelsOfRows(rows: Sql): Sql {
  return sql`SELECT label_set, ${measured}, count(DISTINCT dst) AS peers FROM ${rows} GROUP BY label_set`;
}

/** The same of a list of peers, each of which is one row. */
export function labelsOfPeers(peers: Sql): Sql {
  return sql`SELECT label_set, ${measured}, count(*) AS peers FROM ${peers} GROUP BY label_set`;
}

const rowsName = sql`rows_to_internet`;
const labelsName = sql`sums_of_labels`;

function byLabel(label: Sql): Sql {
  return sql`SELECT l.${label}, ${measured}, ${sum('peers')}
    FROM ${labelsName} AS p LEFT JOIN workbench_label_sets AS l ON l.label_set = p.label_set GROUP BY l.${label}`;
}

/** The largest groups of rows. Peers are counted for those alone: telling apart all of them takes longest. */
function withPeers(name: Sql, keys: readonly Sql[], options: TopOptions): Sql {
  const all = list(keys);
  const [top, counted] = [sql`${name}_largest`, sql`${name}_counted`];
  const isSame = list(
    keys.map((key) => sql`f.${key} IS NOT DISTINCT FROM t.${key}`),
    ' AND ',
  );
  return sql`
    ${top} AS MATERIALIZED (${largest(sql`SELECT ${all}, ${measured} FROM ${rowsName} GROUP BY ${all}`, keys, options)}),
    ${counted} AS (
      SELECT ${list(keys.map((key) => sql`f.${key}`))}, count(DISTINCT f.dst) AS peers
      FROM ${rowsName} AS f SEMI JOIN ${top} AS t ON ${isSame} GROUP BY ${list(keys.map((key) => sql`f.${key}`))}
    ),
    ${name} AS (SELECT t.*, f.peers FROM ${top} AS t JOIN ${counted} AS f ON ${isSame})`;
}

/** Rows of a query, in their order, as one value: of `columns` from `relation`, which has the groups as `r`. */
function asList(columns: Sql, relation: Sql, keys: readonly Sql[], { by }: TopOptions): Sql {
  const place = order(
    keys.map((key) => sql`r.${key}`),
    by,
  );
  return sql`(SELECT coalesce(list(t ORDER BY t.place), []) FROM (
    SELECT row_number() OVER (ORDER BY ${place}) AS place, ${columns} FROM ${relation}) AS t)`;
}

const rankingsRow = v.object({
  totals: v.object({ flows: v.number(), packets: v.number(), bytes: v.number() }),
  networks: v.array(
    v.object({
      asn: v.nullable(v.number()),
      network: v.nullable(v.string()),
      provider: v.nullable(v.string()),
      ...sumRow,
    }),
  ),
  countries: v.array(v.object({ country: v.nullable(v.string()), ...sumRow })),
  ports: v.array(v.object({ dstPort: v.nullable(v.number()), protocol: v.nullable(v.number()), ...sumRow })),
  locals: v.array(
    v.object({
      local: v.nullable(v.string()),
      ...sumRow,
      name: v.nullable(v.string()),
      names: v.number(),
    }),
  ),
});

/**
 * The largest networks, countries, ports and local hosts of rows to the Internet, and what they are of altogether: one
 * row. The rows are found once, inside the statement: as a table they would take longer to write than to find.
 */
export function rankings(rows: Sql, options: TopOptions): Query<v.InferOutput<typeof rankingsRow>> {
  const [net, country, src] = [sql`net`, sql`country`, sql`src`];
  const port = [sql`dst_port`, sql`protocol`];
  const { name, names, joins } = bestName(trusted('a'), id('address'), undefined);
  const networks = asList(
    sql`n.asn, n.network, n.provider, ${sums}`,
    sql`networks AS r LEFT JOIN (
        SELECT DISTINCT net, asn, network, provider FROM workbench_label_sets WHERE net IN (SELECT net FROM networks)
      ) AS n ON n.net = r.net`,
    [net],
    options,
  );
  const locals = asList(
    sql`a.address AS "local", ${sums}, ${name} AS name, ${names} AS names`,
    sql`locals AS r LEFT JOIN (
        SELECT address_id, address FROM addresses WHERE address_id IN (SELECT src FROM locals_largest)
      ) AS a ON a.address_id = r.src ${joins}`,
    [src],
    options,
  );
  return {
    name: 'rankings',
    sql: sql`
      WITH ${rowsName} AS MATERIALIZED (${rows}),
        ${labelsName} AS MATERIALIZED (${labelsOfRows(rowsName)}),
        networks AS MATERIALIZED (${largest(byLabel(net), [net], options)}),
        countries AS (${largest(byLabel(country), [country], options)}),
        ${withPeers(sql`ports`, port, options)},
        ${withPeers(sql`locals`, [src], options)}
      SELECT (SELECT t FROM (SELECT ${measured} FROM ${labelsName}) AS t) AS totals,
        ${networks} AS networks,
        ${asList(sql`country, ${sums}`, sql`countries AS r`, [country], options)} AS countries,
        ${asList(sql`dst_port AS "dstPort", protocol, ${sums}`, sql`ports AS r`, port, options)} AS ports,
        ${locals} AS locals`,
    row: rankingsRow,
  };
}
