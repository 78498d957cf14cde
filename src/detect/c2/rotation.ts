import { list, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { servicesOnly } from './company.ts';
import { anyOf, fewHosts, type Inputs } from './inputs.ts';
import { groupSums } from './sums.ts';

/** Sizes within a factor of two are one band; a second grid, half a band further on, joins what the first one cuts. */
const bandsPerFactorE = 1.5;

/**
 * Steps `servers` (peers that a row may consist of), `row_servers` (those in bands of size) and `rows_of_peers`: peers of
 * one host on one port. On ports that everybody uses they must carry sessions of one size too, and be no clouds, or all
 * of the web would be a row. Whether the row keeps a pace, or is handed over from peer to peer, is told from its starts.
 */
export function rotations(inputs: Inputs): readonly Step[] {
  return [servers(inputs), rowServers, rowsOfPeers(inputs)];
}

function servers({ settings, context, focus }: Inputs): Step {
  const { usualPorts, mailPorts, chatPorts, tunnelPorts, bulkBytes } = settings;
  const left = anyOf([53, 123, 853, ...mailPorts, ...chatPorts, ...tunnelPorts]);
  return {
    name: 'servers',
    about: 'Peers that few hosts call, several times and with small sessions: what a row may consist of.',
    reads: ['numbered_conversations', 'numbered_peers', 'addresses'],
    sql: sql`
    SELECT c.local_id, c.peer_id, c.service_port, c.protocol, c.sessions, c.answered, c.rejected, c.flows,
      c.packets_out, c.bytes_out, c.packets_in, c.bytes_in, c.first_seen, c.last_seen, c.longest, c.window_seconds,
      CASE WHEN c.direction = 'unknown' THEN 1 ELSE 0 END AS undecided, p.locals, a.asn,
      CASE WHEN c.service_port IN (${anyOf(usualPorts)}) THEN 1 ELSE 0 END AS is_usual
    FROM numbered_conversations AS c
    JOIN numbered_peers AS p ON p.peer_id = c.peer_id
    JOIN addresses AS a ON a.address_id = c.peer_id
    WHERE c.direction IN ('outbound', 'unknown') AND c.traffic = 'north_south' AND c.protocol = 6 AND c.sessions >= 2
      AND ${focus.address === undefined} AND p.locals <= ${fewHosts(settings, context)}
      AND c.service_port NOT IN (${left}) AND c.bytes_out + c.bytes_in <= ${bulkBytes} * c.sessions
      AND a.scope = 'internet' AND (c.service_port NOT IN (${anyOf(usualPorts)})
        OR a.set_aside IS NULL AND (a.provider IS NULL OR a.provider NOT IN (${list(servicesOnly)})))`,
  };
}

const rowServers: Step = {
  name: 'row_servers',
  about: 'Those by the band of their size, in two grids.',
  reads: ['servers'],
  sql: sql`
    SELECT s.*, g.grid, CASE WHEN s.is_usual = 1
      THEN CAST(floor(${bandsPerFactorE} * ln(greatest(1, 1e0 * s.bytes_out / s.sessions)) + 0.5e0 * g.grid) AS BIGINT)
      ELSE 0 END AS band
    FROM servers AS s
    CROSS JOIN (VALUES (0), (1)) AS g (grid)
    WHERE s.is_usual = 1 OR g.grid = 0`,
};

function rowsOfPeers({ settings }: Inputs): Step {
  return {
    name: 'rows_of_peers',
    about: 'Peers of one host on one port that may stand in for each other, as one candidate.',
    reads: ['row_servers'],
    sql: sql`
    SELECT *
    FROM (
      SELECT row_number() OVER (ORDER BY sessions DESC, local_id, service_port, protocol, grid, band) AS place, g.*
      FROM (
        SELECT local_id, service_port, protocol, grid, band, max(undecided) AS undecided, ${groupSums},
          max_by(peer_id, sessions * 4294967296 + peer_id) AS peer_id, max(locals) AS locals, count(*) AS members,
          count(DISTINCT coalesce(asn, 0 - peer_id)) AS networks
        FROM row_servers
        GROUP BY local_id, service_port, protocol, grid, band
      ) AS g
      WHERE members BETWEEN ${settings.rowPeers} AND ${settings.maxPeers} AND networks >= 2
        AND sessions >= ${settings.shortBeats}
    ) AS r
    WHERE place <= ${settings.maxGroups}`,
  };
}
