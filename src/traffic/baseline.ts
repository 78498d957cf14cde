import { member, wholes } from '../sql/dialect.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { total } from './total.ts';

/** Ports, protocols and directions that are told apart for one address; what further ones did is joined without port. */
const portsAtMost = 50;
/** Rows of a baseline; those seen on the fewest days, with the least bytes, are left out, and counted. */
export const rowsAtMost = 2_000_000;

/** The columns of a baseline with their types, in order. */
export const baselineColumns = [
  ['kind', 'VARCHAR'],
  ['address', 'VARCHAR'],
  ['service_port', 'INTEGER'],
  ['protocol', 'INTEGER'],
  ['direction', 'VARCHAR'],
  ['others', 'BIGINT'],
  ['first_seen', 'BIGINT'],
  ['last_seen', 'BIGINT'],
  ['days', 'BIGINT'],
  ['flows', 'BIGINT'],
  ['bytes_in', 'BIGINT'],
  ['bytes_out', 'BIGINT'],
  ['flows_p50', 'BIGINT'],
  ['flows_p90', 'BIGINT'],
  ['flows_max', 'BIGINT'],
  ['bytes_p50', 'BIGINT'],
  ['bytes_p90', 'BIGINT'],
  ['bytes_max', 'BIGINT'],
] as const;

const ofDays = sql`service_port, protocol, direction, day, first_seen, last_seen, flows, bytes_in, bytes_out`;
const bytes = sql`CAST(bytes_in AS DECIMAL(38, 0)) + bytes_out`;
const key = sql`kind, address, service_port, protocol, direction`;

/**
 * The north/south traffic of `sessions` as a profile, without any single record: a row for each peer, and for each local
 * address, with each service port, protocol and direction; how many others it had that with, on how many days, and what
 * a day of it is like. The most important rows first.
 */
export const baselineProfile: Sql = sql`
  WITH daily AS (
    SELECT local, peer, service_port, protocol, direction, ${wholes(sql`start`, 86_400)} AS day, min(start) AS first_seen,
      max("end") AS last_seen, ${total(sql`records`)} AS flows, ${total(sql`bytes_in`)} AS bytes_in,
      ${total(sql`bytes_out`)} AS bytes_out
    FROM sessions WHERE traffic = 'north_south'
    GROUP BY 1, 2, 3, 4, 5, 6
  ),
  sides AS (
    SELECT 'peer' AS kind, peer AS address, local AS other, ${ofDays} FROM daily
    UNION ALL
    SELECT 'local' AS kind, local AS address, peer AS other, ${ofDays} FROM daily
  ),
  ports AS (
    SELECT ${key}, row_number() OVER (
      PARTITION BY kind, address ORDER BY count(DISTINCT day) DESC, sum(${bytes}) DESC, service_port, protocol,
        direction) AS place
    FROM sides GROUP BY ${key}
  ),
  kept AS (
    SELECT s.kind, s.address, s.other, CASE WHEN p.place <= ${portsAtMost} THEN s.service_port END AS service_port,
      CASE WHEN p.place <= ${portsAtMost} THEN s.protocol END AS protocol, s.direction, s.day, s.first_seen, s.last_seen,
      s.flows, s.bytes_in, s.bytes_out
    FROM sides AS s JOIN ports AS p ON p.kind = s.kind AND p.address = s.address AND p.direction = s.direction
      AND p.service_port IS NOT DISTINCT FROM s.service_port AND p.protocol IS NOT DISTINCT FROM s.protocol
  ),
  days AS (
    SELECT ${key}, day, min(first_seen) AS first_seen, max(last_seen) AS last_seen, ${total(sql`flows`)} AS flows,
      ${total(sql`bytes_in`)} AS bytes_in, ${total(sql`bytes_out`)} AS bytes_out
    FROM kept GROUP BY ${key}, day
  ),
  profiles AS (
    SELECT ${key}, min(first_seen) AS first_seen, max(last_seen) AS last_seen, count(*) AS days, ${total(sql`flows`)} AS flows,
      ${total(sql`bytes_in`)} AS bytes_in, ${total(sql`bytes_out`)} AS bytes_out,
      ${member(sql`flows`, 0.5)} AS flows_p50, ${member(sql`flows`, 0.9)} AS flows_p90, max(flows) AS flows_max,
      ${member(bytes, 0.5)} AS bytes_p50, ${member(bytes, 0.9)} AS bytes_p90,
      max(${bytes}) AS bytes_max
    FROM days GROUP BY ${key}
  ),
  company AS (SELECT ${key}, count(DISTINCT other) AS others FROM kept GROUP BY ${key})
  SELECT ${list(baselineColumns.map(([name, type]) => casted(name, type)))}
  FROM profiles AS p JOIN company AS c ON c.kind = p.kind AND c.address = p.address AND c.direction = p.direction
    AND c.service_port IS NOT DISTINCT FROM p.service_port AND c.protocol IS NOT DISTINCT FROM p.protocol
  ORDER BY p.days DESC, CAST(p.bytes_in AS DECIMAL(38, 0)) + p.bytes_out DESC, p.kind, p.address, p.service_port, p.protocol, p.direction`;

function casted(name: string, type: string): Sql {
  return sql`CAST(${column(name === 'others' ? 'c' : 'p', name)} AS ${trusted(type)}) AS ${id(name)}`;
}

function column(relation: string, name: string): Sql {
  return sql`${id(relation)}.${id(name)}`;
}

/** A baseline that is in use, by its name and file. */
export interface BaselineFile {
  readonly name: string;
  readonly file: string;
}

/** `baseline`, the rows of all that are in use, and `known_peers`, the peers in them. */
export function baselineViews(files: readonly BaselineFile[]): readonly Step[] {
  const columns = list(baselineColumns.map(([name]) => id(name)));
  const rows =
    files.length === 0
      ? sql`SELECT CAST(NULL AS VARCHAR) AS baseline,
          ${list(baselineColumns.map(([name, type]) => sql`CAST(NULL AS ${trusted(type)}) AS ${id(name)}`))} WHERE FALSE`
      : list(
          files.map(
            ({ name, file }) =>
              sql`SELECT ${name} AS baseline, ${columns} FROM read_parquet(${file}, hive_partitioning = false)`,
          ),
          ' UNION ALL ',
        );
  return [
    { name: 'baseline', about: 'What imported baselines know as normal.', reads: [], sql: rows },
    {
      name: 'known_peers',
      about: 'The peers in baselines.',
      reads: ['baseline'],
      sql: sql`SELECT address AS peer, min(first_seen) AS known_since, max(last_seen) AS known_until
        FROM baseline WHERE kind = 'peer' GROUP BY address`,
    },
  ];
}
