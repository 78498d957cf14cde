import * as v from 'valibot';
import { joinedHours } from '../names/query-log.ts';
import type { Query } from '../sql/query.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { isoTime } from './period.ts';

/**
 * The kept names, one row for each address, name and host that asked, with what is the same for all hosts of the name
 * (`name_...`), and the places by which the best name is found: from `rows` of `address`, `name`, `host`, `instance`,
 * `vpc_id`, `first_seen`, `last_seen`, `queries`, of which no two have the same address, name and host.
 */
export function placedNames(rows: Sql): Sql {
  return sql`
    WITH asked AS (SELECT * FROM ${rows}),
      ranked AS (
        SELECT *, CAST(count(*) OVER (PARTITION BY address) AS INTEGER) AS names,
          CAST(row_number() OVER (PARTITION BY address ORDER BY name_last_seen DESC, name_queries DESC, name) AS INTEGER)
            AS name_place
        FROM (
          SELECT address, name, min(first_seen) AS name_first_seen, max(last_seen) AS name_last_seen,
            CAST(sum(queries) AS BIGINT) AS name_queries, count(host) AS name_hosts, min(host) AS first_host
          FROM asked GROUP BY address, name
        ) AS by_name
      ),
      joined AS (
        SELECT a.*, r.name_first_seen, r.name_last_seen, r.name_queries, r.name_hosts, r.names, r.name_place, a.host IS NOT DISTINCT FROM r.first_host AS is_first_host
        FROM asked AS a JOIN ranked AS r ON r.address = a.address AND r.name = a.name
      )
    SELECT *, 1 AS host_place FROM joined WHERE names = 1
    UNION ALL
    SELECT *, CAST(row_number() OVER (
      PARTITION BY address, host ORDER BY last_seen DESC, queries DESC, name) AS INTEGER) AS host_place
    FROM joined WHERE names > 1`;
}

/** The views of names over the relation of {@link placedNames}, and the hours in which hosts asked. */
export function nameViews(placed: Sql, hours: Sql): readonly Step[] {
  return [
    {
      name: 'placed_names',
      about: 'names and askers in one, with the places by which the best name is found.',
      // Of a file, in the workspace.
      reads: [],
      sql: sql`SELECT * FROM ${placed}`,
    },
    {
      name: 'names',
      about: 'The names that local hosts asked DNS for and got this address, from DNS query logs.',
      reads: ['placed_names'],
      sql: sql`SELECT address, name, name_first_seen AS first_seen, name_last_seen AS last_seen, name_queries AS queries,
          name_hosts AS hosts
        FROM placed_names WHERE is_first_host`,
    },
    {
      name: 'askers',
      about: 'Who asked for which name and got which address.',
      reads: ['placed_names'],
      sql: sql`SELECT address, name, host, instance, vpc_id, first_seen, last_seen, queries FROM placed_names`,
    },
    {
      name: 'dns_hours',
      about: 'The hours in which hosts asked DNS anything, from DNS query logs.',
      reads: [],
      sql: joinedHours(hours),
    },
  ];
}

/**
 * The best name of the address in a column of `relation`, as an expression and the joins that it needs: the one that the
 * host in column `host` asked for last, else the one that any host did; and how many names the address has.
 */
export function bestName(
  relation: Sql,
  address: Sql,
  host: Sql | undefined,
): { readonly name: Sql; readonly names: Sql; readonly joins: Sql } {
  const names = sql`coalesce(recent.names, 0)`;
  const any = sql`LEFT JOIN placed_names AS recent
    ON recent.address = ${relation}.${address} AND recent.name_place = 1 AND recent.is_first_host`;
  if (host === undefined) return { name: sql`recent.name`, names, joins: any };
  return {
    name: sql`coalesce(asked.name, recent.name)`,
    names,
    joins: sql`${any} LEFT JOIN placed_names AS asked
      ON asked.address = ${relation}.${address} AND asked.host = ${relation}.${host} AND asked.host_place = 1`,
  };
}

const summaryRow = v.object({
  files: v.number(),
  failedFiles: v.number(),
  queries: v.number(),
  answers: v.number(),
  unreadable: v.number(),
  duplicate: v.number(),
  names: v.number(),
  addresses: v.number(),
  hosts: v.number(),
  firstHour: v.nullable(v.number()),
  lastHour: v.nullable(v.number()),
});

/** What DNS query logs were loaded: counted beside the funnel, whose counts are of flow logs. */
export interface DnsSummary extends Omit<v.InferOutput<typeof summaryRow>, 'firstHour' | 'lastHour'> {
  /** Begin of the first and end of the last hour with a query. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What the DNS query logs of the workspace hold, and which names they gave. */
export function dnsSummary(): Query<v.InferOutput<typeof summaryRow>> {
  return {
    name: 'DNS logs',
    sql: sql`
      SELECT *
      FROM (
        SELECT count(*) AS files, count(*) FILTER (WHERE status = 'failed') AS "failedFiles",
          coalesce(sum(queries), 0) AS queries, coalesce(sum(answers), 0) AS answers,
          coalesce(sum(unreadable), 0) AS unreadable, coalesce(sum(duplicate_queries), 0) AS duplicate
        FROM files WHERE kind = 'dns'
      ), (
        SELECT count(DISTINCT name) AS names, count(DISTINCT address) AS addresses FROM names
      ), (
        SELECT count(DISTINCT host) AS hosts, min(hour) AS "firstHour", max(hour) + 3600 AS "lastHour" FROM dns_hours
      )`,
    row: summaryRow,
  };
}

/** The summary with its times as texts. */
export function dnsSummaryOf(row: v.InferOutput<typeof summaryRow> | undefined): DnsSummary {
  const { firstHour, lastHour, ...counts } = row ?? nothing;
  return { ...counts, from: isoTime(firstHour), to: isoTime(lastHour) };
}

const nothing = {
  ...{ files: 0, failedFiles: 0, queries: 0, answers: 0, unreadable: 0, duplicate: 0 },
  ...{ names: 0, addresses: 0, hosts: 0, firstHour: null, lastHour: null },
};
