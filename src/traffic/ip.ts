import * as v from 'valibot';
import { series, wholes } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { and, id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { bestName } from './names.ts';
import { during, type Period } from './period.ts';

const totalsRow = v.object({
  flowsIn: v.number(),
  flowsOut: v.number(),
  bytesIn: v.number(),
  bytesOut: v.number(),
  packetsIn: v.number(),
  packetsOut: v.number(),
  sessions: v.number(),
  conversations: v.number(),
  firstSeen: v.nullable(v.number()),
  lastSeen: v.nullable(v.number()),
});

/** Sums over the sessions of an address, as the local end sees them. */
export type AddressTotals = Omit<v.InferOutput<typeof totalsRow>, 'firstSeen' | 'lastSeen' | 'conversations'>;

const conversationRow = v.object({
  traffic: v.string(),
  local: v.string(),
  peer: v.string(),
  servicePort: v.nullable(v.number()),
  protocol: v.nullable(v.number()),
  direction: v.string(),
  sessions: v.number(),
  answered: v.number(),
  flows: v.number(),
  bytesIn: v.number(),
  bytesOut: v.number(),
  packetsIn: v.number(),
  packetsOut: v.number(),
  firstSeen: v.number(),
  lastSeen: v.number(),
  peerNetwork: v.nullable(v.string()),
  peerCountry: v.nullable(v.string()),
  peerName: v.nullable(v.string()),
});

/** A row of the conversations of an address; times in Unix seconds. */
export type ConversationRow = v.InferOutput<typeof conversationRow>;

/** All sessions of an address with one other end and service port; times as ISO texts. */
export interface AddressConversation extends Omit<ConversationRow, 'firstSeen' | 'lastSeen'> {
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** Traffic of an address over time, in buckets of equal length without holes. */
export interface Timeline {
  readonly bucketSeconds: number;
  readonly buckets: readonly {
    readonly start: string | null;
    readonly sessions: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  }[];
}

/** How long one session's start is after the one before. */
export interface InterArrivals {
  readonly local: string;
  readonly peer: string;
  readonly servicePort: number | null;
  readonly protocol: number | null;
  readonly gaps: number;
  readonly medianSeconds: number | null;
  readonly bins: readonly {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly count: number;
  }[];
}

const sessionColumns = [
  ...[
    'traffic',
    'local',
    'peer',
    'service_port',
    'protocol',
    'initiator',
    'direction',
    'state',
    'start',
    'end',
  ],
  ...['records', 'records_out', 'packets_out', 'bytes_out', 'packets_in', 'bytes_in'],
];

/**
 * The sessions of one address in a period, with `more` of their columns. Questions below read them as `address_sessions`. Each half has one
 * comparison with an address, which a Parquet file can be searched for without reading all of it.
 */
export function sessionsOfAddress(
  address: string,
  period: Period,
  chosen?: Sql,
  more: readonly ('interface_id' | 'local_port' | 'peer_port')[] = [],
): Step {
  const columns = list([...sessionColumns, ...more].map(id));
  const half = (condition: Sql, isOtherEnd: Sql) => sql`
    SELECT ${columns}, ${isOtherEnd} AS is_other_end
    FROM sessions
    WHERE ${and(condition, during(period), chosen)}`;
  return {
    name: 'address_sessions',
    about: 'The sessions of one address, as it sees them.',
    reads: ['sessions'],
    sql: sql`
    ${half(sql`local = ${address}`, sql`traffic = 'east_west' AND peer = ${address}`)}
    UNION ALL
    ${half(sql`peer = ${address} AND local <> ${address}`, sql`traffic = 'east_west'`)}`,
  };
}

/**
 * In and out of the address where it is the user's own; of an Internet address what the local ends got from it and
 * sent to it.
 */
export function addressTotals(): Query<v.InferOutput<typeof totalsRow>> {
  const total = (there: Sql, turned: Sql) =>
    sql`CAST(coalesce(sum(CASE WHEN is_other_end THEN ${turned} ELSE ${there} END), 0) AS BIGINT)`;
  return {
    name: 'totals of an address',
    sql: sql`
      SELECT ${total(sql`records - records_out`, sql`records_out`)} AS "flowsIn",
        ${total(sql`records_out`, sql`records - records_out`)} AS "flowsOut",
        ${total(sql`bytes_in`, sql`bytes_out`)} AS "bytesIn", ${total(sql`bytes_out`, sql`bytes_in`)} AS "bytesOut",
        ${total(sql`packets_in`, sql`packets_out`)} AS "packetsIn",
        ${total(sql`packets_out`, sql`packets_in`)} AS "packetsOut",
        count(*) AS sessions,
        (SELECT count(*) FROM (
          SELECT DISTINCT local, peer, service_port, protocol, direction FROM address_sessions)) AS conversations,
        min(start) AS "firstSeen", max("end") AS "lastSeen"
      FROM address_sessions`,
    row: totalsRow,
  };
}

/** The conversations of the address, the largest first. */
export function addressConversations(limit: number): Query<ConversationRow> {
  const { name, joins } = bestName(trusted('c'), id('peer'), id('local'));
  return {
    name: 'conversations of an address',
    sql: sql`
      SELECT c.*, a.network AS "peerNetwork", a.country AS "peerCountry", ${name} AS "peerName"
      FROM (
        SELECT traffic, local, peer, service_port AS "servicePort", protocol, direction, count(*) AS sessions,
          count(*) FILTER (WHERE state = 'answered') AS answered, CAST(sum(records) AS BIGINT) AS flows,
          CAST(sum(bytes_in) AS BIGINT) AS "bytesIn", CAST(sum(bytes_out) AS BIGINT) AS "bytesOut",
          CAST(sum(packets_in) AS BIGINT) AS "packetsIn", CAST(sum(packets_out) AS BIGINT) AS "packetsOut",
          min(start) AS "firstSeen", max("end") AS "lastSeen"
        FROM address_sessions
        GROUP BY traffic, local, peer, service_port, protocol, direction
        ORDER BY "bytesIn" + "bytesOut" DESC, flows DESC, local, peer, service_port, protocol, direction
        LIMIT ${limit}
      ) AS c
      LEFT JOIN addresses AS a ON a.address = c.peer
      ${joins}
      ORDER BY "bytesIn" + "bytesOut" DESC, flows DESC, local, peer, "servicePort", protocol, direction`,
    row: conversationRow,
  };
}

const timelineRow = v.object({
  bucket: v.number(),
  sessions: v.number(),
  bytesIn: v.number(),
  bytesOut: v.number(),
});

/** Bytes of the address by bucket; those of a session that spans several are spread evenly over its time. */
export function timelineOfAddress(bucketSeconds: number): Query<v.InferOutput<typeof timelineRow>> {
  const slotOf = (seconds: Sql) => wholes(seconds, bucketSeconds);
  const spread = (bytes: Sql) =>
    sql`CAST(round(sum(CAST(${bytes} AS DOUBLE) * (least(stop, (slot + 1) * ${bucketSeconds})
      - greatest(start, slot * ${bucketSeconds})) / (stop - start))) AS BIGINT)`;
  return {
    name: 'timeline of an address',
    sql: sql`
      SELECT slot * ${bucketSeconds} AS bucket, count(*) FILTER (WHERE slot = first_slot) AS sessions,
        ${spread(sql`incoming`)} AS "bytesIn", ${spread(sql`outgoing`)} AS "bytesOut"
      FROM (
        SELECT start, "end" + 1 AS stop,
          CASE WHEN is_other_end THEN bytes_out ELSE bytes_in END AS incoming,
          CASE WHEN is_other_end THEN bytes_in ELSE bytes_out END AS outgoing,
          ${slotOf(sql`start`)} AS first_slot, ${slotOf(sql`"end"`)} AS last_slot
        FROM address_sessions
      ) AS s
      CROSS JOIN UNNEST(${series(sql`s.first_slot`, sql`s.last_slot`)}) AS slots(slot)
      GROUP BY slot
      ORDER BY bucket`,
    row: timelineRow,
  };
}

const gapRow = v.object({ gap: v.number(), count: v.number() });

/**
 * Seconds between the starts of consecutive sessions of one conversation, or of one with several peers (where they stand
 * in a row), and how often each occurs.
 */
export function gapsOf(conversation: {
  readonly local: string;
  readonly peer: string;
  readonly peers?: readonly string[];
  readonly servicePort: number | null;
  readonly protocol: number | null;
}): Query<v.InferOutput<typeof gapRow>> {
  const { local, peer, peers = [], servicePort, protocol } = conversation;
  return {
    name: 'gaps between sessions',
    sql: sql`
      SELECT gap, count(*) AS count
      FROM (
        SELECT start - lag(start) OVER (ORDER BY start) AS gap FROM address_sessions
        WHERE local = ${local} AND peer IN (${list([peer, ...peers])})
          AND service_port IS NOT DISTINCT FROM ${servicePort} AND protocol IS NOT DISTINCT FROM ${protocol}
      )
      WHERE gap IS NOT NULL
      GROUP BY gap
      ORDER BY gap`,
    row: gapRow,
  };
}

const shapeRow = v.object({
  started: v.number(),
  inVain: v.number(),
  targets: v.number(),
  ports: v.number(),
  loginSessions: v.number(),
  largestLogin: v.number(),
  outbound: v.number(),
  mostStarts: v.number(),
  longest: v.number(),
  mostOut: v.number(),
  inOfMostOut: v.number(),
});

/** What an address did, in the few numbers that say why nothing of it was worth a judgement. */
export type AddressShape = v.InferOutput<typeof shapeRow>;

/** The shape of what the address did; `loginPorts` are the ports on which one logs in. */
export function shapeOfAddress(address: string, loginPorts: readonly number[]): Query<AddressShape> {
  const isOutbound = sql`direction = 'outbound' AND traffic = 'north_south'`;
  return {
    name: 'shape of an address',
    sql: sql`
      SELECT s.*, c.*
      FROM (
        SELECT count(*) FILTER (WHERE is_starter) AS started,
          count(*) FILTER (WHERE is_starter AND state <> 'answered') AS "inVain",
          count(DISTINCT CASE WHEN is_starter THEN other END) AS targets,
          count(DISTINCT CASE WHEN is_starter THEN service_port END) AS ports,
          count(*) FILTER (WHERE is_login) AS "loginSessions",
          coalesce(max(bytes_in + bytes_out) FILTER (WHERE is_login), 0) AS "largestLogin"
        FROM (
          SELECT *, initiator = CASE WHEN local = ${address} THEN 'local' ELSE 'peer' END AS is_starter,
            CASE WHEN local = ${address} THEN peer ELSE local END AS other,
            state = 'answered' AND service_port IN (${list([-1, ...loginPorts])}) AS is_login
          FROM address_sessions
        )
      ) AS s, (
        SELECT count(*) AS outbound, coalesce(max(sessions), 0) AS "mostStarts", coalesce(max(longest), 0) AS longest,
          coalesce(max(bytes_out), 0) AS "mostOut", coalesce(max_by(bytes_in, bytes_out), 0) AS "inOfMostOut"
        FROM (
          SELECT count(*) AS sessions, max("end" - start) AS longest, CAST(sum(bytes_out) AS BIGINT) AS bytes_out,
            CAST(sum(bytes_in) AS BIGINT) AS bytes_in
          FROM address_sessions WHERE ${isOutbound}
          GROUP BY local, peer, service_port, protocol
        )
      ) AS c`,
    row: shapeRow,
  };
}
