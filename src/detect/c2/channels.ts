import { quantile } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { anyOf, fewHosts, type Inputs } from './inputs.ts';

/**
 * Steps that lead to `longest_sessions` (the longest session of each talk that has a long one) and `channels` (its
 * records by window). Without a focus the records are read only of sessions that could be called a channel: trickles
 * of keep-alives are told by their totals.
 */
export function channels(inputs: Inputs): readonly Step[] {
  return [...longestSessions(inputs), ...channelSteps(inputs)];
}

function longestSessions({ settings }: Inputs): readonly Step[] {
  return [
    {
      name: 'long_sessions',
      about: 'Long answered sessions of single pairs, as the end that started them sees them.',
      reads: ['numbered_sessions', 'talks'],
      sql: sql`
    SELECT t.talk, s.local_port, s.peer_port, s.interface_id, s.start AS session_start, s."end" AS session_end,
      s.bytes_out AS session_bytes_out, s.bytes_in AS session_bytes_in, s.packets_out AS session_packets_out,
      s.packets_in AS session_packets_in
    FROM numbered_sessions AS s
    JOIN talks AS t ON t.local_id = s.local_id AND t.peer_id = s.peer_id
      AND t.service_port IS NOT DISTINCT FROM s.service_port AND t.protocol IS NOT DISTINCT FROM s.protocol
    WHERE t.shape = 'pair' AND t.way = 'out' AND s.direction IN ('outbound', 'unknown') AND s.state = 'answered'
      AND s."end" - s.start >= ${settings.longSeconds}
    UNION ALL
    SELECT t.talk, s.peer_port, s.local_port, s.interface_id, s.start, s."end", s.bytes_in, s.bytes_out,
      s.packets_in, s.packets_out
    FROM numbered_sessions AS s
    JOIN talks AS t ON t.local_id = s.peer_id AND t.peer_id = s.local_id
      AND t.service_port IS NOT DISTINCT FROM s.service_port AND t.protocol IS NOT DISTINCT FROM s.protocol
    WHERE t.shape = 'pair' AND t.way = 'swapped' AND s.direction = 'inbound' AND s.state = 'answered'
      AND s."end" - s.start >= ${settings.longSeconds}`,
    },
    {
      name: 'longest_sessions',
      about: 'The longest of each talk, where it lasts for ten windows.',
      reads: ['long_sessions', 'talks'],
      sql: sql`
    SELECT n.talk, n.local_port, n.peer_port, n.interface_id, n.session_start, n.session_end, n.session_bytes_out,
      n.session_bytes_in, n.session_packets_out, n.session_packets_in, t.local, t.peer, t.service_port, t.protocol,
      t.window_seconds, t.locals
    FROM (
      SELECT l.*, row_number() OVER (PARTITION BY talk ORDER BY session_end - session_start DESC, session_start,
        local_port, peer_port) AS nth
      FROM long_sessions AS l
    ) AS n
    JOIN talks AS t ON t.talk = n.talk
    WHERE n.nth = 1 AND n.session_end - n.session_start >= 10 * t.window_seconds`,
    },
  ];
}

function channelSteps({ settings, context, focus }: Inputs): readonly Step[] {
  const ordinary = anyOf([...settings.usualPorts, ...settings.tunnelPorts]);
  const suspect =
    focus.address === undefined
      ? sql`locals <= ${fewHosts(settings, context)} AND service_port NOT IN (${ordinary}) AND protocol IN (6, 17)`
      : sql`TRUE`;
  const slot = sql`CAST(floor(1e0 * (r.start - l.session_start) / l.window_seconds) AS BIGINT)`;
  return [
    {
      name: 'busy_sessions',
      about: 'Those of them that carry more than keep-alives.',
      reads: ['longest_sessions'],
      sql: sql`
    SELECT * FROM longest_sessions
    WHERE greatest(session_bytes_out, session_bytes_in) * 60 > ${settings.trickleBytes} * (session_end - session_start)
      AND ${suspect}`,
    },
    {
      name: 'channel_slots',
      about: 'Packets of a long session in each window.',
      reads: ['records', 'busy_sessions'],
      sql: sql`
    SELECT l.talk, ${slot} AS slot, sum(r.packets) AS slot_packets
    FROM records AS r
    JOIN busy_sessions AS l ON r.srcaddr = l.local AND r.dstaddr = l.peer AND r.srcport = l.local_port
      AND r.dstport = l.peer_port AND r.protocol = l.protocol
    WHERE r.start BETWEEN l.session_start AND l.session_end
      AND (r.interface_id IS NULL OR r.interface_id = l.interface_id)
    GROUP BY 1, 2`,
    },
    {
      name: 'channels',
      about: 'How even they are, the first and the last window left out.',
      reads: ['channel_slots'],
      sql: sql`
    SELECT s.talk, count(*) AS channel_slots, max(e.last_slot) - 1 AS channel_due,
      ${quantile(sql`s.slot_packets`, 0.1)} AS packets_low, ${quantile(sql`s.slot_packets`, 0.5)} AS packets_mid,
      ${quantile(sql`s.slot_packets`, 0.9)} AS packets_high
    FROM channel_slots AS s
    JOIN (SELECT talk, max(slot) AS last_slot FROM channel_slots GROUP BY talk) AS e ON e.talk = s.talk
    WHERE s.slot > 0 AND s.slot < e.last_slot
    GROUP BY s.talk`,
    },
  ];
}
