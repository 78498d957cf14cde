import type { Query } from '../../sql/query.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import { type Context, type Focus, numberOf } from '../detector.ts';
import { aftermath } from './aftermath.ts';
import { crowds } from './crowds.ts';
import { moves } from './moves.ts';
import { type AccessRow, accessRow } from './row.ts';
import { services } from './services.ts';
import { markedSessions } from './sessions.ts';
import type { AccessValues } from './settings.ts';
import { sums } from './sums.ts';

const mostCandidates = 5000;

/** Crowds that are judged: all, or those of the service or the source that is asked about. */
function crowdsOf({ address }: Focus): Sql {
  if (address === undefined) return sql`TRUE`;
  const number = numberOf(address);
  return sql`(c.target_id = ${number} OR EXISTS (SELECT 1 FROM lone AS l
    WHERE l.source_id = ${number} AND l.target_id = c.target_id AND l.service_port = c.service_port))`;
}

function keys(focus: Focus): Step {
  return {
    name: 'keys',
    about: 'What is judged: sources on ports, and services that crowds try.',
    reads: ['asked', 'chosen', 'crowds', ...(focus.address === undefined ? [] : ['addresses', 'lone'])],
    sql: sql`
    SELECT k.class, k.source_id, k.service_port, 1 AS sources, count(DISTINCT k.target_id) AS targets,
      min(k.target_id) AS any_target_id, ${total(sql`k.refused`)} AS refused, min(k.first_seen) AS first_seen,
      max(k.last_seen) AS last_seen, ${total(sql`k.bytes`)} AS bytes
    FROM asked AS k
    JOIN chosen AS h ON h.class = k.class AND h.source_id = k.source_id AND h.service_port = k.service_port
    GROUP BY k.class, k.source_id, k.service_port
    UNION ALL
    SELECT 'crowd', c.source_id, c.service_port, c.sources, 1, c.target_id, 0, c.first_attempt, c.last_attempt, c.bytes
    FROM crowds AS c
    WHERE ${crowdsOf(focus)}`,
  };
}

const joinOn = (alias: Sql) =>
  sql`${alias}.class = k.class AND ${alias}.source_id = k.source_id AND ${alias}.service_port = k.service_port`;

/**
 * Sources on admin ports, with the numbers that judge needs. Addresses are numbers up to the last statement, which
 * names the few that are left.
 */
