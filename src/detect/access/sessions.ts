import { and, list, type Sql, sql } from '../../sql/sql.ts';
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

/** The ends by their part in it: the source asks to be let in by the target. */
const ends = sql`
      CASE WHEN traffic = 'east_west' THEN 'internal' ELSE direction END AS class,
      CASE WHEN direction = 'inbound' THEN peer ELSE local END AS source,
      CASE WHEN direction = 'inbound' THEN local ELSE peer END AS target, service_port`;

/** Who asked whom on an admin port, answered or not. */
export function asked(values: AccessValues): Sql {
  return sql`
    SELECT ${ends}, sessions, answered, sessions - answered AS refused, first_seen, last_seen,
      bytes_out + bytes_in AS bytes
    FROM conversations
    WHERE ${watched(values)}`;
}

/**
 * Answered sessions on admin ports with the bytes that they carried beyond headers (up: from the source), and `work`:
 * the same without what keep-alives of so long a session carry.
 */
export function talks(values: AccessValues, context: Context): Sql {
  const { headerBytes } = values;
  const header = sql`CASE WHEN local LIKE '%:%' THEN ${headerBytes + 20} ELSE ${headerBytes} END`;
  const peerAsks = sql`direction = 'inbound'`;
  return sql`
    SELECT *, up + down AS payload,
      up + down - ${values.keepAliveBytes} * greatest(0, seconds - 2 * window_seconds) / 60.0 AS work
    FROM (
      SELECT ${ends}, start, "end" AS finish, "end" - start AS seconds, window_seconds, bytes_out + bytes_in AS bytes,
        greatest(0, CASE WHEN ${peerAsks} THEN bytes_in - packets_in * ${header}
          ELSE bytes_out - packets_out * ${header} END) AS up,
        greatest(0, CASE WHEN ${peerAsks} THEN bytes_out - packets_out * ${header}
          ELSE bytes_in - packets_in * ${header} END) AS down,
        ${byService(values, values.sshAttemptBytes, values.rdpAttemptBytes, values.otherAttemptBytes)} AS attempt_bytes,
        ${byService(values, values.sshLoginBytes, values.rdpLoginBytes, values.otherLoginBytes)} AS login_bytes
      FROM sessions
      WHERE ${and(watched(values), context.hasBothDirections ? sql`state = 'answered'` : sql`state <> 'rejected'`)}
    )`;
}

/** Sessions that are long enough for a password and short enough for a refusal. */
export function shorts(values: AccessValues, context: Context): Sql {
  const spoken = context.hasBothDirections ? sql`up > 0 AND down > 0` : sql`TRUE`;
  return sql`
    SELECT * FROM talks
    WHERE ${spoken} AND payload >= attempt_bytes AND work <= ${values.certainFactor} * login_bytes
      AND seconds <= ${values.attemptSeconds} + 2 * window_seconds`;
}

/** The median of each source's short sessions on a port, and their median distance from it, where there are enough. */
export function baselines(values: AccessValues): Sql {
  const key = sql`class, source, service_port`;
  return sql`
    SELECT ${key}, typical, median(distance) AS mad
    FROM (
      SELECT s.class, s.source, s.service_port, m.typical, abs(s.payload - m.typical) AS distance
      FROM shorts AS s
      JOIN (SELECT ${key}, median(payload) AS typical FROM shorts
          GROUP BY ${key} HAVING count(*) >= ${values.guessAttempts}) AS m
        ON m.class = s.class AND m.source = s.source AND m.service_port = s.service_port
    )
    GROUP BY ${key}, typical`;
}

/**
 * Each session as an attempt (short), active (it did something), idle (open for long, with little in it), or a
 * greeting (too little for a password). Active is what is clearly larger than the source's own short sessions, or,
 * where there are too few of them, what no refused login reaches.
 */
export function marked(values: AccessValues, context: Context): Sql {
  const spoken = context.hasBothDirections ? sql`up > 0 AND down > 0` : sql`TRUE`;
  return sql`
    SELECT *, CASE
        WHEN NOT (${spoken}) OR payload < attempt_bytes THEN 'greeting'
        WHEN work > threshold THEN 'active'
        WHEN seconds <= ${values.attemptSeconds} + 2 * window_seconds THEN 'attempt'
        ELSE 'idle' END AS kind
    FROM (
      SELECT t.*, b.typical, b.mad,
        CASE WHEN b.typical IS NOT NULL THEN greatest(t.login_bytes, 2 * b.typical, b.typical + ${values.spreadFactor} * 1.4826 * b.mad)
          ELSE ${values.certainFactor} * t.login_bytes END AS threshold
      FROM talks AS t
      LEFT JOIN baselines AS b ON b.class = t.class AND b.source = t.source AND b.service_port = t.service_port
    )`;
}
