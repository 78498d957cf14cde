import { quantile, wholes } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { anyOf, type Inputs } from './inputs.ts';
import { groupSums } from './sums.ts';

/**
 * Steps that lead to `meshes`: a host with many peers on ports that no service has, as peer-to-peer botnets, file
 * sharing and some games have them. Who starts is told by ports alone where there are no flags, and both ends of such
 * traffic use odd ones: the peers are counted whichever way the sessions seem to go.
 */
export function meshes(inputs: Inputs): readonly Step[] {
  const { settings, focus } = inputs;
  const { usualPorts, mailPorts, chatPorts, relayPorts, tunnelPorts, sharingPorts } = settings;
  const isOwn = sql`traffic = 'north_south' AND protocol IN (6, 17) AND service_port >= 1024 AND sessions >= 2
      AND service_port NOT IN (${anyOf([...usualPorts, ...mailPorts, ...chatPorts, ...relayPorts, ...tunnelPorts])})
      AND ${focus.address === undefined}`;
  return [
    {
      name: 'mesh_doors',
      about:
        'UDP ports of ours on which many peers get answers: one that a mesh program has opened, as a rule.',
      reads: ['numbered_conversations'],
      sql: sql`
    SELECT local_id, service_port
    FROM numbered_conversations
    WHERE ${isOwn} AND direction = 'inbound' AND protocol = 17 AND answered > 0
    GROUP BY local_id, service_port
    HAVING count(*) >= ${settings.meshPeers}`,
    },
    {
      name: 'mesh_parts',
      about:
        'Conversations that recur, on ports that no service has; those that peers seem to start at such doors only.',
      reads: ['numbered_conversations', 'mesh_doors'],
      sql: sql`
    SELECT c.local_id, c.peer_id, c.service_port, c.protocol, c.direction, c.sessions, c.answered, c.rejected, c.flows,
      c.packets_out, c.bytes_out, c.packets_in, c.bytes_in, c.first_seen, c.last_seen, c.longest, c.window_seconds,
      CASE WHEN c.direction = 'inbound' THEN c.sessions ELSE 0 END AS called,
      CASE WHEN c.service_port IN (${anyOf(sharingPorts)}) THEN 1 ELSE 0 END AS is_sharing
    FROM (SELECT * FROM numbered_conversations WHERE ${isOwn}) AS c
    LEFT JOIN mesh_doors AS d ON d.local_id = c.local_id AND d.service_port = c.service_port
    WHERE c.direction <> 'inbound' OR c.protocol = 17 AND c.answered > 0 AND d.local_id IS NOT NULL`,
    },
    {
      name: 'mesh_hosts',
      about: 'Hosts with many peers of that kind.',
      reads: ['mesh_parts'],
      sql: sql`
    SELECT local_id, protocol
    FROM mesh_parts
    GROUP BY local_id, protocol
    HAVING count(DISTINCT CASE WHEN sessions >= ${settings.minStarts} THEN peer_id END) >= ${settings.meshPeers}`,
    },
    {
      name: 'mesh_pairs',
      about:
        'Their peers, whichever way the sessions seem to go, those of cloud providers and vendors left out.',
      reads: ['mesh_parts', 'mesh_hosts', 'addresses'],
      sql: sql`
    SELECT p.local_id, p.peer_id, p.protocol, max(a.asn) AS asn, sum(p.called) AS called,
      max(p.is_sharing) AS is_sharing, ${groupSums}
    FROM mesh_parts AS p
    JOIN mesh_hosts AS h ON h.local_id = p.local_id AND h.protocol = p.protocol
    JOIN addresses AS a ON a.address_id = p.peer_id
    WHERE a.set_aside IS NULL AND a.scope = 'internet'
    GROUP BY p.local_id, p.peer_id, p.protocol`,
    },
    {
      name: 'meshes',
      about: 'Each host with all such peers as one candidate, and what tells botnets from file sharing.',
      reads: ['mesh_pairs'],
      sql: sql`
    SELECT row_number() OVER (ORDER BY members DESC, local_id, protocol) AS place, m.*
    FROM (
      SELECT local_id, protocol, ${groupSums}, max_by(peer_id, sessions * 4294967296 + peer_id) AS peer_id,
        count(*) AS members, sum(CASE WHEN sessions >= ${settings.minStarts} THEN 1 ELSE 0 END) AS kept_up,
        count(DISTINCT coalesce(asn, 0 - peer_id)) AS networks,
        ${quantile(sql`1e0 * (bytes_out + bytes_in) / sessions`, 0.5)} AS exchange_mid,
        1e0 * sum(CASE WHEN bytes_out + bytes_in > ${settings.bulkBytes} * sessions THEN bytes_out + bytes_in ELSE 0 END)
          / greatest(1, sum(bytes_out + bytes_in)) AS bulk_share,
        1e0 * sum(called) / sum(sessions) AS called_share, sum(is_sharing) AS sharing_peers,
        ${quantile(sql`last_seen - first_seen`, 0.5)} AS stay_mid
      FROM mesh_pairs
      GROUP BY local_id, protocol
    ) AS m
    WHERE kept_up >= ${settings.meshPeers} AND networks >= ${settings.meshNetworks}`,
    },
  ];
}

