import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import type { AccessValues } from './settings.ts';

/** The hosts that someone seems to have guessed the way into, and from when to when something of it would follow. */
function entries(values: AccessValues): Step {
  const needed = sql`CASE WHEN class = 'inbound' THEN ${values.guessAttempts} ELSE ${values.insideAttempts} END`;
  return {
    name: 'entries',
    about: 'Sessions that guessing may have led to: the host, and until when what follows belongs to it.',
    reads: ['largest', 'groups', 'answers'],
    sql: sql`
    SELECT class, source_id, service_port, target_id, start, finish + ${values.followSeconds} AS until
    FROM largest WHERE attempts_before >= ${needed}
    UNION ALL
    SELECT g.class, g.source_id, g.service_port, w.odd_target_id, w.odd_start, w.odd_end + ${values.followSeconds}
    FROM groups AS g
    JOIN answers AS w ON w.class = g.class AND w.source_id = g.source_id AND w.service_port = g.service_port
    LEFT JOIN largest AS l ON l.class = g.class AND l.source_id = g.source_id AND l.service_port = g.service_port
      AND l.attempts_before >= ${values.guessAttempts}
    WHERE w.odd_answers = 1 AND g.attempts >= ${values.oddAttempts} AND l.source_id IS NULL`,
  };
}

/**
 * A host that meets new peers all the time does so after a login, too: what it met in the whole data stands beside what
 * it met after the login. Names and clocks are asked whatever happens, and set-asides are where updates come from.
 */
const firstContacts: Step = {
  name: 'first_contacts',
  about: 'When a host that was entered first spoke to each peer on the Internet, and what it sent it.',
  reads: ['numbered_conversations', 'entries', 'addresses'],
  sql: sql`
    SELECT c.local_id, c.peer_id, max_by(c.service_port, c.bytes_out) AS service_port, min(c.first_seen) AS first_seen,
      ${total(sql`c.bytes_out`)} AS bytes_out
    FROM numbered_conversations AS c
    JOIN addresses AS a ON a.address_id = c.peer_id
    WHERE c.traffic = 'north_south' AND c.direction = 'outbound' AND c.answered > 0 AND a.set_aside IS NULL
      AND c.protocol IN (6, 17) AND c.service_port NOT IN (53, 123)
      AND c.local_id IN (SELECT target_id FROM entries)
    GROUP BY c.local_id, c.peer_id`,
};

const newPeers: Step = {
  name: 'new_peers',
  about: 'Peers that a host first spoke to after it was entered, beside all that it ever spoke to.',
  reads: ['entries', 'first_contacts'],
  sql: sql`
    SELECT class, source_id, service_port, max(seconds) AS seconds, count(*) AS known, sum(is_new) AS peers,
      max_by(peer_id, is_new * (1 + bytes_out)) AS peer_id, max_by(port, is_new * (1 + bytes_out)) AS port,
      max(is_new * bytes_out) AS bytes_out
    FROM (
      SELECT e.class, e.source_id, e.service_port, e.until - e.start AS seconds, f.peer_id, f.service_port AS port,
        f.bytes_out, CASE WHEN f.first_seen BETWEEN e.start AND e.until AND f.peer_id <> e.source_id THEN 1 ELSE 0 END
          AS is_new
      FROM entries AS e
      JOIN first_contacts AS f ON f.local_id = e.target_id
    )
    GROUP BY class, source_id, service_port`,
};

const newHosts: Step = {
  name: 'new_hosts',
  about:
    'Hosts inside on whose admin ports a host first called after it was entered, beside all that it ever called.',
  reads: ['entries', 'asked'],
  sql: sql`
    SELECT e.class, e.source_id, e.service_port, count(*) AS known,
      count(*) FILTER (WHERE f.first_seen BETWEEN e.start AND e.until) AS hosts
    FROM entries AS e
    JOIN (
      SELECT source_id, target_id, min(first_seen) AS first_seen FROM asked WHERE class = 'internal'
      GROUP BY source_id, target_id
    ) AS f ON f.source_id = e.target_id AND f.target_id <> e.source_id
    GROUP BY e.class, e.source_id, e.service_port`,
};

function breaches(values: AccessValues): Step {
  return {
    name: 'breaches',
    about: 'Who guessed its way into which host, and when first.',
    reads: ['entries', 'largest', 'groups'],
    sql: sql`
    SELECT e.target_id, min(e.start) AS start, min_by(e.source_id, e.start) AS breached_by_id
    FROM entries AS e
    JOIN largest AS l ON l.class = e.class AND l.source_id = e.source_id AND l.service_port = e.service_port
    JOIN groups AS g ON g.class = e.class AND g.source_id = e.source_id AND g.service_port = e.service_port
    WHERE l.attempts_before >= ${values.guessAttempts} AND 1.4826e0 * g.mad <= ${values.alikeSpread} * greatest(g.typical, 100)
    GROUP BY e.target_id`,
  };
}

/** What happened on a host after someone seems to have been let in. */
export const aftermath = (values: AccessValues): readonly Step[] => [
  entries(values),
  firstContacts,
  newPeers,
  newHosts,
  breaches(values),
];
