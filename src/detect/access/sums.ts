import { quantile, wholes } from '../../sql/dialect.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import { type Focus, numberOf } from '../detector.ts';
import type { AccessValues } from './settings.ts';

/** One source on one port. */
const key = sql`class, source_id, service_port`;

/** What is worth a judgement without a question about an address: guessing, work from the Internet, fan-out. */
function worthIt(values: AccessValues): Sql {
  return sql`
    SELECT DISTINCT ${key}
    FROM (
      SELECT ${key}
      FROM (
        SELECT ${key}, count(*) FILTER (WHERE kind = 'attempt') AS attempts,
          count(*) FILTER (WHERE kind = 'active') AS active
        FROM marked GROUP BY ${key}
      )
      WHERE class = 'inbound' AND (attempts >= ${values.guessAttempts} OR active > 0)
        OR class <> 'inbound' AND attempts >= ${values.insideAttempts}
      UNION ALL
      SELECT 'internal', source_id, speaks FROM fan_outs
    )`;
}

/** Every source and port that an address is an end of. */
const touching = (address: string) => sql`
    SELECT DISTINCT ${key} FROM asked WHERE source_id = ${numberOf(address)} OR target_id = ${numberOf(address)}`;

function chosen(values: AccessValues, { address }: Focus): Step {
  return {
    name: 'chosen',
    about: 'Sources on ports that are judged.',
    reads: address === undefined ? ['marked', 'fan_outs'] : ['asked', 'addresses'],
    sql: address === undefined ? worthIt(values) : touching(address),
  };
}

const picked: Step = {
  name: 'picked',
  about: 'The sessions of the sources that are judged.',
  reads: ['marked', 'chosen'],
  sql: sql`
    SELECT m.class, m.source_id, m.target_id, m.service_port, m.start, m.finish, m.seconds, m.window_seconds, m.bytes,
      m.down, m.payload, m.work, m.login_bytes, m.typical, m.typical_up, m.typical_down, m.mad, m.threshold, m.kind
    FROM marked AS m
    JOIN chosen AS h ON h.class = m.class AND h.source_id = m.source_id AND h.service_port = m.service_port`,
};

const standingOut = (values: AccessValues): Sql => sql`
    kind = 'attempt' AND payload > 1.25e0 * typical AND payload > typical + ${values.spreadFactor} * 1.4826e0 * mad`;

function groups(values: AccessValues): Step {
  const hour = wholes(sql`start`, 3600);
  const day = wholes(sql`start`, 86_400);
  return {
    name: 'groups',
    about: 'Sums over the sessions of one source on one port.',
    reads: ['picked'],
    sql: sql`
    SELECT ${key},
      count(*) FILTER (WHERE kind = 'greeting') AS greetings, count(*) FILTER (WHERE kind = 'idle') AS idle,
      count(*) FILTER (WHERE kind = 'attempt') AS attempts,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN target_id END) AS attempt_targets,
      max(typical) AS typical, max(typical_up) AS typical_up, max(typical_down) AS typical_down, max(mad) AS mad,
      max(login_bytes) AS login_bytes, max(threshold) AS threshold,
      ${quantile(sql`CASE WHEN kind = 'attempt' THEN seconds END`, 0.5)} AS attempt_seconds,
      min(CASE WHEN kind = 'attempt' THEN start END) AS first_attempt,
      max(CASE WHEN kind = 'attempt' THEN finish END) AS last_attempt,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN ${hour} END) AS attempt_hours,
      count(DISTINCT CASE WHEN kind = 'attempt' THEN ${day} END) AS attempt_days,
      count(*) FILTER (WHERE ${standingOut(values)}) AS standing_out,
      max(CASE WHEN ${standingOut(values)} THEN payload END) AS standing_out_most,
      count(*) FILTER (WHERE kind = 'active') AS active,
      count(DISTINCT CASE WHEN kind = 'active' THEN target_id END) AS active_targets,
      ${total(sql`CASE WHEN kind = 'active' THEN payload END`)} AS active_bytes,
      count(DISTINCT CASE WHEN kind = 'active' THEN ${hour} END) AS active_hours,
      count(DISTINCT CASE WHEN kind = 'active' THEN ${day} END) AS active_days,
      max(window_seconds) AS window_seconds
    FROM picked
    GROUP BY ${key}`,
  };
}

const busiest: Step = {
  name: 'busiest',
  about: 'Most attempts within any 3,600 seconds.',
  reads: ['picked'],
  sql: sql`
    SELECT ${key}, max(attempts) AS busiest_hour
    FROM (SELECT ${key}, count(*) OVER (PARTITION BY ${key} ORDER BY start
        RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) AS attempts
      FROM picked WHERE kind = 'attempt')
    GROUP BY ${key}`,
};

function largest(values: AccessValues): Step {
  const byKey = sql`PARTITION BY ${key}`;
  return {
    name: 'largest',
    about: 'The largest active session of each source on a port, the ones after enough attempts first.',
    reads: ['picked'],
    sql: sql`
    SELECT ${key}, target_id, start, finish, seconds, payload, attempts_before, active_before
    FROM (
      SELECT ${key}, target_id, start, finish, seconds, payload, attempts_before,
        sum(CASE WHEN attempts_before < ${values.guessAttempts} THEN 1 ELSE 0 END) OVER (${byKey}) AS active_before,
        row_number() OVER (${byKey} ORDER BY CASE WHEN attempts_before >= ${values.guessAttempts} THEN 0 ELSE 1 END,
          work DESC, start, target_id) AS nth
      FROM (
        SELECT ${key}, target_id, start, finish, seconds, payload, work, kind,
          sum(CASE WHEN kind = 'attempt' THEN 1 ELSE 0 END) OVER (${byKey} ORDER BY start
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS attempts_before
        FROM picked WHERE kind IN ('attempt', 'active')
      )
      WHERE kind = 'active'
    )
    WHERE nth = 1`,
  };
}

/** Failed attempts get answers of the same few sizes; here is how many did, and what the others got. */
const answers: Step = {
  name: 'answers',
  about: 'Answers to attempts by size: those of common sizes, and the one of a size of its own.',
  reads: ['picked'],
  sql: sql`
    SELECT ${key},
      ${total(sql`CASE WHEN sessions > 2 THEN sessions END`)} AS common_answers,
      count(*) FILTER (WHERE sessions = 1) AS odd_answers,
      max_by(down, sessions * 1000000000000 + down) AS usual_answer,
      min(CASE WHEN sessions = 1 THEN down END) AS odd_answer, max(CASE WHEN sessions = 1 THEN start END) AS odd_start,
      max(CASE WHEN sessions = 1 THEN finish END) AS odd_end,
      min(CASE WHEN sessions = 1 THEN target_id END) AS odd_target_id
    FROM (SELECT ${key}, down, count(*) AS sessions, max(start) AS start, max(finish) AS finish,
        min(target_id) AS target_id
      FROM picked
      WHERE kind = 'attempt' GROUP BY ${key}, down)
    GROUP BY ${key}`,
};

/** The sources that are judged, with the sums over their sessions. */
export const sums = (values: AccessValues, focus: Focus): readonly Step[] => [
  chosen(values, focus),
  picked,
  groups(values),
  busiest,
  largest(values),
  answers,
];
