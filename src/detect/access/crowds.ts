import { quantile } from '../../sql/dialect.ts';
import { list, type Sql, sql, trusted } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import type { AccessValues } from './settings.ts';

function lone(values: AccessValues): Step {
  return {
    name: 'lone',
    about: 'Attempts from the Internet of sources that make too few of them to be named.',
    reads: ['marked'],
    sql: sql`
    SELECT service_port, target_id, source_id, start, finish, bytes, payload, seconds, login_bytes, window_seconds, own
    FROM (
      SELECT service_port, target_id, source_id, start, finish, bytes, payload, seconds, login_bytes, window_seconds,
        count(*) OVER (PARTITION BY service_port, target_id, source_id) AS own,
        count(*) OVER (PARTITION BY service_port, source_id) AS every
      FROM marked
      WHERE class = 'inbound' AND kind = 'attempt'
    )
    WHERE every < ${values.guessAttempts}`,
  };
}

function crowded(values: AccessValues): Step {
  return {
    name: 'crowds',
    about: 'Services of ours that many sources try, each too seldom to be named.',
    reads: ['lone'],
    sql: sql`
    SELECT service_port, target_id, max_by(source_id, own) AS source_id, count(DISTINCT source_id) AS sources,
      count(*) AS attempts, min(start) AS first_attempt, max(finish) AS last_attempt, ${total(sql`bytes`)} AS bytes,
      ${quantile(sql`payload`, 0.5)} AS typical, ${quantile(sql`seconds`, 0.5)} AS attempt_seconds,
      max(login_bytes) AS login_bytes, max(window_seconds) AS window_seconds
    FROM lone
    GROUP BY service_port, target_id
    HAVING count(DISTINCT source_id) >= ${values.crowdSources} AND count(*) >= ${values.manyAttempts}`,
  };
}

const inOrder = ['peer', 'since', 'until', 'sessions', 'network', 'country'] as const;

function listOf(column: (typeof inOrder)[number]): Sql {
  return sql`array_agg(${trusted(column)} ORDER BY since, peer) AS ${trusted(`peer_${column}`)}`;
}

function rolls(values: AccessValues): Step {
  return {
    name: 'crowd_rolls',
    about:
      'The sources of crowds as lists, those with the most sessions where there are more than can be named.',
    reads: ['lone', 'crowds', 'addresses'],
    sql: sql`
    SELECT service_port, target_id, ${list(inOrder.map(listOf))}
    FROM (
      SELECT l.service_port, l.target_id, a.address AS peer, l.since, l.until, l.sessions, a.network, a.country,
        row_number() OVER (PARTITION BY l.service_port, l.target_id ORDER BY l.sessions DESC, a.address) AS place
      FROM (
        SELECT l.service_port, l.target_id, l.source_id, min(l.start) AS since, max(l.finish) AS until,
          count(*) AS sessions
        FROM lone AS l
        JOIN crowds AS c ON c.service_port = l.service_port AND c.target_id = l.target_id
        GROUP BY l.service_port, l.target_id, l.source_id
      ) AS l
      JOIN addresses AS a ON a.address_id = l.source_id
    )
    WHERE place <= ${values.crowdNamed}
    GROUP BY service_port, target_id`,
  };
}

/** Services that many sources try, each with too few sessions to be named, and who they are. */
export const crowds = (values: AccessValues): readonly Step[] => [
  lone(values),
  crowded(values),
  rolls(values),
];
