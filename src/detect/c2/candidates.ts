import { and, list, or, type Sql, sql } from '../../sql/sql.ts';
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
 * CTEs `oriented`, `reach` (how many hosts talk to each peer, and since when) and `talks` (candidates by cheap
 * necessary conditions, each with a number).
 */
export function talks({ settings, context, focus }: Inputs): Sql {
  const heard = context.hasBothDirections ? sql`t.answered > 0` : sql`t.sessions > t.rejected`;
  const enough = or(sql`t.sessions >= ${settings.minStarts}`, sql`t.longest >= ${settings.longSeconds}`);
  const wanted = focus.address === undefined ? and(enough, heard, worthwhile(settings, context)) : sql`TRUE`;
  return sql`
    oriented AS (${oriented}),
    reach AS (
      SELECT peer, count(DISTINCT local) AS locals, min(first_seen) AS peer_first_seen
      FROM oriented
      GROUP BY peer
    ),
    talks AS (
      SELECT row_number() OVER (ORDER BY t.local, t.peer, t.service_port, t.protocol, t.swapped) AS talk, t.*,
        ${foreign} AS is_foreign, r.locals, r.peer_first_seen, a.asn, a.network, a.country, a.provider, a.set_aside
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
      ) AS t
      JOIN reach AS r ON r.peer = t.peer
      JOIN addresses AS a ON a.address = t.peer
      WHERE a.scope NOT IN ('multicast', 'link-local', 'loopback', 'reserved') AND ${wanted}
    )`;
}

/** What context would lower to "no", however regular it is, is not looked at further: most of all traffic. */
function worthwhile(settings: C2Values, context: Context): Sql {
  const common = Math.max(settings.commonHosts, settings.commonShare * context.localHosts);
  const everybody = Math.max(settings.commonHosts, 0.5 * context.localHosts);
  const isChore = or(sql`t.service_port IN (53, 123, 853)`, sql`t.protocol IN (1, 58)`);
  const inside = and(sql`t.traffic = 'east_west'`, sql`NOT ${foreign}`);
  return and(
    sql`r.locals < ${everybody}`,
    sql`NOT ${and(sql`r.locals >= ${common}`, or(sql`a.set_aside IS NOT NULL`, isChore))}`,
    sql`NOT ${and(inside, or(sql`r.locals > ${fewHosts(settings, context)}`, sql`t.service_port IN (${list(settings.usualPorts)})`))}`,
  );
}

/** The largest number of hosts that is few. */
export function fewHosts(settings: C2Values, context: Context): number {
  return Math.max(settings.rareHosts, Math.floor(settings.rareShare * context.localHosts));
}

/** Both ends private, in different ones of 10/8, 172.16/12 and 192.168/16. */
const foreign = sql`(t.traffic = 'east_west' AND ${block(sql`t.local`)} <> ${block(sql`t.peer`)})`;

function block(address: Sql): Sql {
  return sql`CASE WHEN ${address} LIKE '10.%' THEN 10 WHEN ${address} LIKE '192.168.%' THEN 192
    WHEN ${address} LIKE '172.%' THEN 172 ELSE 0 END`;
}

/** CTE `starts`: sessions of the talks, as the end that started them sees them. */
export const starts = sql`
    starts AS (
      SELECT t.talk, s.local_port AS port, s.start, s."end", s.bytes_out, s.bytes_in, t.window_seconds
      FROM sessions AS s
      JOIN talks AS t ON t.local = s.local AND t.peer = s.peer AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE NOT t.swapped AND s.direction IN ('outbound', 'unknown')
      UNION ALL
      SELECT t.talk, s.peer_port, s.start, s."end", s.bytes_in, s.bytes_out, t.window_seconds
      FROM sessions AS s
      JOIN talks AS t ON t.local = s.peer AND t.peer = s.local AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE t.swapped AND s.direction = 'inbound'
    )`;
