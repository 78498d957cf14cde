import type { Query } from '../../sql/query.ts';
import { list, or, type Sql, sql } from '../../sql/sql.ts';
import { type Context, type Focus, inFocus } from '../detector.ts';
import { carrierOf, channelPort, profiles, wayOf } from './profile.ts';
import { type ExfilRow, exfilRow } from './row.ts';
import type { ExfilValues } from './settings.ts';

const mostCandidates = 2000;

/**
 * Bytes that left, by (local, peer) and, where several peers of one network share them, by (local, network).
 * DNS and ICMP stand apart from the other carriers. With a focus, everything that the address is part of, small
 * amounts and sessions that the peer started included.
 */
export function exfilCandidates(settings: ExfilValues, context: Context, focus: Focus): Query<ExfilRow> {
  const focused = focus.address !== undefined;
  return {
    name: 'exfil',
    sql: sql`
      WITH
        channels AS (${channels(focused)}),
        pairs AS (${pairs}),
        local_totals AS (${localTotals}),
        peer_totals AS (
          SELECT peer, carrier, count(DISTINCT local) AS locals, sum(log10(bytes_out)) AS logs
          FROM pairs WHERE way = 'out' GROUP BY peer, carrier),
        network_totals AS (
          SELECT network_key, count(DISTINCT peer) AS peers, count(DISTINCT local) AS locals
          FROM pairs WHERE way = 'out' GROUP BY network_key),
        port_totals AS (
          SELECT service_port, protocol, count(DISTINCT peer) AS peers
          FROM channels WHERE way = 'out' GROUP BY service_port, protocol),
        floors AS (
          SELECT *, least(${settings.floorBytes}, greatest(${smallestOf(settings, context)}, ${settings.floorShare} * local_out))
            AS floor
          FROM local_totals),
        candidates AS (${candidates(settings, context, focus)}),
        ${profiles(sql`candidates`, settings, context)}
      SELECT c.scale, c.carrier, c.way, c.local, c.peer, c.peers, c.service_port AS "servicePort", c.protocol, c.ports,
        c.sessions, c.bytes_out AS "bytesOut", c.bytes_in AS "bytesIn", c.packets_out AS "packetsOut",
        c.packets_in AS "packetsIn", c.first_seen AS "firstSeen", c.last_seen AS "lastSeen", c.floor,
        c.local_out + CASE WHEN c.set_aside IS NULL THEN 0 ELSE c.bytes_out END AS "localOut",
        c.local_peers AS "localPeers", c.log_lower AS "logLower", c.log_middle AS "logMiddle", c.log_upper AS "logUpper",
        (SELECT count(*) FROM local_totals) AS senders,
        CASE c.scale WHEN 'pair' THEN coalesce(t.locals, 0) ELSE coalesce(n.locals, 0) END AS locals,
        CASE WHEN c.scale = 'pair' AND t.locals > 1 THEN (t.logs - log10(c.bytes_out)) / (t.locals - 1) END AS "othersLog",
        coalesce(n.peers, 0) AS "networkPeers", coalesce(p.peers, 0) AS "portPeers",
        c.asn, c.network, c.country, c.provider, c.set_aside AS "setAside",
        coalesce(h.hours, 0) AS hours, coalesce(h.spread, 0) AS spread, coalesce(h.doubtful_out, 0) AS "doubtfulOut",
        coalesce(d.days, 0) AS days, coalesce(d.peak_day, 0) AS "peakDay", coalesce(d.usual_day, 0) AS "usualDay",
        coalesce(d.rest_day, 0) AS "restDay"
      FROM candidates AS c
      LEFT JOIN peer_totals AS t ON t.peer = c.peer AND t.carrier = c.carrier
      LEFT JOIN network_totals AS n ON n.network_key = c.network_key
      LEFT JOIN port_totals AS p ON p.service_port = c.service_port AND p.protocol = c.protocol
      LEFT JOIN hour_profiles AS h ON h.candidate = c.candidate
      LEFT JOIN day_profiles AS d ON d.candidate = c.candidate
      ORDER BY c.bytes_out DESC, c.local, c.peer, c.carrier, c.way, c.scale`,
    row: exfilRow,
  };
}

/**
 * The least amount that is looked at. The more hosts and days, the larger the largest of many harmless uploads, so
 * it grows with the square root of the host-days.
 */
function smallestOf({ smallestBytes }: ExfilValues, { from, to }: Context): Sql {
  const days = Math.max(1, (to - from) / 86_400);
  return sql`${smallestBytes} * sqrt(${days} * greatest(1, (SELECT count(*) FROM local_totals)))`;
}

/** Conversations with the Internet in which something left; those that the peer started only with a focus. */
function channels(focused: boolean): Sql {
  return sql`
    SELECT local, peer, ${channelPort()} AS service_port, protocol, ${carrierOf()} AS carrier, ${wayOf()} AS way,
      sum(sessions) AS sessions, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in,
      sum(packets_out) AS packets_out, sum(packets_in) AS packets_in,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen,
      max(CASE WHEN direction = 'outbound' AND service_port BETWEEN 1 AND 1023 AND answered > 0 THEN 1 ELSE 0 END)
        AS vouched
    FROM conversations
    WHERE traffic = 'north_south' AND bytes_out > 0 AND ${focused ? sql`TRUE` : sql`${wayOf()} = 'out'`}
    GROUP BY local, peer, ${channelPort()}, protocol, ${carrierOf()}, ${wayOf()}`;
}

