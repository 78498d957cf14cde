import * as v from 'valibot';
import type { Query } from '../../sql/query.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Context, Focus } from '../detector.ts';
import { breaches, clients, fanOuts, neighbours, privateWork } from './moves.ts';
import { asked, baselines, marked, shorts, talks } from './sessions.ts';
import type { AccessValues } from './settings.ts';
import { answers, busiest, groups, key, largest, worthIt } from './sums.ts';

const count = v.number();
const maybe = v.nullable(v.number());
const label = v.nullable(v.string());

/** One source on one admin port, over all hosts that it went to. */
const accessRow = v.object({
  class: v.picklist(['inbound', 'outbound', 'internal']),
  source: v.string(),
  servicePort: v.number(),
  /** Hosts that were asked; one of them, and whether it is the only one. */
  targets: count,
  anyTarget: v.string(),
  refused: count,
  greetings: count,
  idle: count,
  attempts: count,
  attemptTargets: count,
  /** Payload of the short sessions: median, and median distance from it. */
  typical: maybe,
  mad: maybe,
  attemptSeconds: maybe,
  firstAttempt: maybe,
  lastAttempt: maybe,
  busiestHour: count,
  attemptHours: count,
  attemptDays: count,
  /** Attempts that stand out from the others by their size, though not enough to be called active; the largest. */
  standingOut: count,
  standingOutMost: maybe,
  loginBytes: maybe,
  /** What a session must exceed to count as having done something. */
  threshold: maybe,
  active: count,
  activeTargets: count,
  activeBytes: count,
  activeHours: count,
  activeDays: count,
  activeBefore: count,
  /** The largest session that did something, one that came after guessing first. */
  largest: maybe,
  largestTarget: label,
  largestStart: maybe,
  largestSeconds: maybe,
  attemptsBefore: count,
  /** Answers of the target by size: how many had a size that others had too; those of a size of their own. */
  commonAnswers: count,
  oddAnswers: count,
  usualAnswer: maybe,
  oddAnswer: maybe,
  oddEnd: maybe,
  oddTarget: label,
  /** Over all admin ports, of east/west sources: hosts worked on that few others work on. */
  fanOut: count,
  fanOutPorts: count,
  fanOutBurst: count,
  fanOutHours: count,
  fanOutDays: count,
  fanOutBytes: count,
  /** True for the port that speaks for the source. */
  fanOutFirst: v.boolean(),
  /** Who guessed its way into the source before it worked on others. */
  breachedBy: label,
  /** Other sources that talk to the target's service, refusals and guessing from outside left out; other sources of the same network that were let in anywhere. */
  otherClients: count,
  neighbours: count,
  /** Labels of the Internet end; of several ends none. */
  asn: maybe,
  network: label,
  country: label,
  provider: label,
  setAside: label,
  /** Scope of the end that should be ours: `internet` where its range was not declared. */
  ownScope: label,
  windowSeconds: count,
  firstSeen: count,
  lastSeen: count,
  bytes: count,
});

export type AccessRow = v.InferOutput<typeof accessRow>;

/** Every source and port that an address is an end of. */
const touching = (address: string) => sql`
    SELECT DISTINCT ${key} FROM asked WHERE source = ${address} OR target = ${address}`;

const joinOn = (alias: Sql) =>
  sql`${alias}.class = k.class AND ${alias}.source = k.source AND ${alias}.service_port = k.service_port`;

