import { type Sql, sql } from '../../sql/sql.ts';
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
 * CTE `channels`: the records of the longest session of each talk that has a long one, by window. Trickles of
 * keep-alives are recognised by their totals and need no series.
 */
export function channels(settings: C2Values): Sql {
  return sql`
    longest_sessions AS (
      SELECT talk, local, local_port, peer, peer_port, protocol, interface_id, session_start, session_end, window_seconds,
        session_bytes_out, session_bytes_in, session_packets_out, session_packets_in, long_sessions
      FROM (
        SELECT t.talk, s.local, s.local_port, s.peer, s.peer_port, s.protocol, s.interface_id, s.start AS session_start,
          s."end" AS session_end, t.window_seconds,
          CASE WHEN t.swapped THEN s.bytes_in ELSE s.bytes_out END AS session_bytes_out,
          CASE WHEN t.swapped THEN s.bytes_out ELSE s.bytes_in END AS session_bytes_in,
          CASE WHEN t.swapped THEN s.packets_in ELSE s.packets_out END AS session_packets_out,
          CASE WHEN t.swapped THEN s.packets_out ELSE s.packets_in END AS session_packets_in,
          count(*) OVER (PARTITION BY t.talk) AS long_sessions,
          row_number() OVER (PARTITION BY t.talk ORDER BY s."end" - s.start DESC, s.start, s.local_port) AS nth
        FROM (
          SELECT * FROM sessions WHERE "end" - start >= ${settings.longSeconds} AND state = 'answered'
        ) AS s
        JOIN talks AS t ON t.service_port IS NOT DISTINCT FROM s.service_port
          AND t.protocol IS NOT DISTINCT FROM s.protocol
          AND t.local = CASE WHEN t.swapped THEN s.peer ELSE s.local END
          AND t.peer = CASE WHEN t.swapped THEN s.local ELSE s.peer END
          AND (t.swapped = (s.direction = 'inbound'))
      )
      WHERE nth = 1 AND session_end - session_start >= 10 * window_seconds
    ),
    busy_sessions AS (
      SELECT * FROM longest_sessions
      WHERE greatest(session_bytes_out, session_bytes_in) * 60 > ${settings.trickleBytes} * (session_end - session_start)
    ),
    channel_slots AS (
      SELECT talk, CAST(floor((start - session_start) / window_seconds) AS BIGINT) AS slot,
        sum(packets) AS slot_packets, sum(bytes) AS slot_bytes
      FROM (
        SELECT l.talk, l.session_start, l.window_seconds, r.start, r.packets, r.bytes
        FROM records AS r
        JOIN busy_sessions AS l ON r.srcaddr = l.local AND r.dstaddr = l.peer AND r.srcport = l.local_port
          AND r.dstport = l.peer_port AND r.protocol = l.protocol
        WHERE r.start BETWEEN l.session_start AND l.session_end
          AND (r.interface_id IS NULL OR r.interface_id = l.interface_id)
      )
      GROUP BY talk, floor((start - session_start) / window_seconds)
    ),
    channel_ends AS (SELECT talk, max(slot) AS last_slot FROM channel_slots GROUP BY talk),
    channels AS (
      SELECT talk, count(*) AS channel_slots, max(last_slot) - 1 AS channel_due,
        avg(slot_packets) AS channel_packets, quantile_cont(slot_packets, 0.1) AS packets_low,
        quantile_cont(slot_packets, 0.5) AS packets_mid, quantile_cont(slot_packets, 0.9) AS packets_high
      FROM channel_slots
      JOIN channel_ends USING (talk)
      WHERE slot > 0 AND slot < last_slot
      GROUP BY talk
    )`;
}
