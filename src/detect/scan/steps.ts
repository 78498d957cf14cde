import { type Sql, sql } from '../../sql/sql.ts';
import type { Context } from '../detector.ts';
import type { ScanValues } from './settings.ts';

/** The source's own ports in sessions where nothing was said. */
export const sourcePorts = sql`
    SELECT q.kind, q.source, q.target, q.service_port, q.protocol,
      CASE WHEN s.direction = 'inbound' THEN s.peer_port ELSE s.local_port END AS source_port, count(*) AS sessions
    FROM contacts_of_suspects AS q
    JOIN sessions AS s
      ON s.traffic = q.traffic AND s.direction = q.direction AND s.service_port = q.service_port
      AND s.protocol = q.protocol AND s.local = CASE WHEN q.direction = 'inbound' THEN q.target ELSE q.source END
      AND s.peer = CASE WHEN q.direction = 'inbound' THEN q.source ELSE q.target END
    WHERE NOT q.loud AND q.protocol IN (6, 17)
    GROUP BY q.kind, q.source, q.target, q.service_port, q.protocol,
      CASE WHEN s.direction = 'inbound' THEN s.peer_port ELSE s.local_port END`;

/**
 * Late packets of servers look like attempts of theirs. They come from a service port to a client's port: from a
 * system port, from one registered port to several ephemeral ports, or from a port at which the "target" itself
 * asked the "source" at least as often.
 */
export const replies = sql`
    SELECT p.kind, p.source, p.target, p.service_port, p.protocol, sum(p.sessions) AS replies
    FROM (
      SELECT *, sum(sessions) OVER (PARTITION BY kind, source, target, source_port, protocol) AS same_port,
        min(service_port) OVER (PARTITION BY kind, source, target, source_port, protocol) AS lowest,
        max(service_port) OVER (PARTITION BY kind, source, target, source_port, protocol) AS highest
      FROM source_ports
    ) AS p
    LEFT JOIN contacts AS r
      ON r.source = p.target AND r.target = p.source AND r.service_port = p.source_port AND r.protocol = p.protocol
    WHERE p.source_port < 1024 AND p.service_port >= 1024
      OR p.source_port < 32768 AND p.lowest >= 32768 AND p.highest > p.lowest
      OR r.sessions >= p.same_port
    GROUP BY p.kind, p.source, p.target, p.service_port, p.protocol`;

/**
 * Each contact as steps of the walk. From the Internet each refused try counts; inside and outward a contact counts
 * once, because clients of a dead server try for ever.
 */
export function walkSteps(settings: ScanValues, context: Context): Sql {
  const most = settings.countedTries;
  const vain = context.hasBothDirections
    ? sql`rejected + refused + unanswered - replies + CASE WHEN answered > 0 THEN 1 ELSE 0 END`
    : sql`rejected`;
  const packets = context.hasBothDirections
    ? sql`CASE WHEN replies = 0 AND answered = 0 AND protocol = 6
        THEN ceil(CAST(packets_from AS DOUBLE) / ${settings.packetsOfOneTry}) ELSE 0 END`
    : sql`0`;
  return sql`
    SELECT *, NOT loud AND tries > 0 AS in_vain,
      CASE WHEN kind = 'inbound' THEN least(${most}, tries) WHEN NOT loud AND tries > 0 THEN 1 ELSE 0 END AS miss,
      CASE WHEN NOT loud THEN 0 WHEN kind = 'inbound' THEN least(${most}, answered) ELSE 1 END AS hit
    FROM (
      SELECT *, CASE WHEN loud THEN rejected WHEN NOT probing THEN 0 ELSE greatest(0, ${vain}, ${packets}) END AS tries
      FROM (
        SELECT c.*, coalesce(r.replies, 0) AS replies
        FROM contacts_of_suspects AS c
        LEFT JOIN replies AS r
          ON r.kind = c.kind AND r.source = c.source AND r.target = c.target AND r.service_port = c.service_port
          AND r.protocol = c.protocol
      )
    )`;
}
