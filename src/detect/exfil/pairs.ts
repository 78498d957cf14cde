import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import { carrierOf, channelPort, wayOf } from './channel.ts';

/** Conversations with the Internet in which something left; those that the peer started only with a focus. */
function channels(focused: boolean): Step {
  return {
    name: 'channels',
    about: 'Bytes to one peer through one port, by who sent them.',
    reads: ['numbered_conversations'],
    sql: sql`
    SELECT local_id, peer_id, ${channelPort()} AS service_port, protocol, ${carrierOf()} AS carrier, ${wayOf()} AS way,
      ${total(sql`sessions`)} AS sessions, ${total(sql`bytes_out`)} AS bytes_out, ${total(sql`bytes_in`)} AS bytes_in,
      ${total(sql`packets_out`)} AS packets_out, ${total(sql`packets_in`)} AS packets_in,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen,
      max(CASE WHEN direction = 'outbound' AND service_port BETWEEN 1 AND 1023 AND answered > 0 THEN 1 ELSE 0 END)
        AS vouched
    FROM numbered_conversations
    WHERE traffic = 'north_south' AND bytes_out > 0 AND ${focused ? sql`TRUE` : sql`${wayOf()} = 'out'`}
    GROUP BY 1, 2, 3, 4, 5, 6`,
  };
}

/**
 * What counts as one network, as a number: a set-aside (below zero), an AS, or the peer alone where nothing is known of
 * it (above all AS numbers).
 */
const networks: Step = {
  name: 'networks',
  about: 'The network of each Internet address, as a number.',
  reads: ['addresses'],
  sql: sql`
    SELECT a.address_id, coalesce(-s.nth, a.asn, 4294967296 + a.address_id) AS network_key
    FROM addresses AS a
    LEFT JOIN (
      SELECT set_aside, row_number() OVER (ORDER BY set_aside) AS nth
      FROM addresses WHERE set_aside IS NOT NULL GROUP BY set_aside
    ) AS s ON s.set_aside = a.set_aside
    WHERE a.scope = 'internet'`,
};

const pairs: Step = {
  name: 'pairs',
  about: 'Bytes of local and peer by carrier; of the main port alone where it carries four fifths.',
  reads: ['channels', 'networks'],
  sql: sql`
    SELECT p.local_id, p.peer_id, p.carrier, p.way, p.ports, p.sessions,
      CASE WHEN main THEN main_port END AS service_port, main_protocol AS protocol,
      CASE WHEN main THEN main_out ELSE p.bytes_out END AS bytes_out,
      CASE WHEN main THEN main_in ELSE p.bytes_in END AS bytes_in,
      CASE WHEN main THEN main_packets_out ELSE p.packets_out END AS packets_out,
      CASE WHEN main THEN main_packets_in ELSE p.packets_in END AS packets_in,
      p.first_seen, p.last_seen, p.vouched, n.network_key
    FROM (
      SELECT *, main_out >= 0.8e0 * bytes_out AS main
      FROM (
        SELECT local_id, peer_id, carrier, way, count(*) AS ports, ${total(sql`sessions`)} AS sessions,
          ${total(sql`bytes_out`)} AS bytes_out, ${total(sql`bytes_in`)} AS bytes_in,
          ${total(sql`packets_out`)} AS packets_out, ${total(sql`packets_in`)} AS packets_in,
          min(first_seen) AS first_seen, max(last_seen) AS last_seen, max(vouched) AS vouched,
          max_by(service_port, bytes_out) AS main_port, max_by(protocol, bytes_out) AS main_protocol,
          max(bytes_out) AS main_out, max_by(bytes_in, bytes_out) AS main_in,
          max_by(packets_out, bytes_out) AS main_packets_out, max_by(packets_in, bytes_out) AS main_packets_in
        FROM channels
        GROUP BY 1, 2, 3, 4
      )
    ) AS p
    JOIN networks AS n ON n.address_id = p.peer_id`,
};

const locals: Step = {
  name: 'locals',
  about: 'What each local host sent, and to how many.',
  reads: ['pairs'],
  sql: sql`
    SELECT local_id, count(*) AS local_peers,
      ${total(sql`CASE WHEN network_key >= 0 THEN bytes_out END`)} AS local_out
    FROM pairs
    WHERE way = 'out'
    GROUP BY local_id`,
};

/** What went from whom to whom, before anything is picked. */
export const traffic = (focused: boolean): readonly Step[] => [channels(focused), networks, pairs, locals];
