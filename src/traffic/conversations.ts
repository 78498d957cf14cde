import { id, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from './names.ts';
import type { Step } from './sessions.ts';
import { total } from './total.ts';

/**
 * All sessions of (local, peer, service port, protocol, direction) as one row. Columns: traffic, local, peer,
 * service_port, protocol, direction, sessions, answered, unanswered, rejected (sessions by state), flows (records),
 * flows_out (records from local to peer), packets_out, bytes_out, packets_in, bytes_in (as local sees them), first_seen, last_seen (Unix seconds),
 * longest (seconds of the longest session), window_seconds.
 */
export function conversationsOf(sessions: Sql): Sql {
  return sql`
    SELECT traffic, local, peer, service_port, protocol, direction, count(*) AS sessions,
      count(*) FILTER (WHERE state = 'answered') AS answered,
      count(*) FILTER (WHERE state = 'unanswered') AS unanswered,
      count(*) FILTER (WHERE state = 'rejected') AS rejected,
      ${total(sql`records`)} AS flows, ${total(sql`records_out`)} AS flows_out,
      ${total(sql`packets_out`)} AS packets_out, ${total(sql`bytes_out`)} AS bytes_out,
      ${total(sql`packets_in`)} AS packets_in, ${total(sql`bytes_in`)} AS bytes_in,
      min(start) AS first_seen, max("end") AS last_seen, max("end" - start) AS longest,
      max(window_seconds) AS window_seconds
    FROM ${sessions}
    GROUP BY traffic, local, peer, service_port, protocol, direction`;
}

/** Every Internet address that was talked to, over all locals, ports and directions; labels come with {@link labelledPeers}. */
export function peersOf(conversations: Sql): Sql {
  return sql`
    SELECT peer, count(DISTINCT local) AS locals, count(*) AS conversations,
      ${total(sql`sessions`)} AS sessions, ${total(sql`answered`)} AS answered,
      ${total(sql`rejected`)} AS rejected, ${total(sql`flows`)} AS flows,
      ${total(sql`packets_out`)} AS packets_out, ${total(sql`bytes_out`)} AS bytes_out,
      ${total(sql`packets_in`)} AS packets_in, ${total(sql`bytes_in`)} AS bytes_in,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM ${conversations}
    WHERE traffic = 'north_south'
    GROUP BY peer`;
}

/** The kept peers with their labels and names of today: set-asides are switched more often than records are loaded. */
export function labelledPeers(kept: Sql): Sql {
  const { name, names, joins } = bestName(trusted('p'), id('peer'), undefined);
  return sql`SELECT p.*, a.asn, a.network, a.country, a.city, a.provider, a.service, a.region, a.set_aside,
      a.mark, a.threat_lists, k.known_since, ${name} AS name, ${names} AS names
    FROM (${kept}) AS p LEFT JOIN addresses AS a ON a.address = p.peer LEFT JOIN known_peers AS k ON k.peer = p.peer
    ${joins}`;
}

/** One row that says what the data are as a whole: period, hosts, windows, coverage. */
export const dataAsAWhole: Step = {
  name: 'data_as_a_whole',
  sql: sql`
    SELECT * FROM (
      SELECT coalesce(min(first_seen), 0) AS "from", coalesce(max(last_seen), 0) AS "to",
        count(DISTINCT local) AS "localHosts", coalesce(max(window_seconds), 60) AS "windowSeconds",
        coalesce(sum(answered), 0) > 0 AS "hasBothDirections"
      FROM conversations
    ), (
      SELECT least(1, coalesce(sum(minutes) / nullif(sum(span), 0), 0)) AS covered,
        least(1, coalesce(sum(skipped) / nullif(sum(span), 0), 0)) AS skipped
      FROM (
        SELECT sum(minutes) AS minutes, sum(skipped_minutes) AS skipped,
          ceil((max(last_end) - min(first_start) + 1) / 60) AS span
        FROM coverage_hours GROUP BY account_id, interface_id
      )
    )`,
};
