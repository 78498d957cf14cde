import { list, type Sql, sql } from '../../sql/sql.ts';
import { fewHosts, type Inputs } from './candidates.ts';
import type { C2Values } from './settings.ts';

/**
 * CTE `counts`: new sessions in each window, of talks that start sessions more often than windows can tell apart.
 * The first and the last window are cut off by the capture or the malware and left out of the mean and the variance.
 */
export function counts(settings: C2Values): Sql {
  return sql`
    slots AS (
      SELECT talk, CAST(floor((start - first_seen) / t.window_seconds) AS BIGINT) AS slot, count(*) AS started
      FROM starts AS s
      JOIN talks AS t USING (talk)
      WHERE t.sessions >= ${settings.minSeriesSessions}
        AND t.sessions * ${settings.floorWindows} * t.window_seconds >= 0.1 * (t.last_seen - t.first_seen)
      GROUP BY talk, floor((start - first_seen) / t.window_seconds)
    ),
    slot_ends AS (SELECT talk, max(slot) AS last_slot FROM slots GROUP BY talk),
    counts AS (
      SELECT talk, max(last_slot) - 1 AS slots, count(*) AS active_slots, sum(started) AS slot_sum,
        sum(started * started) AS slot_squares, quantile_cont(started, 0.1) AS started_low,
        quantile_cont(started, 0.5) AS started_mid, quantile_cont(started, 0.9) AS started_high
      FROM slots
      JOIN slot_ends USING (talk)
      WHERE slot > 0 AND slot < last_slot
      GROUP BY talk
    )`;
}

/**
 * CTEs `longest_sessions` (the longest session of each talk that has a long one) and `channels` (its records by
 * window). Without a focus the records are read only of sessions that could be called a channel: trickles of
 * keep-alives are told by their totals.
 */
export function channels({ settings, context, focus }: Inputs): Sql {
  const ordinary = list([...settings.usualPorts, ...settings.tunnelPorts]);
  const suspect =
    focus.address === undefined
      ? sql`locals <= ${fewHosts(settings, context)} AND service_port NOT IN (${ordinary}) AND protocol IN (6, 17)`
      : sql`TRUE`;
  return sql`
    long_sessions AS (
      SELECT * FROM sessions WHERE "end" - start >= ${settings.longSeconds} AND state = 'answered'
    ),
    talks_of_length AS (
      SELECT t.talk, s.local_port, s.peer_port, s.interface_id, s.start AS session_start, s."end" AS session_end,
        s.bytes_out AS session_bytes_out, s.bytes_in AS session_bytes_in, s.packets_out AS session_packets_out,
        s.packets_in AS session_packets_in
      FROM long_sessions AS s
      JOIN talks AS t ON t.local = s.local AND t.peer = s.peer AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE NOT t.swapped AND s.direction IN ('outbound', 'unknown')
      UNION ALL
      SELECT t.talk, s.peer_port, s.local_port, s.interface_id, s.start, s."end", s.bytes_in, s.bytes_out, s.packets_in,
        s.packets_out
      FROM long_sessions AS s
      JOIN talks AS t ON t.local = s.peer AND t.peer = s.local AND t.service_port IS NOT DISTINCT FROM s.service_port
        AND t.protocol IS NOT DISTINCT FROM s.protocol
      WHERE t.swapped AND s.direction = 'inbound'
    ),
    longest_sessions AS (
      SELECT n.*, t.local, t.peer, t.service_port, t.protocol, t.window_seconds, t.locals
      FROM (
        SELECT *, row_number() OVER (PARTITION BY talk ORDER BY session_end - session_start DESC, session_start,
          local_port, peer_port) AS nth
        FROM talks_of_length
      ) AS n
      JOIN talks AS t USING (talk)
      WHERE n.nth = 1 AND n.session_end - n.session_start >= 10 * t.window_seconds
    ),
    busy_sessions AS (
      SELECT * FROM longest_sessions
      WHERE greatest(session_bytes_out, session_bytes_in) * 60 > ${settings.trickleBytes} * (session_end - session_start)
        AND ${suspect}
    ),
    channel_slots AS (
      SELECT l.talk, CAST(floor((r.start - l.session_start) / l.window_seconds) AS BIGINT) AS slot,
        sum(r.packets) AS slot_packets
      FROM records AS r
      JOIN busy_sessions AS l ON r.srcaddr = l.local AND r.dstaddr = l.peer AND r.srcport = l.local_port
        AND r.dstport = l.peer_port AND r.protocol = l.protocol
      WHERE r.start BETWEEN l.session_start AND l.session_end
        AND (r.interface_id IS NULL OR r.interface_id = l.interface_id)
      GROUP BY l.talk, floor((r.start - l.session_start) / l.window_seconds)
    ),
    channel_ends AS (SELECT talk, max(slot) AS last_slot FROM channel_slots GROUP BY talk),
    channels AS (
      SELECT talk, count(*) AS channel_slots, max(last_slot) - 1 AS channel_due,
        quantile_cont(slot_packets, 0.1) AS packets_low, quantile_cont(slot_packets, 0.5) AS packets_mid,
        quantile_cont(slot_packets, 0.9) AS packets_high
      FROM channel_slots
      JOIN channel_ends USING (talk)
      WHERE slot > 0 AND slot < last_slot
      GROUP BY talk
    )`;
}