/** Sources on admin ports, with the numbers that judge needs. */
export function accessCandidates(values: AccessValues, context: Context, focus: Focus): Query<AccessRow> {
  return {
    name: 'access candidates',
    row: accessRow,
    sql: sql`
  WITH asked AS (${asked(values)}),
  talks AS MATERIALIZED (${talks(values, context)}),
  shorts AS (${shorts(values, context)}),
  baselines AS (${baselines(values)}),
  marked AS MATERIALIZED (${marked(values, context)}),
  clients AS (${clients}),
  private_work AS (${privateWork(values)}),
  fan_outs AS (${fanOuts(values)}),
  neighbours AS (${neighbours}),
  chosen AS MATERIALIZED (${focus.address === undefined ? worthIt(values) : touching(focus.address)}),
  picked AS MATERIALIZED (SELECT k.* FROM marked AS k JOIN chosen AS h ON ${joinOn(sql`h`)}),
  groups AS (${groups(values)}),
  busiest AS (${busiest}),
  largest AS (${largest(values)}),
  answers AS (${answers}),
  breaches AS (${breaches(values)}),
  keys AS (
    SELECT k.class, k.source, k.service_port, count(DISTINCT k.target) AS targets, min(k.target) AS any_target,
      sum(k.refused) AS refused, min(k.first_seen) AS first_seen, max(k.last_seen) AS last_seen, sum(k.bytes) AS bytes
    FROM asked AS k JOIN chosen AS h ON ${joinOn(sql`h`)}
    GROUP BY k.class, k.source, k.service_port
  ),
  candidates AS (
    SELECT k.class, k.source, k.service_port AS "servicePort", k.targets, k.any_target AS "anyTarget",
      CAST(k.refused AS BIGINT) AS refused, coalesce(g.greetings, 0) AS greetings, coalesce(g.idle, 0) AS idle,
      coalesce(g.attempts, 0) AS attempts, coalesce(g.attempt_targets, 0) AS "attemptTargets",
      CAST(g.typical AS DOUBLE) AS typical, CAST(g.mad AS DOUBLE) AS mad,
      CAST(g.attempt_seconds AS DOUBLE) AS "attemptSeconds",
      g.first_attempt AS "firstAttempt", g.last_attempt AS "lastAttempt",
      coalesce(b.busiest_hour, 0) AS "busiestHour", coalesce(g.attempt_hours, 0) AS "attemptHours",
      coalesce(g.attempt_days, 0) AS "attemptDays", coalesce(g.standing_out, 0) AS "standingOut",
      CAST(g.standing_out_most AS DOUBLE) AS "standingOutMost",
      CAST(g.login_bytes AS DOUBLE) AS "loginBytes", CAST(g.threshold AS DOUBLE) AS threshold,
      coalesce(g.active, 0) AS active, coalesce(g.active_targets, 0) AS "activeTargets",
      CAST(coalesce(g.active_bytes, 0) AS DOUBLE) AS "activeBytes", coalesce(g.active_hours, 0) AS "activeHours",
      coalesce(g.active_days, 0) AS "activeDays", coalesce(l.active_before, 0) AS "activeBefore",
      CAST(l.payload AS DOUBLE) AS largest, l.target AS "largestTarget", l.start AS "largestStart",
      l.seconds AS "largestSeconds", coalesce(l.attempts_before, 0) AS "attemptsBefore",
      CAST(coalesce(w.common_answers, 0) AS BIGINT) AS "commonAnswers", coalesce(w.odd_answers, 0) AS "oddAnswers",
      CAST(w.usual_answer AS DOUBLE) AS "usualAnswer", CAST(w.odd_answer AS DOUBLE) AS "oddAnswer",
      w.odd_end AS "oddEnd", w.odd_target AS "oddTarget",
      CAST(coalesce(f.fan_out, 0) AS BIGINT) AS "fanOut", coalesce(f.ports, 0) AS "fanOutPorts",
      coalesce(f.burst, 0) AS "fanOutBurst", coalesce(f.hours, 0) AS "fanOutHours", coalesce(f.days, 0) AS "fanOutDays",
      CAST(coalesce(f.bytes, 0) AS DOUBLE) AS "fanOutBytes", coalesce(f.speaks = k.service_port, FALSE) AS "fanOutFirst",
      x.breached_by AS "breachedBy",
      greatest(0, coalesce(c.speakers, 0) - 1) AS "otherClients",
      greatest(0, coalesce(n.sources, 0) - CASE WHEN coalesce(g.active, 0) > 0 THEN 1 ELSE 0 END) AS neighbours,
      a.asn, a.network, a.country, a.provider, a.set_aside AS "setAside", o.scope AS "ownScope",
      coalesce(g.window_seconds, 60) AS "windowSeconds", k.first_seen AS "firstSeen", k.last_seen AS "lastSeen",
      CAST(k.bytes AS DOUBLE) AS bytes
    FROM keys AS k
    LEFT JOIN groups AS g ON ${joinOn(sql`g`)}
    LEFT JOIN busiest AS b ON ${joinOn(sql`b`)}
    LEFT JOIN largest AS l ON ${joinOn(sql`l`)}
    LEFT JOIN answers AS w ON ${joinOn(sql`w`)}
    LEFT JOIN clients AS c ON c.target = coalesce(l.target, k.any_target) AND c.service_port = k.service_port
    LEFT JOIN fan_outs AS f ON f.source = k.source AND k.class = 'internal'
    LEFT JOIN breaches AS x ON x.target = f.source AND x.start <= f.start
    LEFT JOIN addresses AS a
      ON a.address = CASE WHEN k.class = 'inbound' THEN k.source WHEN k.targets = 1 THEN k.any_target END
    LEFT JOIN addresses AS o ON o.address = CASE WHEN k.class = 'inbound' THEN k.any_target ELSE k.source END
    LEFT JOIN neighbours AS n ON n.asn = a.asn AND k.class = 'inbound'
  )
  SELECT * FROM candidates
  ORDER BY attempts > 0 AND active > 0 DESC, "activeBytes" DESC, attempts DESC, class, source, "servicePort"
  LIMIT 5000`,
  };
}