export function accessCandidates(values: AccessValues, context: Context, focus: Focus): Query<AccessRow> {
  return {
    name: 'access candidates',
    steps: [
      ...markedSessions(values, context),
      ...moves(values),
      ...services(values),
      ...crowds(values),
      ...sums(values, focus),
      ...aftermath(values),
      keys(focus),
    ],
    row: accessRow,
    sql: sql`
  SELECT k.class, s.address AS source, k.sources, k.service_port AS "servicePort", k.targets, t.address AS "anyTarget",
    k.refused, coalesce(g.greetings, 0) AS greetings, coalesce(g.idle, 0) AS idle,
    coalesce(r.attempts, g.attempts, 0) AS attempts, CASE WHEN k.class = 'crowd' THEN 1 ELSE coalesce(g.attempt_targets, 0) END AS "attemptTargets",
    CAST(coalesce(r.typical, g.typical) AS DOUBLE) AS typical, CAST(g.typical_up AS DOUBLE) AS "typicalUp",
    CAST(g.typical_down AS DOUBLE) AS "typicalDown", CAST(g.mad AS DOUBLE) AS mad,
    CAST(coalesce(r.attempt_seconds, g.attempt_seconds) AS DOUBLE) AS "attemptSeconds",
    coalesce(r.first_attempt, g.first_attempt) AS "firstAttempt", coalesce(r.last_attempt, g.last_attempt) AS "lastAttempt",
    coalesce(b.busiest_hour, 0) AS "busiestHour", coalesce(g.attempt_hours, 0) AS "attemptHours",
    coalesce(g.attempt_days, 0) AS "attemptDays", coalesce(g.standing_out, 0) AS "standingOut",
    CAST(g.standing_out_most AS DOUBLE) AS "standingOutMost",
    CAST(coalesce(r.login_bytes, g.login_bytes) AS DOUBLE) AS "loginBytes", CAST(g.threshold AS DOUBLE) AS threshold,
    coalesce(g.active, 0) AS active, coalesce(g.active_targets, 0) AS "activeTargets",
    CAST(coalesce(g.active_bytes, 0) AS DOUBLE) AS "activeBytes", coalesce(g.active_hours, 0) AS "activeHours",
    coalesce(g.active_days, 0) AS "activeDays", CAST(coalesce(l.active_before, 0) AS BIGINT) AS "activeBefore",
    CAST(l.payload AS DOUBLE) AS largest, lt.address AS "largestTarget", l.start AS "largestStart",
    l.seconds AS "largestSeconds", CAST(coalesce(l.attempts_before, 0) AS BIGINT) AS "attemptsBefore",
    coalesce(w.common_answers, 0) AS "commonAnswers", coalesce(w.odd_answers, 0) AS "oddAnswers",
    CAST(w.usual_answer AS DOUBLE) AS "usualAnswer", CAST(w.odd_answer AS DOUBLE) AS "oddAnswer",
    w.odd_end AS "oddEnd", wt.address AS "oddTarget", coalesce(z.sources - 1, 0) AS "oddElsewhere",
    coalesce(v.networks, 0) AS networks, CAST(v.usual AS DOUBLE) AS usual, CAST(v.given AS DOUBLE) AS given,
    coalesce(q.sources, 0) - CASE WHEN k.class = 'inbound' AND g.typical IS NOT NULL THEN 1 ELSE 0 END AS "otherGuessers",
    n.seconds AS "afterSeconds", CAST(coalesce(n.peers, 0) AS BIGINT) AS "newPeers", coalesce(n.known, 0) AS "knownPeers",
    CASE WHEN n.peers > 0 THEN np.address END AS "newPeer", CASE WHEN n.peers > 0 THEN n.port END AS "newPeerPort",
    CAST(coalesce(n.bytes_out, 0) AS DOUBLE) AS "newPeerBytes", coalesce(m.hosts, 0) AS "newHosts",
    coalesce(m.known, 0) AS "knownHosts",
    coalesce(f.fan_out, 0) AS "fanOut", coalesce(f.ports, 0) AS "fanOutPorts",
    coalesce(f.burst, 0) AS "fanOutBurst", coalesce(f.hours, 0) AS "fanOutHours", coalesce(f.days, 0) AS "fanOutDays",
    CAST(coalesce(f.bytes, 0) AS DOUBLE) AS "fanOutBytes", coalesce(f.speaks = k.service_port, FALSE) AS "fanOutFirst",
    xs.address AS "breachedBy", greatest(0, coalesce(c.speakers, 0) - 1) AS "otherClients",
    greatest(0, coalesce(nb.sources, 0) - CASE WHEN coalesce(g.active, 0) > 0 THEN 1 ELSE 0 END) AS neighbours,
    a.asn, a.network, a.country, a.provider, a.set_aside AS "setAside", o.scope AS "ownScope",
    coalesce(r.window_seconds, g.window_seconds, 60) AS "windowSeconds", k.first_seen AS "firstSeen",
    k.last_seen AS "lastSeen", CAST(k.bytes AS DOUBLE) AS bytes, y.peer_peer AS "peerNames", y.peer_since AS "peerSince",
    y.peer_until AS "peerUntil", y.peer_sessions AS "peerSessions", y.peer_network AS "peerNetworks",
    y.peer_country AS "peerCountries"
  FROM keys AS k
  JOIN addresses AS s ON s.address_id = k.source_id
  JOIN addresses AS t ON t.address_id = k.any_target_id
  LEFT JOIN crowds AS r ON k.class = 'crowd' AND r.target_id = k.any_target_id AND r.service_port = k.service_port
  LEFT JOIN crowd_rolls AS y ON k.class = 'crowd' AND y.target_id = k.any_target_id AND y.service_port = k.service_port
  LEFT JOIN groups AS g ON ${joinOn(sql`g`)}
  LEFT JOIN busiest AS b ON ${joinOn(sql`b`)}
  LEFT JOIN largest AS l ON ${joinOn(sql`l`)}
  LEFT JOIN addresses AS lt ON lt.address_id = l.target_id
  LEFT JOIN answers AS w ON ${joinOn(sql`w`)}
  LEFT JOIN addresses AS wt ON wt.address_id = w.odd_target_id
  LEFT JOIN sizes AS z ON z.target_id = w.odd_target_id AND z.service_port = k.service_port AND z.down = w.odd_answer
  LEFT JOIN given AS v ON v.target_id = coalesce(l.target_id, k.any_target_id) AND v.service_port = k.service_port
  LEFT JOIN guessers AS q ON q.service_port = k.service_port
  LEFT JOIN new_peers AS n ON ${joinOn(sql`n`)}
  LEFT JOIN addresses AS np ON np.address_id = n.peer_id
  LEFT JOIN new_hosts AS m ON ${joinOn(sql`m`)}
  LEFT JOIN clients AS c ON c.target_id = coalesce(l.target_id, k.any_target_id) AND c.service_port = k.service_port
  LEFT JOIN fan_outs AS f ON f.source_id = k.source_id AND k.class = 'internal'
  LEFT JOIN breaches AS x ON x.target_id = f.source_id AND x.start <= f.start
  LEFT JOIN addresses AS xs ON xs.address_id = x.breached_by_id
  LEFT JOIN addresses AS a ON a.address_id =
    CASE WHEN k.class IN ('inbound', 'crowd') THEN k.source_id WHEN k.targets = 1 THEN k.any_target_id END
  LEFT JOIN addresses AS o ON o.address_id =
    CASE WHEN k.class IN ('inbound', 'crowd') THEN k.any_target_id ELSE k.source_id END
  LEFT JOIN neighbours AS nb ON nb.asn = a.asn AND k.class = 'inbound'
  ORDER BY CASE WHEN k.class = 'crowd' OR coalesce(g.attempts, 0) > 0 AND coalesce(g.active, 0) > 0 THEN 0 ELSE 1 END,
    "activeBytes" DESC, attempts DESC, k.class, source, "servicePort"
  LIMIT ${mostCandidates}`,
  };
}
