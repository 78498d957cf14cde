import * as v from 'valibot';
import { rowsOf } from '../addresses/segments.ts';
import { wholes } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { hourOf } from './hours.ts';

const nameRow = v.object({
  name: v.string(),
  firstSeen: v.number(),
  lastSeen: v.number(),
  queries: v.number(),
  hosts: v.number(),
  names: v.number(),
  /** One of the hosts that asked; null where only others than hosts are known. */
  host: v.nullable(v.string()),
  instance: v.nullable(v.string()),
  hostFirstSeen: v.nullable(v.number()),
  hostLastSeen: v.nullable(v.number()),
  hostQueries: v.nullable(v.number()),
});

/** A name of an address and one of its hosts. */
export type NameAndAsker = v.InferOutput<typeof nameRow>;

const mostNames = 20;
const mostAskers = 10;

/**
 * The names of an address, those that were asked for last first, with the hosts that asked, the same way, a row for each;
 * and how many names there are. Times are Unix seconds.
 */
export function namesOfAddress(address: string): Query<v.InferOutput<typeof nameRow>> {
  return {
    name: 'names of an address',
    sql: sql`
      SELECT name, name_first_seen AS "firstSeen", name_last_seen AS "lastSeen", name_queries AS queries,
        name_hosts AS hosts, names, host, instance, first_seen AS "hostFirstSeen", last_seen AS "hostLastSeen",
        host_queries AS "hostQueries"
      FROM (
        SELECT name, name_first_seen, name_last_seen, name_queries, name_hosts, names, name_place, host, instance,
          first_seen, last_seen, queries AS host_queries,
          row_number() OVER (PARTITION BY name ORDER BY last_seen DESC, queries DESC, host) AS asker
        FROM (
          -- A name that only queries without a host gave is one row, too.
          SELECT *, row_number() OVER (PARTITION BY name, CASE WHEN host IS NULL THEN 1 END ORDER BY last_seen DESC) AS nth,
            count(host) OVER (PARTITION BY name) AS known
          FROM placed_names
          WHERE address = ${address} AND name_place <= ${mostNames}
        ) AS own
        WHERE host IS NOT NULL OR known = 0 AND nth = 1
      ) AS askers
      WHERE asker <= ${mostAskers}
      ORDER BY name_place, asker`,
    row: nameRow,
  };
}

/** A name of an address with the hosts that asked; times in Unix seconds. */
interface AskedName extends Pick<NameAndAsker, 'name' | 'firstSeen' | 'lastSeen' | 'queries' | 'hosts'> {
  readonly askers: readonly {
    readonly host: string;
    readonly instance: string | null;
    readonly firstSeen: number;
    readonly lastSeen: number;
    readonly queries: number;
  }[];
}

/** The names in their order, each with its hosts. */
export function askedNames(rows: readonly NameAndAsker[]): readonly AskedName[] {
  const names = new Map<string, NameAndAsker[]>();
  for (const row of rows) names.set(row.name, [...(names.get(row.name) ?? []), row]);
  return [...names.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { name, firstSeen, lastSeen, queries, hosts } = first;
    const askers = [first, ...others].flatMap(
      ({ host, instance, hostFirstSeen, hostLastSeen, hostQueries }) =>
        host === null
          ? []
          : [
              {
                ...{ host, instance, queries: hostQueries ?? 0 },
                ...{ firstSeen: hostFirstSeen ?? 0, lastSeen: hostLastSeen ?? 0 },
              },
            ],
    );
    return [{ name, firstSeen, lastSeen, queries, hosts, askers }];
  });
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

const standingSteps: readonly Step[] = [
  {
    name: 'spans',
    about: 'From when on query logs speak of each traffic.',
    reads: ['asked', 'dns_hours'],
    sql: sql`
      SELECT place, local, until, logs_from, greatest(${hourOf(sql`since`)} - 3600, coalesce(logs_from, 0)) AS begins
      FROM asked CROSS JOIN (SELECT min(hour) AS logs_from FROM dns_hours) AS logs`,
  },
  {
    name: 'spoken',
    about: 'In how many of its hours the local end asked DNS anything.',
    reads: ['spans', 'dns_hours'],
    sql: sql`
      SELECT s.place, max(s.logs_from) AS logs_from,
        greatest(0, ${wholes(sql`max(s.until)`, 3600)} - ${wholes(sql`max(s.begins)`, 3600)} + 1) AS hours,
        count(h.hour) AS hours_asked
      FROM spans AS s
      LEFT JOIN dns_hours AS h ON h.host = s.local AND h.hour BETWEEN ${hourOf(sql`s.begins`)} AND s.until
      GROUP BY s.place`,
  },
  {
    name: 'named',
    about: 'The names of its peer, and whether the local end asked for them, and before.',
    reads: ['asked', 'placed_names'],
    sql: sql`
      SELECT a.place, n.name, max(n.names) AS names, coalesce(bool_or(n.host = a.local), FALSE) AS is_own,
        coalesce(bool_or(n.host = a.local AND n.first_seen <= a.since + 60), FALSE) AS is_before,
        coalesce(min(CASE WHEN n.host = a.local THEN n.first_seen END), max(n.name_first_seen)) AS first_seen,
        coalesce(max(CASE WHEN n.host = a.local THEN n.last_seen END), max(n.name_last_seen)) AS last_seen
      FROM asked AS a JOIN placed_names AS n ON n.address = a.peer
      GROUP BY a.place, n.name`,
  },
  {
    name: 'best',
    about: 'Those names in their order.',
    reads: ['named'],
    sql: sql`
      SELECT *, row_number() OVER (
        PARTITION BY place ORDER BY is_before DESC, is_own DESC, last_seen DESC, name) AS rank
      FROM named`,
  },
];

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
    steps: [
      {
        name: 'asked',
        about: 'The traffic of findings.',
        reads: [],
        sql: rowsOf(['place', 'peer', 'local', 'since', 'until'], types, rows),
      },
      ...standingSteps,
    ],
    sql: sql`
      SELECT s.place, b.name, b.names, b.first_seen AS "firstSeen", b.last_seen AS "lastSeen", b.is_own AS "isOwn",
        s.hours, s.hours_asked AS "hoursAsked", s.logs_from AS "logsFrom"
      FROM spoken AS s
      LEFT JOIN best AS b ON b.place = s.place AND b.rank <= ${mostOfFinding}
      ORDER BY s.place, b.rank`,
    row: standingRow,
  };
}
