import type { Query } from '../../sql/query.ts';
import { id, list, type Sql, sql, trusted } from '../../sql/sql.ts';
import { choice, details } from './best.ts';
import { channels } from './channels.ts';
import { counts } from './counts.ts';
import type { Inputs } from './inputs.ts';
import { meshes, meshRhythms } from './mesh.ts';
import { paces } from './pace.ts';
import { rosters } from './roster.ts';
import { rotations } from './rotation.ts';
import { type C2Row, c2Row, rowColumns } from './row.ts';
import { startsOfTalks } from './starts.ts';
import { singleTalks } from './talks.ts';

/** The conversations, rows of peers and meshes worth judging; with a focus, all conversations of that address. */
export function c2Candidates(inputs: Inputs): Query<C2Row> {
  const { settings } = inputs;
  const { counted, pace, counts: ofCounts, session, channel, sizes, mesh } = rowColumns;
  return {
    name: 'c2 candidates',
    row: c2Row,
    steps: [
      ...singleTalks(inputs),
      ...rotations(inputs),
      ...meshes(inputs),
      ...startsOfTalks,
      ...paces(settings),
      ...counts(settings),
      ...channels(inputs),
      ...choice(inputs),
      ...details,
      ...meshRhythms,
      ...rosters(settings),
    ],
    sql: sql`
      SELECT k.shape, k.way, k.traffic, k.local, k.peer, k.service_port AS "servicePort", k.protocol,
        k.undecided = 1 AS undecided, k.is_foreign AS "foreign", k.looked, CAST(k.pitch AS DOUBLE) AS pitch,
        ${cast('k', 'BIGINT', counted)},
        ${cast('k', 'DOUBLE', [...pace, ...ofCounts, ...session, ...channel])},
        ${cast('z', 'DOUBLE', sizes.slice(0, -1))}, CAST(h.host_hours AS DOUBLE) AS "hostHours",
        ${cast('m', 'DOUBLE', mesh.slice(0, 6))}, ${cast('y', 'DOUBLE', mesh.slice(6))},
        CASE WHEN k.protocol = 6 AND k.shape = 'pair' AND k.sessions > 2 * z.ports THEN z.ports END AS connections,
        k.asn, k.network, k.country, k.provider, k.set_aside AS "setAside",
        CAST(r.member_seconds AS DOUBLE) AS "memberSeconds", r.peer_peer AS "peerNames", r.peer_since AS "peerSince",
        r.peer_until AS "peerUntil", r.peer_sessions AS "peerSessions", r.peer_network AS "peerNetworks",
        r.peer_country AS "peerCountries"
      FROM best AS k
      LEFT JOIN sizes AS z ON z.talk = k.talk
      LEFT JOIN host_days AS h ON h.local_id = k.local_id
      LEFT JOIN meshes AS m ON 2000000000 + m.place = k.talk
      LEFT JOIN mesh_rhythms AS y ON y.talk = k.talk
      LEFT JOIN rosters AS r ON r.talk = k.talk
      ORDER BY k.promise DESC, k.talk`,
  };
}

function cast(
  table: string,
  type: 'BIGINT' | 'DOUBLE',
  columns: readonly (readonly [string, string])[],
): Sql {
  return list(
    columns.map(([column, name]) => sql`CAST(${id(table)}.${id(column)} AS ${trusted(type)}) AS ${id(name)}`),
  );
}
