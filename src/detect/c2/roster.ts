import { list, type Sql, sql, trusted } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { C2Values } from './settings.ts';

const inOrder = ['peer', 'since', 'until', 'sessions', 'network', 'country'] as const;

/**
 * Steps that name the peers of rows and meshes, each with its bout: those with the most sessions where there are more
 * than can be named, in the order in which they were first called.
 */
export function rosters({ maxPeers }: C2Values): readonly Step[] {
  return [
    {
      name: 'roll',
      about: 'The peers of candidates that have several.',
      reads: ['starts', 'best', 'addresses'],
      sql: sql`
    SELECT r.talk, a.address AS peer, r.since, r.until, r.sessions, a.network, a.country,
      row_number() OVER (PARTITION BY r.talk ORDER BY r.sessions DESC, a.address) AS place
    FROM (
      SELECT talk, peer_id, min(start) AS since, max(stop) AS until, count(*) AS sessions
      FROM starts
      WHERE talk IN (SELECT talk FROM best WHERE shape <> 'pair')
      GROUP BY talk, peer_id
    ) AS r
    JOIN addresses AS a ON a.address_id = r.peer_id`,
    },
    {
      name: 'rosters',
      about: 'The same as lists, in the order of their bouts.',
      reads: ['roll'],
      sql: sql`
    SELECT talk, sum(until - since) AS member_seconds, ${list(inOrder.map(listOf))}
    FROM roll
    WHERE place <= ${maxPeers}
    GROUP BY talk`,
    },
  ];
}

function listOf(column: (typeof inOrder)[number]): Sql {
  return sql`array_agg(${trusted(column)} ORDER BY since, peer) AS ${trusted(`peer_${column}`)}`;
}