/** Steps `mesh_rhythms`, from the starts: how evenly they fill the hours, and how the peers come back. */
export const meshRhythms: readonly Step[] = [
  {
    name: 'mesh_hours',
    about: 'Starts in each hour, of candidates with many peers.',
    reads: ['starts', 'talks'],
    sql: sql`
    SELECT s.talk, ${wholes(sql`s.start`, 3600)} AS hour, count(*) AS started
    FROM starts AS s
    JOIN talks AS t ON t.talk = s.talk
    WHERE t.shape = 'mesh'
    GROUP BY 1, 2`,
  },
  {
    name: 'mesh_gaps',
    about: 'Seconds until a peer is met again.',
    reads: ['starts', 'talks'],
    sql: sql`
    SELECT talk, gap
    FROM (
      SELECT s.talk, s.start - lag(s.start) OVER (PARTITION BY s.talk, s.peer_id ORDER BY s.start) AS gap
      FROM starts AS s
      JOIN talks AS t ON t.talk = s.talk
      WHERE t.shape = 'mesh'
    ) AS g
    WHERE gap IS NOT NULL`,
  },
  {
    name: 'mesh_returns',
    about: 'The typical time until a peer is met again.',
    reads: ['mesh_gaps'],
    sql: sql`SELECT talk, ${quantile(sql`gap`, 0.5)} AS return_mid FROM mesh_gaps GROUP BY talk`,
  },
  {
    name: 'mesh_rhythms',
    about:
      'How evenly the starts of a mesh fill the hours, and how alike the times are after which peers are met again.',
    reads: ['mesh_hours', 'mesh_gaps', 'mesh_returns'],
    sql: sql`
    SELECT h.talk, h.hours, h.hours_due, h.hour_low, h.hour_mid, h.hour_high, r.return_mid, r.returns, r.returns_near
    FROM (
      SELECT talk, count(*) AS hours, max(hour) - min(hour) + 1 AS hours_due, ${quantile(sql`started`, 0.25)} AS hour_low,
        ${quantile(sql`started`, 0.5)} AS hour_mid, ${quantile(sql`started`, 0.75)} AS hour_high
      FROM mesh_hours
      GROUP BY talk
    ) AS h
    LEFT JOIN (
      SELECT g.talk, max(m.return_mid) AS return_mid, count(*) AS returns,
        sum(CASE WHEN g.gap BETWEEN 0.65e0 * m.return_mid AND 1.35e0 * m.return_mid THEN 1 ELSE 0 END) AS returns_near
      FROM mesh_gaps AS g
      JOIN mesh_returns AS m ON m.talk = g.talk
      GROUP BY g.talk
    ) AS r ON r.talk = h.talk`,
  },
];
