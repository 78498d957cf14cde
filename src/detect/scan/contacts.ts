import { wholes } from '../../sql/dialect.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { type Context, type Focus, numberOf } from '../detector.ts';
import { missesNeeded, type ScanValues } from './settings.ts';

/** Which way a source asks, as a number: from the Internet, a local host the Internet, a local host its neighbours. */
export const kinds = { inbound: 1, outbound: 2, internal: 3 } as const;

/** Who asked whom, of the sources that may scan: addresses and kinds are numbers. */
export function asked(settings: ScanValues, context: Context, focus: Focus): readonly Step[] {
  return [contacts(settings, focus), suspects(settings, context, focus), contactsOfSuspects];
}

/**
 * Conversations as their source sees them. `loud`: something was said, told from the replies, which only answered
 * sessions have; `probing`: the unanswered packets are small enough to be attempts and no rest of a session. Outward
 * only sessions count of which it is certain who started them (`sure`).
 */
function contacts(settings: ScanValues, focus: Focus): Step {
  // Headers are 20 bytes longer in IPv6, there as here.
  const longest = sql`(header + ${settings.probeBytes - 40})`;
  return {
    name: 'contacts',
    about: 'Conversations as the end that started them sees them.',
    reads: focus.address === undefined ? ['numbered_conversations'] : ['numbered_conversations', 'addresses'],
    sql: sql`
    SELECT *,
      answered > 0 AND (protocol = 17 OR packets_back > ${settings.probePackets} * answered
        OR bytes_back > ${longest} * CAST(packets_back AS DOUBLE)
        OR bytes_from > ${longest} * CAST(packets_from AS DOUBLE)
        OR answered >= ${settings.habit}) AS loud,
      CASE protocol
        WHEN 6 THEN bytes_from <= ${longest} * CAST(packets_from AS DOUBLE)
        WHEN 1 THEN rejected > 0 OR bytes_from < ${settings.echoBytes} * CAST(packets_from AS DOUBLE)
        ELSE TRUE END AS probing,
      kind = ${kinds.inbound} OR certain > 0 AS sure
    FROM (
      SELECT CASE WHEN traffic = 'east_west' THEN ${kinds.internal} WHEN direction = 'inbound' THEN ${kinds.inbound}
          ELSE ${kinds.outbound} END AS kind,
        CASE WHEN direction = 'inbound' THEN peer_id ELSE local_id END AS source,
        CASE WHEN direction = 'inbound' THEN local_id ELSE peer_id END AS target,
        service_port, protocol, header, sessions, answered, refused, rejected, unanswered, certain, spoken, largest,
        CASE WHEN direction = 'inbound' THEN packets_in ELSE packets_out END AS packets_from,
        CASE WHEN direction = 'inbound' THEN bytes_in ELSE bytes_out END AS bytes_from,
        CASE WHEN direction = 'inbound' THEN packets_out ELSE packets_in END AS packets_back,
        CASE WHEN direction = 'inbound' THEN bytes_out ELSE bytes_in END AS bytes_back,
        CAST(bytes_in AS DOUBLE) + bytes_out AS bytes, first_seen, last_seen
      FROM numbered_conversations
      WHERE direction <> 'unknown' AND local_id <> peer_id AND (packets_in > 0 OR packets_out > 0)
        AND (protocol IN (6, 17) AND service_port > 0 OR protocol = 1) AND ${nearFocus(focus, settings)}
    ) AS turned`,
  };
}

/** What the address in focus and the sources that may have probed it asked, and what they were asked. */
function nearFocus({ address }: Focus, settings: ScanValues): Sql {
  if (address === undefined) return sql`TRUE`;
  const number = numberOf(address);
  const sources = sql`
          SELECT CASE WHEN direction = 'inbound' THEN peer_id ELSE local_id END FROM numbered_conversations
          WHERE (local_id = ${number} OR peer_id = ${number}) AND (refused + rejected > 0 OR answered = 0
            OR protocol = 6 AND least(packets_in, packets_out) <= ${settings.probePackets} * answered)
          UNION ALL SELECT ${number}`;
  return sql`(local_id IN (${sources}) OR peer_id IN (${sources}))`;
}

/** Sources that could reach the threshold, and with a focus the address itself however little it did. */
function suspects(settings: ScanValues, context: Context, focus: Focus): Step {
  const needed = missesNeeded(settings);
  const tries = context.hasBothDirections
    ? sql`rejected + CASE WHEN loud THEN 0 ELSE greatest(sessions - rejected, ${wholes(sql`packets_from`, settings.packetsOfOneTry)}) END`
    : sql`sessions`;
  const enough = sql`count(CASE WHEN NOT loud AND probing AND sure THEN 1 END) >= ${needed}
      OR kind = ${kinds.inbound} AND sum(CASE WHEN probing OR rejected > 0 THEN ${tries} ELSE 0 END) >= ${needed}`;
  const { address } = focus;
  const number = numberOf(address ?? '');
  return {
    name: 'suspects',
    about: 'Sources that asked often enough in vain.',
    reads: address === undefined ? ['contacts'] : ['contacts', 'addresses'],
    sql:
      address === undefined
        ? sql`
    SELECT kind, source FROM contacts WHERE NOT loud OR rejected > 0 GROUP BY kind, source HAVING ${enough}`
        : sql`
    SELECT kind, source FROM contacts
    GROUP BY kind, source
    HAVING source = max(${number}) OR max(CASE WHEN target = ${number} THEN 1 ELSE 0 END) = 1 AND (${enough})`,
  };
}

const contactsOfSuspects: Step = {
  name: 'contacts_of_suspects',
  about: 'All that the suspects asked of targets that can answer.',
  reads: ['contacts', 'suspects', 'addresses'],
  sql: sql`
    SELECT c.*
    FROM contacts AS c
    JOIN suspects AS s ON s.kind = c.kind AND s.source = c.source
    WHERE c.target NOT IN (
      SELECT address_id FROM addresses
      WHERE scope IN ('multicast', 'loopback', 'reserved', 'link-local') AND address_id IS NOT NULL)`,
};
