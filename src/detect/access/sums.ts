import { type Sql, sql } from '../../sql/sql.ts';
import type { AccessValues } from './settings.ts';

/** One source on one port. */
export const key = sql`class, source, service_port`;

/** What is worth a judgement without a question about an address: guessing, work from the Internet, fan-out. */
export function worthIt(values: AccessValues): Sql {
  return sql`
    SELECT ${key} FROM marked
    GROUP BY ${key}
    HAVING class = 'inbound' AND (count(*) FILTER (WHERE kind = 'attempt') >= ${values.guessAttempts}
        OR count(*) FILTER (WHERE kind = 'active') > 0)
      OR class <> 'inbound' AND count(*) FILTER (WHERE kind = 'attempt') >= ${values.insideAttempts}
    UNION
    SELECT 'internal', source, speaks FROM fan_outs`;
}

const standingOut = (values: AccessValues): Sql => sql`
    kind = 'attempt' AND payload > greatest(1.25 * typical, typical + ${values.spreadFactor} * 1.4826 * mad)`;

/** Sums over the sessions of one source on one port. */
export const groups = (values: AccessValues): Sql => sql`
    SELECT ${key},
      count(*) FILTER (WHERE kind = 'greeting') AS greetings, count(*) FILTER (WHERE kind = 'idle') AS idle,
      count(*) FILTER (WHERE kind = 'attempt') AS attempts,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN target END) AS attempt_targets,
      max(typical) AS typical, max(mad) AS mad, max(login_bytes) AS login_bytes, max(threshold) AS threshold,
      median(CASE WHEN kind = 'attempt' THEN seconds END) AS attempt_seconds,
      min(CASE WHEN kind = 'attempt' THEN start END) AS first_attempt,
      max(CASE WHEN kind = 'attempt' THEN finish END) AS last_attempt,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN floor(start / 3600) END) AS attempt_hours,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN floor(start / 86400) END) AS attempt_days,
      count(*) FILTER (WHERE ${standingOut(values)}) AS standing_out,
      max(CASE WHEN ${standingOut(values)} THEN payload END) AS standing_out_most,
      count(*) FILTER (WHERE kind = 'active') AS active,
      count(DISTINCT CASE WHEN kind = 'active' THEN target END) AS active_targets,
      coalesce(sum(CASE WHEN kind = 'active' THEN payload END), 0) AS active_bytes,
      count(DISTINCT CASE WHEN kind = 'active' THEN floor(start / 3600) END) AS active_hours,
      count(DISTINCT CASE WHEN kind = 'active' THEN floor(start / 86400) END) AS active_days,
      max(window_seconds) AS window_seconds
    FROM picked
    GROUP BY ${key}`;

/** Most attempts within any 3,600 seconds. */
export const busiest = sql`
    SELECT ${key}, max(attempts) AS busiest_hour
    FROM (SELECT ${key}, count(*) OVER (PARTITION BY ${key} ORDER BY start
        RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) AS attempts
      FROM picked WHERE kind = 'attempt')
    GROUP BY ${key}`;

/** The largest active session of each source on a port, the ones after enough attempts first. */
export function largest(values: AccessValues): Sql {
  return sql`
    SELECT * FROM (
      SELECT ${key}, target, start, seconds, payload, attempts_before,
        count(*) FILTER (WHERE attempts_before = 0) OVER (PARTITION BY ${key}) AS active_before,
        row_number() OVER (PARTITION BY ${key}
          ORDER BY CASE WHEN attempts_before >= ${values.guessAttempts} THEN 0 ELSE 1 END, work DESC, start, target) AS nth
      FROM (
        SELECT *, count(*) FILTER (WHERE kind = 'attempt') OVER (PARTITION BY ${key} ORDER BY start
          RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS attempts_before
        FROM picked WHERE kind IN ('attempt', 'active')
      )
      WHERE kind = 'active'
    )
    WHERE nth = 1`;
}

/** Failed attempts get answers of the same few sizes; here is how many did, and what the others got. */
export const answers = sql`
    SELECT ${key},
      coalesce(sum(sessions) FILTER (WHERE sessions > 2), 0) AS common_answers,
      count(*) FILTER (WHERE sessions = 1) AS odd_answers, max_by(down, sessions * 1000000000000 + down) AS usual_answer,
      min(CASE WHEN sessions = 1 THEN down END) AS odd_answer, max(CASE WHEN sessions = 1 THEN finish END) AS odd_end,
      min(CASE WHEN sessions = 1 THEN target END) AS odd_target
    FROM (SELECT ${key}, down, count(*) AS sessions, max(finish) AS finish, min(target) AS target FROM picked
      WHERE kind = 'attempt' GROUP BY ${key}, down)
    GROUP BY ${key}`;
