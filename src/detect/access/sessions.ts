import { quantile } from '../../sql/dialect.ts';
import { and, list, type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { Context } from '../detector.ts';
import { type AccessValues, portsOf } from './settings.ts';

/** A condition that holds where the column is one of the ports; an empty list is no port. */
export function isOneOf(column: Sql, ports: readonly number[]): Sql {
  return ports.length === 0 ? sql`FALSE` : sql`${column} IN (${list(ports)})`;
}

/** Ports that are watched for guessing from the Internet only. */
export function databaseOnly(values: AccessValues): readonly number[] {
  const others = [...values.sshPorts, ...values.rdpPorts, ...values.adminPorts];
  return values.databasePorts.filter((port) => !others.includes(port));
}

/** A number that depends on what is spoken on the port. */
function byService(values: AccessValues, ssh: number, rdp: number, other: number): Sql {
  const port = sql`service_port`;
  return sql`
      CASE WHEN ${isOneOf(port, values.sshPorts)} THEN ${ssh}
        WHEN ${isOneOf(port, values.rdpPorts)} THEN ${rdp} ELSE ${other} END`;
}

const inbound = sql`traffic = 'north_south' AND direction = 'inbound'`;

/** Whose sessions on which ports: TCP, with a known starter; databases from the Internet only. */
function watched(values: AccessValues): Sql {
  return and(
    sql`protocol = 6`,
    isOneOf(sql`service_port`, portsOf(values)),
    sql`direction <> 'unknown'`,
    sql`NOT ${isOneOf(sql`service_port`, databaseOnly(values))} OR ${inbound}`,
  );
}

/** The ends by their part in it, as numbers: the source asks to be let in by the target. */
const ends = sql`
      CASE WHEN traffic = 'east_west' THEN 'internal' ELSE direction END AS class,
      CASE WHEN direction = 'inbound' THEN peer_id ELSE local_id END AS source_id,
      CASE WHEN direction = 'inbound' THEN local_id ELSE peer_id END AS target_id, service_port`;

function asked(values: AccessValues): Step {
  return {
    name: 'asked',
    about: 'Who asked whom on an admin port, answered or not.',
    reads: ['numbered_conversations'],
    sql: sql`
    SELECT ${ends}, sessions, answered, sessions - answered AS refused, first_seen, last_seen, bytes_out + bytes_in AS bytes
    FROM numbered_conversations
    WHERE ${watched(values)}`,
  };
}

/**
 * `up` (from the source) and `down` are what headers with timestamps leave of the bytes, `up_most` and `down_most` what
 * the smallest headers leave: between the two lies what a session can have carried. `work` is without what keep-alives
 * of so long a session carry.
 */
function talks(values: AccessValues, context: Context): Step {
  const { headerBytes, leastHeaderBytes } = values;
  const ipv6 = sql`CASE WHEN local LIKE '%:%' THEN 20 ELSE 0 END`;
  const peerAsks = sql`direction = 'inbound'`;
  const answered = context.hasBothDirections
    ? sql`state = 'answered'`
    : sql`state NOT IN ('rejected', 'refused')`;
  const beyond = (bytes: Sql, packets: Sql, header: number) =>
    sql`greatest(0, ${bytes} - ${packets} * (${header} + header_more))`;
  return {
    name: 'talks',
    about: 'Answered sessions on admin ports with what they carried beyond headers.',
    reads: ['numbered_sessions'],
    sql: sql`
    SELECT class, source_id, target_id, service_port, start, finish, seconds, window_seconds, packets, bytes,
      up, down, up_most, down_most, attempt_bytes, login_bytes, up + down AS payload,
      up + down - ${values.keepAliveBytes} * greatest(0, seconds - 2 * window_seconds) / 60.0e0 AS work
    FROM (
      SELECT class, source_id, target_id, service_port, start, finish, seconds, window_seconds,
        packets_up + packets_down AS packets, bytes_up + bytes_down AS bytes, attempt_bytes, login_bytes,
        ${beyond(sql`bytes_up`, sql`packets_up`, headerBytes)} AS up,
        ${beyond(sql`bytes_down`, sql`packets_down`, headerBytes)} AS down,
        ${beyond(sql`bytes_up`, sql`packets_up`, leastHeaderBytes)} AS up_most,
        ${beyond(sql`bytes_down`, sql`packets_down`, leastHeaderBytes)} AS down_most
      FROM (
        SELECT ${ends}, start, "end" AS finish, "end" - start AS seconds, window_seconds, ${ipv6} AS header_more,
          CASE WHEN ${peerAsks} THEN bytes_in ELSE bytes_out END AS bytes_up,
          CASE WHEN ${peerAsks} THEN bytes_out ELSE bytes_in END AS bytes_down,
          CASE WHEN ${peerAsks} THEN packets_in ELSE packets_out END AS packets_up,
          CASE WHEN ${peerAsks} THEN packets_out ELSE packets_in END AS packets_down,
          ${byService(values, values.sshAttemptBytes, values.rdpAttemptBytes, values.otherAttemptBytes)} AS attempt_bytes,
          ${byService(values, values.sshLoginBytes, values.rdpLoginBytes, values.otherLoginBytes)} AS login_bytes
        FROM numbered_sessions
        WHERE ${and(watched(values), answered)}
      )
    )`,
  };
}

/** A session that can have held a password; with few bytes the size of headers decides, so packets must say it too. */
function tries(values: AccessValues, { hasBothDirections }: Context): Sql {
  return hasBothDirections
    ? and(
        sql`up_most > 0 AND down_most > 0 AND up_most + down_most >= attempt_bytes`,
        sql`payload >= attempt_bytes OR packets >= ${values.attemptPackets}`,
      )
    : sql`payload >= attempt_bytes`;
}

/** Over before any server loses patience; records end with their windows, so two of those are added. */
export const isShort = (values: AccessValues) =>
  sql`seconds <= ${values.attemptSeconds} + 2 * window_seconds`;

function shorts(values: AccessValues, context: Context): Step {
  return {
    name: 'shorts',
    about: 'Sessions that are long enough for a password and short and small enough for a refusal.',
    reads: ['talks'],
    sql: sql`
    SELECT class, source_id, service_port, payload, up, down
    FROM talks
    WHERE ${and(
      tries(values, context),
      sql`work <= ${values.certainFactor} * login_bytes`,
      isShort(values),
    )}`,
  };
}

function baselines(values: AccessValues): Step {
  const key = sql`class, source_id, service_port`;
  return {
    name: 'baselines',
    about:
      'The medians of the short sessions of a source on a port and their distance from it, where there are enough.',
    reads: ['shorts'],
    sql: sql`
    SELECT ${key}, typical, typical_up, typical_down, ${quantile(sql`distance`, 0.5)} AS mad
    FROM (
      SELECT s.class, s.source_id, s.service_port, m.typical, m.typical_up, m.typical_down,
        abs(s.payload - m.typical) AS distance
      FROM shorts AS s
      JOIN (
        SELECT ${key}, ${quantile(sql`payload`, 0.5)} AS typical, ${quantile(sql`up`, 0.5)} AS typical_up,
          ${quantile(sql`down`, 0.5)} AS typical_down
        FROM shorts GROUP BY ${key} HAVING count(*) >= ${values.guessAttempts}
      ) AS m ON m.class = s.class AND m.source_id = s.source_id AND m.service_port = s.service_port
    )
    GROUP BY ${key}, typical, typical_up, typical_down`,
  };
}

/**
 * Each session as an attempt (short), active (it did something), idle (open for long, with little in it), or a
 * greeting (too little for a password). Active is what no refused login reaches: many times what the source's own
 * short sessions carry and what the service is known to refuse with, or more than that over many minutes, in which no
 * server waits for a password.
 */
function marked(values: AccessValues, context: Context): Step {
  const { certainFactor, spreadFactor, workSeconds } = values;
  return {
    name: 'marked',
    about: 'Answered sessions on admin ports by what they are: attempt, active, idle, greeting.',
    reads: ['talks', 'baselines'],
    sql: sql`
    SELECT class, source_id, target_id, service_port, start, finish, seconds, window_seconds, bytes, up, down, payload,
      work, login_bytes, typical, typical_up, typical_down, mad, threshold,
      CASE WHEN NOT ${tries(values, context)} THEN 'greeting'
        WHEN is_both_ways AND (work > threshold OR work > lasting AND seconds > ${workSeconds} + 2 * window_seconds)
          THEN 'active'
        WHEN ${isShort(values)} THEN 'attempt'
        ELSE 'idle' END AS kind
    FROM (
      SELECT t.class, t.source_id, t.target_id, t.service_port, t.start, t.finish, t.seconds, t.window_seconds,
        t.packets, t.bytes, t.up, t.down, t.up_most, t.down_most, t.payload, t.work, t.attempt_bytes, t.login_bytes,
        b.typical, b.typical_up, b.typical_down, b.mad,
        t.up >= coalesce(b.typical_up, 0) AND t.down >= coalesce(b.typical_down, 0) AS is_both_ways,
        greatest(${certainFactor} * t.login_bytes, ${certainFactor} * coalesce(b.typical, 0),
          coalesce(b.typical, 0) + ${spreadFactor} * 1.4826e0 * coalesce(b.mad, 0)) AS threshold,
        greatest(t.login_bytes, 2 * coalesce(b.typical, 0)) AS lasting
      FROM talks AS t
      LEFT JOIN baselines AS b
        ON b.class = t.class AND b.source_id = t.source_id AND b.service_port = t.service_port
    )`,
  };
}

/** The sessions on admin ports, each with what it is. */
export const markedSessions = (values: AccessValues, context: Context): readonly Step[] => [
  asked(values),
  talks(values, context),
  shorts(values, context),
  baselines(values),
  marked(values, context),
];
