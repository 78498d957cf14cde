import { type Sql, sql } from '../../sql/sql.ts';
import { type Context, type Focus, inFocus } from '../detector.ts';
import { missesNeeded, type ScanValues } from './settings.ts';

/**
 * Conversations as their source sees them. `loud`: something was said, told from the replies, which only answered
 * sessions have; `probing`: the unanswered packets are small enough to be attempts and no rest of a session.
 */
export function contacts(settings: ScanValues, focus: Focus): Sql {
  const longest = sql`${settings.probeBytes} + CASE WHEN source LIKE '%:%' THEN 20 ELSE 0 END`;
  return sql`
    SELECT *,
      answered > 0 AND (protocol = 17 OR packets_back > ${settings.probePackets} * answered
        OR bytes_back > (${longest}) * packets_back OR bytes_from > (${longest}) * packets_from
        OR answered >= ${settings.habit}) AS loud,
      CASE protocol
        WHEN 6 THEN bytes_from <= (${longest}) * packets_from
        WHEN 1 THEN rejected > 0 OR bytes_from < ${settings.echoBytes} * packets_from
        ELSE TRUE END AS probing
    FROM (
      SELECT CASE WHEN traffic = 'east_west' THEN 'internal' ELSE direction END AS kind, direction, traffic,
        CASE WHEN direction = 'inbound' THEN peer ELSE local END AS source,
        CASE WHEN direction = 'inbound' THEN local ELSE peer END AS target,
        service_port, protocol, sessions, answered, refused, rejected, unanswered,
        CASE WHEN direction = 'inbound' THEN packets_in ELSE packets_out END AS packets_from,
        CASE WHEN direction = 'inbound' THEN bytes_in ELSE bytes_out END AS bytes_from,
        CASE WHEN direction = 'inbound' THEN packets_out ELSE packets_in END AS packets_back,
        CASE WHEN direction = 'inbound' THEN bytes_out ELSE bytes_in END AS bytes_back,
        bytes_in + bytes_out AS bytes, first_seen, last_seen
      FROM conversations
      WHERE direction IN ('inbound', 'outbound') AND local <> peer AND packets_in + packets_out > 0
        AND (protocol IN (6, 17) AND service_port > 0 OR protocol = 1) AND ${nearFocus(focus, settings)}
    )`;
}

/** What the address in focus and the sources that may have probed it asked, and what they were asked. */
function nearFocus({ address }: Focus, settings: ScanValues): Sql {
  if (address === undefined) return sql`TRUE`;
  const sources = sql`
          SELECT CASE WHEN direction = 'inbound' THEN peer ELSE local END FROM conversations
          WHERE ${inFocus({ address })} AND (rejected > 0 OR answered = 0
            OR protocol = 6 AND least(packets_in, packets_out) <= ${settings.probePackets} * answered)
          UNION ALL SELECT ${address}`;
  return sql`(local IN (${sources}) OR peer IN (${sources}))`;
}

/** Sources that could reach the threshold, and with a focus the address itself however little it did. */
export function suspects(settings: ScanValues, context: Context, focus: Focus): Sql {
  const needed = missesNeeded(settings);
  const tries = context.hasBothDirections
    ? sql`rejected + CASE WHEN loud THEN 0 ELSE greatest(sessions - rejected, packets_from / ${settings.packetsOfOneTry}) END`
    : sql`sessions`;
  const enough = sql`count(CASE WHEN NOT loud AND probing THEN 1 END) >= ${needed}
      OR kind = 'inbound' AND sum(CASE WHEN probing OR rejected > 0 THEN ${tries} ELSE 0 END) >= ${needed}`;
  const { address } = focus;
  if (address === undefined)
    return sql`SELECT kind, source FROM contacts WHERE NOT loud OR rejected > 0 GROUP BY kind, source HAVING ${enough}`;
  return sql`
    SELECT kind, source FROM contacts
    GROUP BY kind, source
    HAVING source = ${address} OR bool_or(target = ${address}) AND (${enough})`;
}
