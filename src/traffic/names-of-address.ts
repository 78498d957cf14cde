import * as v from 'valibot';
import { rowsOf } from '../addresses/segments.ts';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';

const nameRow = v.object({
  name: v.string(),
  firstSeen: v.number(),
  lastSeen: v.number(),
  queries: v.number(),
  hosts: v.number(),
  askers: v.array(
    v.object({
      host: v.string(),
      instance: v.nullable(v.string()),
      firstSeen: v.number(),
      lastSeen: v.number(),
      queries: v.number(),
    }),
  ),
  names: v.number(),
});

const mostNames = 20;
const mostAskers = 10;

/**
 * The names of an address, those that were asked for last first, with the hosts that asked, the same way; and how many
 * names there are. Times are Unix seconds.
 */
export function namesOfAddress(address: string): Query<v.InferOutput<typeof nameRow>> {
  return {
    name: 'names of an address',
    sql: sql`
      SELECT name, any_value(name_first_seen) AS "firstSeen", any_value(name_last_seen) AS "lastSeen",
        any_value(name_queries) AS queries, any_value(name_hosts) AS hosts, any_value(names) AS names,
        coalesce(list({host: host, instance: instance, "firstSeen": CAST(first_seen AS DOUBLE),
          "lastSeen": CAST(last_seen AS DOUBLE), queries: CAST(queries AS DOUBLE)}
          ORDER BY last_seen DESC, queries DESC, host) FILTER (host IS NOT NULL)[1:${mostAskers}], []) AS askers
      FROM placed_names
      WHERE address = ${address} AND name_place <= ${mostNames}
      GROUP BY name, name_place
      ORDER BY name_place`,
    row: nameRow,
  };
}

const standingRow = v.object({
  place: v.number(),
  name: v.nullable(v.string()),
  names: v.nullable(v.number()),
  /** First and last query of the local end, or of any host where it did not ask. */
  firstSeen: v.nullable(v.number()),
  lastSeen: v.nullable(v.number()),
  isOwn: v.nullable(v.boolean()),
  /** Hours of the traffic and the one before it, and in how many of them the local end asked DNS anything. */
  hours: v.number(),
  hoursAsked: v.number(),
  /** Begin of the first hour of all query logs; null where there are none. */
  logsFrom: v.nullable(v.number()),
});

/** A name of the peer of one finding, or none, with how far query logs speak of its local end. */
export type NameStanding = v.InferOutput<typeof standingRow>;

/** The traffic of one finding: who, and from when to when, in Unix seconds. */
export interface PeerTraffic {
  readonly peer: string;
  readonly local: string | null;
  readonly since: number;
  readonly until: number;
}

const mostOfFinding = 5;

/**
 * For each traffic the names of the peer, the best first: what the local end itself asked for before the traffic
 * began, then what it asked for at all, then what anybody did, each the last first. One row with a null name where it
 * has none.
 */
export function namesOfPeers(traffic: readonly PeerTraffic[]): Query<NameStanding> {
  const rows = traffic.map(({ peer, local, since, until }, place) => [
    ...[place, peer, local],
    ...[Math.floor(since), Math.ceil(Math.max(since, until))],
  ]);
  const types = ['INTEGER', 'VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'];
  return {
    name: 'names of the peers of findings',
    sql: sql`
      WITH asked AS MATERIALIZED (${rowsOf(['place', 'peer', 'local', 'since', 'until'], types, rows)}),
      logs AS MATERIALIZED (SELECT min(hour) AS logs_from FROM dns_hours),
      spans AS (
        SELECT place, local, until, logs_from, greatest(since // 3600 * 3600 - 3600, coalesce(logs_from, 0)) AS begins
        FROM asked, logs
      ),
      spoken AS (
        SELECT s.place, any_value(s.logs_from) AS logs_from,
          greatest(0, any_value(s.until) // 3600 - any_value(s.begins) // 3600 + 1) AS hours,
          count(h.hour) AS hours_asked
        FROM spans AS s
        LEFT JOIN dns_hours AS h ON h.host = s.local AND h.hour BETWEEN s.begins // 3600 * 3600 AND s.until
        GROUP BY s.place
      ),
      named AS (
        SELECT a.place, n.name, any_value(n.names) AS names, coalesce(bool_or(n.host = a.local), FALSE) AS is_own,
          coalesce(bool_or(n.host = a.local AND n.first_seen <= a.since + 60), FALSE) AS is_before,
          coalesce(min(n.first_seen) FILTER (n.host = a.local), any_value(n.name_first_seen)) AS first_seen,
          coalesce(max(n.last_seen) FILTER (n.host = a.local), any_value(n.name_last_seen)) AS last_seen
        FROM asked AS a JOIN placed_names AS n ON n.address = a.peer
        GROUP BY a.place, n.name
      ),
      best AS (
        SELECT *, row_number() OVER (
          PARTITION BY place ORDER BY is_before DESC, is_own DESC, last_seen DESC, name) AS rank
        FROM named
      )
      SELECT s.place, b.name, b.names, b.first_seen AS "firstSeen", b.last_seen AS "lastSeen", b.is_own AS "isOwn",
        s.hours, s.hours_asked AS "hoursAsked", s.logs_from AS "logsFrom"
      FROM spoken AS s
      LEFT JOIN best AS b ON b.place = s.place AND b.rank <= ${mostOfFinding}
      ORDER BY s.place, b.rank`,
    row: standingRow,
  };
}
