import * as v from 'valibot';
import { labelEntries } from '../addresses/lookup.ts';
import { firstOf, leastOf } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { and, id, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from './names.ts';
import { during, type Period } from './period.ts';

const text = v.nullable(v.string());
const trafficRow = v.object({
  peer: v.string(),
  sessions: v.nullable(v.number()),
  records: v.number(),
  accepted: v.number(),
  rejected: v.number(),
  bytesOut: v.number(),
  bytesIn: v.number(),
  directions: v.array(v.string()),
  locals: v.number(),
  ports: v.array(v.number()),
  firstSeen: v.nullable(v.number()),
  lastSeen: v.nullable(v.number()),
  ...labelEntries,
  ...{ setAside: text, mark: text },
  ...{ name: text, names: v.number() },
});

/** The traffic of one peer that is on a threat list, with its labels; times in Unix seconds. */
export type ListedTraffic = v.InferOutput<typeof trafficRow>;

const mostPorts = 20;
const allPorts = sql`array_sort(array_agg(DISTINCT port) FILTER (WHERE port IS NOT NULL))`;

/**
 * The traffic of the peers on threat lists, accepted and rejected, noise and set-asides included. From `sessions` where
 * they were worked out; from `flows`, which know of no sessions and not who started them, where nobody wants to wait.
 */
export function listedTraffic(source: 'sessions' | 'flows', period: Period): Query<ListedTraffic> {
  const listed = sql`peer IN (SELECT address FROM intel WHERE kind = 'threat')`;
  const from =
    source === 'sessions'
      ? sql`
        SELECT peer, local, direction, service_port AS port, 1 AS sessions, records, rejected, bytes_out, bytes_in,
          start, "end"
        FROM sessions WHERE ${and(listed, during(period))}`
      : sql`
        SELECT peer, local, NULL AS direction, ${leastOf(sql`srcport`, sql`dstport`)} AS port, NULL AS sessions, 1 AS records,
          CAST(action = 'REJECT' AS INTEGER) AS rejected, CASE WHEN dstaddr = peer THEN bytes ELSE 0 END AS bytes_out,
          CASE WHEN dstaddr = peer THEN 0 ELSE bytes END AS bytes_in, start, "end"
        FROM flows WHERE ${and(listed, during(period), sql`coalesce(log_status, 'OK') = 'OK'`)}`;
  const best = bestName(trusted('t'), id('peer'), undefined);
  return {
    name: 'traffic of listed peers',
    sql: sql`
      SELECT t.*, a.asn, a.network, a.country, a.city, a.provider, a.service, a.region,
        a.set_aside AS "setAside", a.mark, ${best.name} AS name, ${best.names} AS names
      FROM (
        SELECT peer, CAST(sum(sessions) AS BIGINT) AS sessions, CAST(sum(records) AS BIGINT) AS records,
          CAST(sum(records - coalesce(rejected, 0)) AS BIGINT) AS accepted,
          CAST(coalesce(sum(rejected), 0) AS BIGINT) AS rejected,
          CAST(coalesce(sum(bytes_out), 0) AS BIGINT) AS "bytesOut",
          CAST(coalesce(sum(bytes_in), 0) AS BIGINT) AS "bytesIn",
          coalesce(array_sort(array_agg(DISTINCT direction) FILTER (WHERE direction IS NOT NULL)), ARRAY[]) AS directions,
          count(DISTINCT local) AS locals,
          coalesce(${firstOf(allPorts, mostPorts)}, ARRAY[]) AS ports,
          min(start) AS "firstSeen", max("end") AS "lastSeen"
        FROM (${from})
        GROUP BY peer
      ) AS t
      LEFT JOIN addresses AS a ON a.address = t.peer
      ${best.joins}
      ORDER BY t.peer`,
    row: trafficRow,
  };
}

const hitRow = v.object({
  address: v.string(),
  list: v.string(),
  kind: v.picklist(['threat', 'known-good']),
  date: v.string(),
  entry: v.string(),
  port: v.nullable(v.number()),
  context: text,
});

/** What lists say of the addresses that a SELECT gives, in a fixed order; by `intel`, or rows like those. */
export function hitsOf(addresses: Sql, listed: Sql = sql`intel`): Query<v.InferOutput<typeof hitRow>> {
  return {
    name: 'hits of threat lists',
    sql: sql`
      SELECT address, list, kind, list_date AS date, entry, port, context
      FROM ${listed}
      WHERE address IN (${addresses})
      ORDER BY address, kind DESC, list, port NULLS LAST, entry, context`,
    row: hitRow,
  };
}

const countRow = v.object({ list: v.string(), addresses: v.number() });

/** How many loaded addresses are on each list. */
export function addressesOnLists(): Query<v.InferOutput<typeof countRow>> {
  return {
    name: 'addresses on lists',
    sql: sql`SELECT list, count(DISTINCT address) AS addresses FROM intel GROUP BY list ORDER BY list`,
    row: countRow,
  };
}
