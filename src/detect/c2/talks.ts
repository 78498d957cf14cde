import { and, or, type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { numberOf } from '../detector.ts';
import { anyOf, fewHosts, type Inputs } from './inputs.ts';
import { groupSums } from './sums.ts';

/**
 * Steps `pairs` (conversations by who starts them), `reach` (how many hosts talk to a peer), `callers` (how many others
 * a service answers) and `single_talks` (those worth a look, by cheap necessary conditions, with the labels of the peer).
 *
 * A pair has a `way`: `out` (the local end starts), `swapped` (both ends are on the Internet and nobody declared one of
 * them local: the one that starts counts as the local one, since only it can be the infected host) or `in` (the peer
 * calls in).
 */
export function singleTalks(inputs: Inputs): readonly Step[] {
  return [pairs(inputs), reach, callers, talks(inputs)];
}

function pairs({ settings, focus }: Inputs): Step {
  const { minStarts, longSeconds, inboundBeats, loginPorts } = settings;
  const number = focus.address === undefined ? undefined : numberOf(focus.address);
  const focused = number === undefined ? undefined : or(sql`local_id = ${number}`, sql`peer_id = ${number}`);
  // Of at most two rows of a pair, one decided and one not, one has half of the sessions.
  const some = focused ?? sql`sessions >= ${Math.ceil(minStarts / 2)} OR longest >= ${longSeconds}`;
  const enough =
    focused === undefined ? sql`sum(sessions) >= ${minStarts} OR max(longest) >= ${longSeconds}` : sql`TRUE`;
  // What nobody answered is a closed door, and whoever knocks at it the weather.
  const often = focused ?? sql`answered >= ${inboundBeats}`;
  const isPublic = sql`SELECT address_id FROM addresses WHERE scope = 'internet'`;
  const same = sql`direction, sessions, answered, rejected, flows`;
  const rest = sql`first_seen, last_seen, longest, window_seconds`;
  return {
    name: 'pairs',
    about: 'Conversations by the end that starts them.',
    reads: ['numbered_conversations', 'addresses'],
    sql: sql`
    SELECT way, local_id, peer_id, service_port, protocol, max(traffic) AS traffic,
      max(CASE WHEN direction = 'unknown' THEN 1 ELSE 0 END) AS undecided, ${groupSums}
    FROM (
      SELECT 'out' AS way, traffic, local_id, peer_id, service_port, protocol, ${same}, packets_out, bytes_out,
        packets_in, bytes_in, ${rest}
      FROM numbered_conversations
      WHERE direction IN ('outbound', 'unknown') AND (${some})
      UNION ALL
      SELECT 'swapped' AS way, traffic, peer_id, local_id, service_port, protocol, ${same}, packets_in, bytes_in,
        packets_out, bytes_out, ${rest}
      FROM numbered_conversations
      WHERE direction = 'inbound' AND (${some}) AND local_id IN (${isPublic})
      UNION ALL
      SELECT 'in' AS way, traffic, local_id, peer_id, service_port, protocol, ${same}, packets_out, bytes_out,
        packets_in, bytes_in, ${rest}
      FROM numbered_conversations
      WHERE direction = 'inbound' AND traffic = 'north_south' AND (${often}) AND local_id NOT IN (${isPublic})
        AND service_port NOT IN (${anyOf(loginPorts)})
    ) AS s
    GROUP BY way, local_id, peer_id, service_port, protocol
    HAVING ${enough}`,
  };
}

const reach: Step = {
  name: 'reach',
  about: 'How many hosts talk to a peer; of peers that call in, how many they call.',
  reads: ['pairs', 'numbered_peers', 'numbered_conversations'],
  sql: sql`
    SELECT 'out' AS way, p.peer_id, p.locals
    FROM numbered_peers AS p
    WHERE p.peer_id IN (SELECT peer_id FROM pairs WHERE way <> 'swapped' AND traffic = 'north_south')
    UNION ALL
    SELECT 'inside' AS way, peer_id, count(DISTINCT local_id) AS locals
    FROM numbered_conversations
    WHERE traffic = 'east_west' AND peer_id IN (SELECT peer_id FROM pairs WHERE traffic = 'east_west')
    GROUP BY peer_id
    UNION ALL
    SELECT 'swapped' AS way, local_id, count(DISTINCT peer_id) AS locals
    FROM numbered_conversations
    WHERE direction = 'inbound' AND local_id IN (SELECT peer_id FROM pairs WHERE way = 'swapped')
    GROUP BY local_id`,
};

const callers: Step = {
  name: 'callers',
  about: 'How many peers a service of ours answered.',
  reads: ['pairs', 'numbered_conversations'],
  sql: sql`
    SELECT c.local_id, c.service_port, c.protocol, count(DISTINCT c.peer_id) AS callers
    FROM numbered_conversations AS c
    JOIN (SELECT DISTINCT local_id, service_port, protocol FROM pairs WHERE way = 'in') AS s
      ON s.local_id = c.local_id AND s.service_port = c.service_port AND s.protocol = c.protocol
    WHERE c.direction = 'inbound' AND c.traffic = 'north_south' AND c.answered > 0
    GROUP BY c.local_id, c.service_port, c.protocol`,
};

function talks(inputs: Inputs): Step {
  const wanted = inputs.focus.address === undefined ? worthwhile(inputs) : sql`TRUE`;
  return {
    name: 'single_talks',
    about: 'Pairs that are worth a look, each with a number and the labels of its peer.',
    reads: ['pairs', 'reach', 'callers', 'addresses'],
    sql: sql`
    SELECT row_number() OVER (ORDER BY o.address, a.address, t.service_port, t.protocol, t.way) AS talk, t.*,
      ${foreign} AS is_foreign, coalesce(r.locals, 1) AS locals, coalesce(k.callers, 0) AS callers, 1 AS members,
      o.address AS local, a.address AS peer, a.asn, a.network, a.country, a.provider, a.set_aside
    FROM pairs AS t
    JOIN addresses AS a ON a.address_id = t.peer_id
    JOIN addresses AS o ON o.address_id = t.local_id
    LEFT JOIN reach AS r ON r.peer_id = t.peer_id
      AND r.way = CASE WHEN t.way = 'swapped' THEN 'swapped' WHEN t.traffic = 'east_west' THEN 'inside' ELSE 'out' END
    LEFT JOIN callers AS k ON t.way = 'in' AND k.local_id = t.local_id AND k.service_port = t.service_port
      AND k.protocol = t.protocol
    WHERE a.scope NOT IN ('multicast', 'link-local', 'loopback', 'reserved') AND ${wanted}`,
  };
}

/** What context would lower to "no", however regular it is, is not looked at further: most of all traffic. */
function worthwhile({ settings, context }: Inputs): Sql {
  const common = Math.max(settings.commonHosts, settings.commonShare * context.localHosts);
  const everybody = Math.max(settings.commonHosts, 0.5 * context.localHosts);
  const isChore = or(sql`t.service_port IN (53, 123, 853)`, sql`t.protocol IN (1, 58)`);
  const inside = and(sql`t.traffic = 'east_west'`, sql`NOT ${foreign}`);
  const isUsual = sql`t.service_port IN (${anyOf(settings.usualPorts)})`;
  return and(
    sql`coalesce(r.locals, 1) < ${everybody}`,
    sql`NOT ${and(sql`coalesce(r.locals, 1) >= ${common}`, or(sql`a.set_aside IS NOT NULL`, isChore))}`,
    sql`NOT ${and(inside, or(sql`coalesce(r.locals, 1) > ${fewHosts(settings, context)}`, isUsual))}`,
  );
}

/** Both ends private, in different ones of 10/8, 172.16/12 and 192.168/16. */
const foreign = sql`(t.traffic = 'east_west' AND ${block(sql`o.address`)} <> ${block(sql`a.address`)})`;

function block(address: Sql): Sql {
  return sql`CASE WHEN ${address} LIKE '10.%' THEN 10 WHEN ${address} LIKE '192.168.%' THEN 192
    WHEN ${address} LIKE '172.%' THEN 172 ELSE 0 END`;
}
