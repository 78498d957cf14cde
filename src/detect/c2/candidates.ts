import { and, or, type Sql, sql } from '../../sql/sql.ts';
import { type Context, type Focus, inFocus } from '../detector.ts';
import type { C2Values } from './settings.ts';

/** What the statements below are written for. */
export interface Inputs {
  readonly settings: C2Values;
  readonly context: Context;
  readonly focus: Focus;
}

/**
 * Conversations as the end that started them sees them (`swapped`: that end stands as peer, because both are on the
 * Internet). Nobody declared one of them local; then only the one that starts can be the infected host.
 */
const oriented = sql`
    SELECT traffic, local, peer, service_port, protocol, FALSE AS swapped, direction, sessions, answered, rejected,
      flows, packets_out, bytes_out, packets_in, bytes_in, first_seen, last_seen, longest, window_seconds
    FROM conversations
    WHERE direction IN ('outbound', 'unknown')
    UNION ALL
    SELECT traffic, peer, local, service_port, protocol, TRUE, direction, sessions, answered, rejected,
      flows, packets_in, bytes_in, packets_out, bytes_out, first_seen, last_seen, longest, window_seconds
    FROM conversations
    WHERE direction = 'inbound' AND local IN (
      SELECT a.address FROM addresses AS a JOIN (SELECT DISTINCT local FROM conversations) AS l ON l.local = a.address
      WHERE a.scope = 'internet')`;

/**
 * CTEs `oriented`, `talks` (candidates by cheap necessary conditions, each with a number) and `reach` (how many hosts
 * talk to each peer, and since when).
 */
export function talks({ settings, context, focus }: Inputs): Sql {
  const heard = context.hasBothDirections ? sql`sum(answered) > 0` : sql`sum(sessions) > sum(rejected)`;
  const enough = or(
    sql`sum(sessions) >= ${settings.minStarts}`,
    sql`max(longest) >= ${settings.longSeconds}`,
  );
  const wanted = focus.address === undefined ? and(enough, heard) : sql`TRUE`;
  return sql`
    oriented AS (${oriented}),
    talks AS (
      SELECT row_number() OVER (ORDER BY local, peer, service_port, protocol, swapped) AS talk, *
      FROM (
        SELECT max(traffic) AS traffic, local, peer, service_port, protocol, swapped,
          max(CASE WHEN direction = 'unknown' THEN 1 ELSE 0 END) AS undecided,
          sum(sessions) AS sessions, sum(answered) AS answered, sum(rejected) AS rejected, sum(flows) AS flows,
          sum(packets_out) AS packets_out, sum(bytes_out) AS bytes_out, sum(packets_in) AS packets_in,
          sum(bytes_in) AS bytes_in, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
          max(longest) AS longest, max(window_seconds) AS window_seconds
        FROM oriented
        WHERE ${inFocus(focus)}
        GROUP BY local, peer, service_port, protocol, swapped
        HAVING ${wanted}
      )
      WHERE peer IN (SELECT address FROM addresses
        WHERE scope NOT IN ('multicast', 'link-local', 'loopback', 'reserved'))
    ),
    reach AS (
      SELECT peer, count(DISTINCT local) AS locals, min(first_seen) AS peer_first_seen
      FROM oriented
      WHERE peer IN (SELECT peer FROM talks)
      GROUP BY peer
    )`;
}

/**
 * CTEs `openings` (sessions of the talks, as the end that started them sees them), `sockets` (their 5-tuples), `held`
 * (talks that keep TCP connections open over silences longer than a session lasts) and `starts`: of held talks the
 * first session of each connection, of all others every session.
 */
export const starts = sql`
    openings AS (
      SELECT t.talk, s.local_port AS port, s.start, s."end", s.bytes_out, s.bytes_in, t.window_seconds, t.protocol
      FROM sessions AS s
      JOIN talks AS t ON t.local = s.local AND t.peer = s.peer AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE NOT t.swapped AND s.direction IN ('outbound', 'unknown')
      UNION ALL
      SELECT t.talk, s.peer_port, s.start, s."end", s.bytes_in, s.bytes_out, t.window_seconds, t.protocol
      FROM sessions AS s
      JOIN talks AS t ON t.local = s.peer AND t.peer = s.local AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE t.swapped AND s.direction = 'inbound'
    ),
    sockets AS (
      SELECT talk, port, count(*) AS times, min(start) AS start, max(window_seconds) AS window_seconds
      FROM openings
      WHERE protocol = 6
      GROUP BY talk, port
    ),
    held AS (
      SELECT talk, count(*) AS connections
      FROM sockets
      GROUP BY talk
      HAVING sum(times) > 2 * count(*)
    ),
    starts AS (
      SELECT talk, start, window_seconds FROM openings WHERE talk NOT IN (SELECT talk FROM held)
      UNION ALL
      SELECT talk, start, window_seconds FROM sockets WHERE talk IN (SELECT talk FROM held)
    )`;
