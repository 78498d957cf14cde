import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';

/**
 * Steps `talks` (all candidates: pairs, rows of peers, meshes), `members` (of which pairs each consists) and `starts`
 * (their sessions, as the end that started them sees them).
 */
export const startsOfTalks: readonly Step[] = [
  {
    name: 'talks',
    about:
      'Candidates: single pairs, rows of peers (from 1,000,000,000 on) and meshes (from 2,000,000,000 on).',
    reads: ['single_talks', 'rows_of_peers', 'meshes', 'addresses'],
    sql: sql`
    SELECT talk, 'pair' AS shape, way, traffic, local_id, peer_id, local, peer, service_port, protocol, undecided,
      is_foreign, sessions, answered, rejected, flows, packets_out, bytes_out, packets_in, bytes_in, first_seen,
      last_seen, longest, window_seconds, locals, callers, members, 1 AS networks, asn, network, country, provider,
      set_aside
    FROM single_talks
    UNION ALL
    SELECT 1000000000 + r.place AS talk, 'row' AS shape, 'out' AS way, 'north_south' AS traffic, r.local_id, r.peer_id,
      o.address, a.address, r.service_port, r.protocol, r.undecided, FALSE, r.sessions, r.answered, r.rejected, r.flows,
      r.packets_out, r.bytes_out, r.packets_in, r.bytes_in, r.first_seen, r.last_seen, r.longest, r.window_seconds,
      r.locals, 0, r.members, r.networks, a.asn, a.network, a.country, a.provider, a.set_aside
    FROM rows_of_peers AS r
    JOIN addresses AS o ON o.address_id = r.local_id
    JOIN addresses AS a ON a.address_id = r.peer_id
    UNION ALL
    SELECT 2000000000 + m.place AS talk, 'mesh' AS shape, 'out' AS way, 'north_south' AS traffic, m.local_id, m.peer_id,
      o.address, a.address, NULL, m.protocol, 0, FALSE, m.sessions, m.answered, m.rejected, m.flows,
      m.packets_out, m.bytes_out, m.packets_in, m.bytes_in, m.first_seen, m.last_seen, m.longest, m.window_seconds,
      1, 0, m.members, m.networks, a.asn, a.network, a.country, a.provider, a.set_aside
    FROM meshes AS m
    JOIN addresses AS o ON o.address_id = m.local_id
    JOIN addresses AS a ON a.address_id = m.peer_id`,
  },
  {
    name: 'members',
    about: 'The pairs that each candidate consists of, by the end that starts them.',
    reads: ['single_talks', 'rows_of_peers', 'row_servers', 'meshes', 'mesh_pairs', 'mesh_parts'],
    sql: sql`
    SELECT talk, way, local_id, peer_id, service_port, protocol, window_seconds
    FROM single_talks
    UNION ALL
    SELECT DISTINCT 1000000000 + r.place AS talk, 'out' AS way, s.local_id, s.peer_id, s.service_port, s.protocol,
      r.window_seconds
    FROM rows_of_peers AS r
    JOIN row_servers AS s ON s.local_id = r.local_id AND s.service_port = r.service_port AND s.protocol = r.protocol
      AND s.grid = r.grid AND s.band = r.band
    UNION ALL
    SELECT DISTINCT 2000000000 + m.place AS talk, CASE WHEN p.direction = 'inbound' THEN 'in' ELSE 'out' END AS way,
      p.local_id, p.peer_id, p.service_port, p.protocol, m.window_seconds
    FROM meshes AS m
    JOIN mesh_pairs AS q ON q.local_id = m.local_id AND q.protocol = m.protocol
    JOIN mesh_parts AS p ON p.local_id = q.local_id AND p.peer_id = q.peer_id AND p.protocol = q.protocol`,
  },
  {
    name: 'starts',
    about: 'Sessions of the candidates, as the end that started them sees them.',
    reads: ['members', 'numbered_sessions'],
    sql: sql`
    SELECT m.talk, m.peer_id, CASE WHEN m.way = 'in' THEN s.peer_port ELSE s.local_port END AS port, s.start,
      s."end" AS stop, s.bytes_out, s.bytes_in, CASE WHEN s.state = 'answered' THEN 1 ELSE 0 END AS is_answered,
      m.window_seconds
    FROM numbered_sessions AS s
    JOIN members AS m ON m.local_id = s.local_id AND m.peer_id = s.peer_id
      AND m.service_port IS NOT DISTINCT FROM s.service_port AND m.protocol IS NOT DISTINCT FROM s.protocol
    WHERE m.way = 'out' AND s.direction IN ('outbound', 'unknown') OR m.way = 'in' AND s.direction = 'inbound'
    UNION ALL
    SELECT m.talk, m.peer_id, s.peer_port, s.start, s."end" AS stop, s.bytes_in, s.bytes_out,
      CASE WHEN s.state = 'answered' THEN 1 ELSE 0 END AS is_answered, m.window_seconds
    FROM numbered_sessions AS s
    JOIN members AS m ON m.local_id = s.peer_id AND m.peer_id = s.local_id
      AND m.service_port IS NOT DISTINCT FROM s.service_port AND m.protocol IS NOT DISTINCT FROM s.protocol
    WHERE m.way = 'swapped' AND s.direction = 'inbound'`,
  },
];
