import { quantile, series, wholes } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import type { Context } from '../detector.ts';
import { carrierOf, wayOf } from './channel.ts';

/** How the bytes of each candidate lie in time, and how much its local host sends else. */
export const profiles = (context: Context): readonly Step[] => [
  sessionBytes(context),
  hourBytes,
  hourProfiles,
  localDays,
  candidateDays,
  dayProfiles,
];

/**
 * The sessions behind the candidates. Doubtful is who started one that was seen in one direction only, whose ports
 * could both be a client's, or whose local port is a system port while the peer's is not;
 * unless an answered session to a system port of the same peer shows that the local host asks there (as of FTP).
 */
function sessionBytes({ from, to }: Context): Step {
  const begin = sql`greatest(s.start, ${from})`;
  return {
    name: 'session_bytes',
    about:
      'The sessions behind the candidates, with their hours and whether it is doubtful who started them.',
    reads: ['numbered_sessions', 'members'],
    sql: sql`
    SELECT m.candidate, s.bytes_out, ${wholes(begin, 3600)} AS first_hour,
      ${wholes(sql`greatest(${begin}, least(s."end", ${to}, s.start + 2592000))`, 3600)} AS last_hour,
      m.vouched = 0 AND s.protocol IN (6, 17) AND (s.initiator <> 'local' OR s.initiator_basis = 'only direction'
        OR s.initiator_basis = 'port rank' AND s.peer_port >= 1024 AND NOT (s.local_port >= 32768 AND s.peer_port < 32768)
        OR s.initiator_basis <> 'tcp-flags' AND s.local_port < 1024 AND s.peer_port >= 1024) AS doubtful
    FROM (
      SELECT local_id, peer_id, local_port, peer_port, protocol, service_port, bytes_out, start, "end", initiator_basis,
        ${carrierOf()} AS carrier, ${wayOf()} AS way, initiator
      FROM numbered_sessions
      WHERE traffic = 'north_south' AND bytes_out > 0
    ) AS s
    JOIN members AS m ON m.local_id = s.local_id AND m.peer_id = s.peer_id AND m.carrier = s.carrier AND m.way = s.way
      AND (m.service_port IS NULL OR m.service_port = s.service_port)`,
  };
}

const hourBytes: Step = {
  name: 'hour_bytes',
  about: 'Bytes of each candidate by hour; those of a session are spread evenly over its hours.',
  reads: ['session_bytes'],
  sql: sql`
    SELECT candidate, hour, sum(CAST(bytes_out AS DOUBLE) / (last_hour - first_hour + 1)) AS bytes
    FROM session_bytes CROSS JOIN UNNEST(${series(sql`first_hour`, sql`last_hour`)}) AS hours(hour)
    GROUP BY candidate, hour`,
};

const hourProfiles: Step = {
  name: 'hour_profiles',
  about: 'In how many hours each candidate sends, and how evenly.',
  reads: ['hour_bytes', 'session_bytes'],
  sql: sql`
    SELECT h.candidate, h.hours, h.spread, d.doubtful_out
    FROM (
      SELECT candidate, count(*) AS hours, coalesce(stddev_pop(bytes) / nullif(avg(bytes), 0), 0) AS spread
      FROM hour_bytes GROUP BY candidate
    ) AS h
    JOIN (
      SELECT candidate, ${total(sql`CASE WHEN doubtful THEN bytes_out END`)} AS doubtful_out
      FROM session_bytes GROUP BY candidate
    ) AS d ON d.candidate = h.candidate`,
};

const localDays: Step = {
  name: 'local_days',
  about: 'What the local hosts of candidates send on each day.',
  reads: ['numbered_sessions', 'candidates'],
  sql: sql`
    SELECT local_id, ${wholes(sql`start`, 86_400)} AS day, ${total(sql`bytes_out`)} AS bytes
    FROM numbered_sessions
    WHERE traffic = 'north_south' AND direction <> 'inbound' AND local_id IN (SELECT local_id FROM candidates)
    GROUP BY 1, 2`,
};

const candidateDays: Step = {
  name: 'candidate_days',
  about: 'What each candidate gets on each day.',
  reads: ['session_bytes'],
  sql: sql`
    SELECT candidate, ${wholes(sql`first_hour`, 24)} AS day, ${total(sql`bytes_out`)} AS bytes
    FROM session_bytes
    GROUP BY 1, 2`,
};

const dayProfiles: Step = {
  name: 'day_profiles',
  about: 'The largest and the usual day of each candidate, and of its local host without it.',
  reads: ['candidates', 'local_days', 'candidate_days'],
  sql: sql`
    SELECT c.candidate, count(*) AS days, count(d.bytes) AS active_days, min(d.bytes) AS least_day,
      max(coalesce(d.bytes, 0)) AS peak_day,
      ${quantile(sql`coalesce(d.bytes, 0)`, 0.5)} AS usual_day,
      ${quantile(sql`greatest(0, l.bytes - coalesce(d.bytes, 0))`, 0.5)} AS rest_day
    FROM candidates AS c
    JOIN local_days AS l ON l.local_id = c.local_id
    LEFT JOIN candidate_days AS d ON d.candidate = c.candidate AND d.day = l.day
    GROUP BY c.candidate`,
};