/** One row for each local, peer, carrier and way; alone the main port's numbers where it carries four fifths. */
const pairs = sql`
  SELECT p.local, p.peer, p.carrier, p.way, p.ports, p.sessions,
    CASE WHEN main THEN main_port END AS service_port, main_protocol AS protocol,
    CASE WHEN main THEN main_out ELSE p.bytes_out END AS bytes_out,
    CASE WHEN main THEN main_in ELSE p.bytes_in END AS bytes_in,
    CASE WHEN main THEN main_packets_out ELSE p.packets_out END AS packets_out,
    CASE WHEN main THEN main_packets_in ELSE p.packets_in END AS packets_in,
    p.first_seen, p.last_seen, p.vouched, a.asn, a.network, a.country, a.provider, a.set_aside,
    coalesce(a.set_aside, CAST(a.asn AS VARCHAR), p.peer) AS network_key
  FROM (
    SELECT *, main_out >= 0.8 * bytes_out AS main
    FROM (
      SELECT local, peer, carrier, way, count(*) AS ports, sum(sessions) AS sessions, sum(bytes_out) AS bytes_out,
        sum(bytes_in) AS bytes_in, sum(packets_out) AS packets_out, sum(packets_in) AS packets_in,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen, max(vouched) AS vouched,
        max_by(service_port, bytes_out) AS main_port, max_by(protocol, bytes_out) AS main_protocol,
        max(bytes_out) AS main_out, max_by(bytes_in, bytes_out) AS main_in,
        max_by(packets_out, bytes_out) AS main_packets_out, max_by(packets_in, bytes_out) AS main_packets_in
      FROM channels
      GROUP BY local, peer, carrier, way
    )
  ) AS p
  JOIN addresses AS a ON a.address = p.peer`;

/** What each local host usually sends, and to how many. */
const localTotals = sql`
  SELECT local, count(*) AS local_peers, coalesce(sum(bytes_out) FILTER (WHERE set_aside IS NULL), 0) AS local_out,
    quantile_cont(log10(bytes_out), 0.25) AS log_lower, quantile_cont(log10(bytes_out), 0.5) AS log_middle,
    quantile_cont(log10(bytes_out), 0.75) AS log_upper
  FROM pairs
  WHERE way = 'out'
  GROUP BY local`;

const labels = list([sql`asn`, sql`network`, sql`country`, sql`provider`, sql`set_aside`, sql`network_key`]);
const local = list([
  sql`floor`,
  sql`local_out`,
  sql`local_peers`,
  sql`log_lower`,
  sql`log_middle`,
  sql`log_upper`,
]);

/** Pairs at or above the floor, tunnels above the smallest amount, and networks that several uploads went to. */
function candidates(settings: ExfilValues, context: Context, focus: Focus): Sql {
  const uploads = sql`carrier = 'data' AND way = 'out' AND bytes_out >= ${settings.leastRatio} * bytes_in`;
  const large = or(
    sql`carrier = 'data' AND set_aside IS NULL AND bytes_out >= floor AND bytes_out >= ${settings.leastRatio} * bytes_in`,
    sql`carrier <> 'data' AND bytes_out >= ${settings.smallestBytes}
      AND bytes_out >= ${settings.tunnelPacketBytes} * packets_out`,
  );
  return sql`
    SELECT CAST(row_number() OVER (ORDER BY bytes_out DESC, local, peer, carrier, way, scale) AS INTEGER) AS candidate, *
    FROM (
      SELECT 'pair' AS scale, carrier, way, local, peer, 1 AS peers, service_port, protocol, ports, sessions, bytes_out,
        bytes_in, packets_out, packets_in, first_seen, last_seen, ${labels}, coalesce(floor, ${smallestOf(settings, context)})
          AS floor, coalesce(local_out, 0) AS local_out, coalesce(local_peers, 0) AS local_peers,
        coalesce(log_lower, 0) AS log_lower, coalesce(log_middle, 0) AS log_middle, coalesce(log_upper, 0) AS log_upper
      FROM pairs LEFT JOIN floors USING (local)
      WHERE ${focus.address === undefined ? large : inFocus(focus)}
      UNION ALL
      SELECT 'network' AS scale, 'data' AS carrier, 'out' AS way, local, max_by(peer, bytes_out) AS peer, count(*) AS peers,
        service_port, protocol, max(ports) AS ports, sum(sessions) AS sessions, sum(bytes_out) AS bytes_out,
        sum(bytes_in) AS bytes_in, sum(packets_out) AS packets_out, sum(packets_in) AS packets_in,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        min(asn) AS asn, min(network) AS network, min(country) AS country, min(provider) AS provider,
        min(set_aside) AS set_aside, network_key, ${local}
      FROM pairs JOIN floors USING (local)
      WHERE ${uploads}
      GROUP BY local, network_key, service_port, protocol, ${local}
      HAVING (min(set_aside) IS NULL AND count(*) > 1 AND max(bytes_out) < 0.5 * sum(bytes_out)
          AND sum(bytes_out) >= floor OR min(set_aside) IS NOT NULL AND sum(bytes_out) >= ${settings.setAsideBytes})
        AND ${focus.address === undefined ? sql`TRUE` : sql`(local = ${focus.address} OR max(CASE WHEN peer = ${focus.address} THEN 1 ELSE 0 END) = 1)`}
    )
    ORDER BY candidate
    LIMIT ${mostCandidates}`;
}
