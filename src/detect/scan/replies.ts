import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { kinds } from './contacts.ts';

/** The source's own ports in sessions where nothing was said: what may be replies is sent from few of them. */
const sourcePorts: Step = {
  name: 'source_ports',
  about: "The sources' own ports in sessions in which nothing was said.",
  reads: ['contacts_of_suspects', 'numbered_sessions'],
  sql: sql`
    SELECT q.kind, q.source, q.target, q.service_port, q.protocol, s.source_port, count(*) AS sessions
    FROM (
      SELECT kind, source, target, service_port, protocol FROM contacts_of_suspects
      WHERE NOT loud AND protocol IN (6, 17)
    ) AS q
    JOIN (
      SELECT CASE WHEN traffic = 'east_west' THEN ${kinds.internal} WHEN direction = 'inbound' THEN ${kinds.inbound}
          ELSE ${kinds.outbound} END AS kind,
        CASE WHEN direction = 'inbound' THEN peer_id ELSE local_id END AS source,
        CASE WHEN direction = 'inbound' THEN local_id ELSE peer_id END AS target,
        CASE WHEN direction = 'inbound' THEN peer_port ELSE local_port END AS source_port, service_port, protocol
      FROM numbered_sessions
      WHERE direction <> 'unknown' AND protocol IN (6, 17)
    ) AS s ON s.kind = q.kind AND s.source = q.source AND s.target = q.target AND s.service_port = q.service_port
      AND s.protocol = q.protocol
    GROUP BY 1, 2, 3, 4, 5, 6`,
};

/**
 * Late packets of servers look like attempts of theirs. They come from a service port to a client's port: from a
 * system port, from one registered port to several ephemeral ports, or from a port at which the "target" itself
 * asked the "source" at least as often.
 */
const replies: Step = {
  name: 'replies',
  about: 'How many sessions of a contact have the shape of late replies.',
  reads: ['source_ports', 'contacts'],
  sql: sql`
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
    GROUP BY 1, 2, 3, 4, 5`,
};

/** Sessions that are no attempts but late packets of servers. */
export const unasked: readonly Step[] = [sourcePorts, replies];
