import { list, or, type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import { type Context, type Focus, numberOf } from '../detector.ts';
import type { ExfilValues } from './settings.ts';

const mostCandidates = 2000;

/**
 * The least amount that is looked at. The more hosts and days, the larger the largest of many harmless uploads, so
 * it grows with the square root of the host-days.
 */
function smallestOf({ smallestBytes }: ExfilValues, { from, to }: Context): Sql {
  const days = Math.max(1, (to - from) / 86_400);
  return sql`${smallestBytes} * sqrt(${days} * greatest(1, (SELECT count(*) FROM locals)))`;
}

function floors(settings: ExfilValues, context: Context): Step {
  const { floorBytes, floorShare } = settings;
  return {
    name: 'floors',
    about: 'The least that is looked at for each local host.',
    reads: ['locals'],
    sql: sql`
    SELECT local_id, local_peers, local_out,
      least(${floorBytes}, greatest(${smallestOf(settings, context)}, ${floorShare} * local_out)) AS floor
    FROM locals`,
  };
}

const local = list([sql`f.floor`, sql`f.local_out`, sql`f.local_peers`]);

/** Pairs at or above the floor, tunnels above the smallest amount, and networks that several uploads went to. */
function candidates(settings: ExfilValues, context: Context, { address }: Focus): Step {
  const number = address === undefined ? undefined : numberOf(address);
  const uploads = sql`p.carrier = 'data' AND p.way = 'out' AND p.bytes_out >= ${settings.leastRatio} * p.bytes_in`;
  const large = or(
    sql`p.carrier = 'data' AND p.network_key >= 0 AND p.bytes_out >= f.floor
      AND p.bytes_out >= ${settings.leastRatio} * p.bytes_in`,
    sql`p.carrier <> 'data' AND p.bytes_out >= ${settings.smallestBytes}
      AND p.bytes_out >= ${settings.tunnelPacketBytes} * p.packets_out`,
  );
  const picked = number === undefined ? large : or(sql`p.local_id = ${number}`, sql`p.peer_id = ${number}`);
  const pickedNetwork =
    number === undefined
      ? sql`TRUE`
      : sql`(p.local_id = ${number} OR max(CASE WHEN p.peer_id = ${number} THEN 1 ELSE 0 END) = 1)`;
  return {
    name: 'candidates',
    about: 'Pairs and networks that got enough to be judged.',
    reads: ['pairs', 'floors', 'locals', ...(number === undefined ? [] : ['addresses'])],
    sql: sql`
    SELECT CAST(row_number() OVER (ORDER BY bytes_out DESC, local_id, peer_id, carrier, way, scale) AS INTEGER)
        AS candidate, *
    FROM (
      SELECT 'pair' AS scale, p.carrier, p.way, p.local_id, p.peer_id, 1 AS peers, p.service_port, p.protocol, p.ports,
        p.sessions, p.bytes_out, p.bytes_in, p.packets_out, p.packets_in, p.first_seen, p.last_seen, p.network_key,
        coalesce(f.floor, ${smallestOf(settings, context)}) AS floor, coalesce(f.local_out, 0) AS local_out,
        coalesce(f.local_peers, 0) AS local_peers
      FROM pairs AS p LEFT JOIN floors AS f ON f.local_id = p.local_id
      WHERE ${picked}
      UNION ALL
      SELECT 'network' AS scale, 'data' AS carrier, 'out' AS way, p.local_id, max_by(p.peer_id, p.bytes_out) AS peer_id,
        count(*) AS peers, p.service_port, p.protocol, max(p.ports) AS ports, ${total(sql`p.sessions`)} AS sessions,
        ${total(sql`p.bytes_out`)} AS bytes_out, ${total(sql`p.bytes_in`)} AS bytes_in,
        ${total(sql`p.packets_out`)} AS packets_out, ${total(sql`p.packets_in`)} AS packets_in,
        min(p.first_seen) AS first_seen, max(p.last_seen) AS last_seen, p.network_key, ${local}
      FROM pairs AS p JOIN floors AS f ON f.local_id = p.local_id
      WHERE ${uploads}
      GROUP BY p.local_id, p.network_key, p.service_port, p.protocol, ${local}
      HAVING (p.network_key >= 0 AND count(*) > 1 AND max(p.bytes_out) < 0.5e0 * ${total(sql`p.bytes_out`)}
          AND ${total(sql`p.bytes_out`)} >= f.floor
          OR p.network_key < 0 AND ${total(sql`p.bytes_out`)} >= ${settings.setAsideBytes})
        AND ${pickedNetwork}
    )
    ORDER BY candidate
    LIMIT ${mostCandidates}`,
  };
}

/** The peers behind each candidate, which its labels and sessions are taken from. */
function members(settings: ExfilValues): Step {
  return {
    name: 'members',
    about: 'The peers behind each candidate.',
    reads: ['candidates', 'pairs'],
    sql: sql`
    SELECT c.candidate, p.local_id, p.peer_id, p.carrier, p.way, p.vouched, c.service_port,
      c.scale = 'pair' OR p.service_port IS NOT DISTINCT FROM c.service_port
        AND p.protocol IS NOT DISTINCT FROM c.protocol AS is_counted
    FROM candidates AS c
    JOIN pairs AS p ON p.local_id = c.local_id AND p.carrier = c.carrier AND p.way = c.way
      AND (c.scale = 'pair' AND p.peer_id = c.peer_id OR c.scale = 'network' AND p.network_key = c.network_key
        AND p.bytes_out >= ${settings.leastRatio} * p.bytes_in)`,
  };
}

/** What is judged, and who stands behind it. */
export const picked = (settings: ExfilValues, context: Context, focus: Focus): readonly Step[] => [
  floors(settings, context),
  candidates(settings, context, focus),
  members(settings),
];
