import { quantile } from '../../sql/dialect.ts';
import type { Query } from '../../sql/query.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { Context, Focus } from '../detector.ts';
import { picked } from './candidates.ts';
import { traffic } from './pairs.ts';
import { profiles } from './profile.ts';
import { type ExfilRow, exfilRow } from './row.ts';
import type { ExfilValues } from './settings.ts';

/**
 * Bytes that left, by (local, peer) and, where several peers of one network share them, by (local, network).
 * DNS and ICMP stand apart from the other carriers. With a focus, everything that the address is part of, small
 * amounts and sessions that the peer started included. Addresses are numbers up to the last statement, which names
 * the few that are left.
 */
export function exfilCandidates(settings: ExfilValues, context: Context, focus: Focus): Query<ExfilRow> {
  return {
    name: 'exfil',
    steps: [
      ...traffic(focus.address !== undefined),
      ...picked(settings, context, focus),
      ...comparisons,
      ...profiles(context),
    ],
    sql: sql`
      SELECT c.scale, c.carrier, c.way, o.address AS local, q.address AS peer, c.peers,
        c.service_port AS "servicePort", c.protocol, c.ports,
        c.sessions, c.bytes_out AS "bytesOut", c.bytes_in AS "bytesIn", c.packets_out AS "packetsOut",
        c.packets_in AS "packetsIn", c.first_seen AS "firstSeen", c.last_seen AS "lastSeen", c.floor,
        c.local_out + CASE WHEN c.network_key < 0 THEN c.bytes_out ELSE 0 END AS "localOut",
        c.local_peers AS "localPeers", coalesce(u.log_lower, 0) AS "logLower", coalesce(u.log_middle, 0) AS "logMiddle",
        coalesce(u.log_upper, 0) AS "logUpper", (SELECT count(*) FROM locals) AS senders,
        CASE c.scale WHEN 'pair' THEN coalesce(t.locals, 0) ELSE coalesce(n.locals, 0) END AS locals,
        CASE WHEN c.scale = 'pair' AND t.locals > 1 THEN (t.logs - log10(c.bytes_out)) / (t.locals - 1) END AS "othersLog",
        coalesce(n.peers, 0) AS "networkPeers", coalesce(n.locals, 0) AS "networkLocals", coalesce(p.peers, 0) AS "portPeers",
        l.asn, l.network, l.country, l.provider, l.set_aside AS "setAside",
        coalesce(h.hours, 0) AS hours, coalesce(h.spread, 0) AS spread, coalesce(h.doubtful_out, 0) AS "doubtfulOut",
        coalesce(d.days, 0) AS days, coalesce(d.active_days, 0) AS "activeDays", coalesce(d.least_day, 0) AS "leastDay",
        coalesce(d.peak_day, 0) AS "peakDay", coalesce(d.usual_day, 0) AS "usualDay",
        coalesce(d.rest_day, 0) AS "restDay"
      FROM candidates AS c
      JOIN addresses AS o ON o.address_id = c.local_id
      JOIN addresses AS q ON q.address_id = c.peer_id
      JOIN labels AS l ON l.candidate = c.candidate
      LEFT JOIN usual_amounts AS u ON u.local_id = c.local_id
      LEFT JOIN peer_totals AS t ON t.peer_id = c.peer_id AND t.carrier = c.carrier
      LEFT JOIN network_totals AS n ON n.network_key = c.network_key
      LEFT JOIN port_totals AS p ON p.service_port = c.service_port AND p.protocol = c.protocol
      LEFT JOIN hour_profiles AS h ON h.candidate = c.candidate
      LEFT JOIN day_profiles AS d ON d.candidate = c.candidate
      ORDER BY c.bytes_out DESC, o.address, q.address, c.carrier, c.way, c.scale`,
    row: exfilRow,
  };
}

/** What the candidates are compared with: their own host, peer, network and port over all pairs. */
const comparisons: readonly Step[] = [
  {
    name: 'labels',
    about: 'Whose the peers behind a candidate are.',
    reads: ['members', 'addresses'],
    sql: sql`
    SELECT m.candidate, min(a.asn) AS asn, min(a.network) AS network, min(a.country) AS country,
      min(a.provider) AS provider, min(a.set_aside) AS set_aside
    FROM members AS m JOIN addresses AS a ON a.address_id = m.peer_id
    WHERE m.is_counted
    GROUP BY m.candidate`,
  },
  {
    name: 'usual_amounts',
    about: 'The quartiles of the logarithms of bytes that the peers of a local host get.',
    reads: ['pairs', 'candidates'],
    sql: sql`
    SELECT local_id, ${quantile(sql`log10(bytes_out)`, 0.25)} AS log_lower,
      ${quantile(sql`log10(bytes_out)`, 0.5)} AS log_middle, ${quantile(sql`log10(bytes_out)`, 0.75)} AS log_upper
    FROM pairs
    WHERE way = 'out' AND local_id IN (SELECT local_id FROM candidates)
    GROUP BY local_id`,
  },
  {
    name: 'peer_totals',
    about: 'How many local hosts send to the peers of candidates, and how much.',
    reads: ['pairs', 'candidates'],
    sql: sql`
    SELECT peer_id, carrier, count(DISTINCT local_id) AS locals, sum(log10(bytes_out)) AS logs
    FROM pairs
    WHERE way = 'out' AND peer_id IN (SELECT peer_id FROM candidates)
    GROUP BY peer_id, carrier`,
  },
  {
    name: 'network_totals',
    about: 'How many peers of the networks of candidates get something, and from how many local hosts.',
    reads: ['pairs', 'candidates'],
    sql: sql`
    SELECT network_key, count(DISTINCT peer_id) AS peers, count(DISTINCT local_id) AS locals
    FROM pairs
    WHERE way = 'out' AND network_key IN (SELECT network_key FROM candidates)
    GROUP BY network_key`,
  },
  {
    name: 'port_totals',
    about: 'How many peers get something through the ports of candidates.',
    reads: ['channels', 'candidates'],
    sql: sql`
    SELECT service_port, protocol, count(*) AS peers
    FROM (
      SELECT DISTINCT service_port, protocol, peer_id
      FROM channels
      WHERE way = 'out' AND service_port IN (SELECT service_port FROM candidates WHERE service_port IS NOT NULL)
    )
    GROUP BY service_port, protocol`,
  },
];
