import { type Sql, sql } from '../../sql/sql.ts';
import type { AccessValues } from './settings.ts';

/** How many sources work on each service, and how many at least talk to it; short sessions from outside do not count. */
export const clients = sql`
    SELECT target, service_port, count(DISTINCT CASE WHEN kind = 'active' THEN source END) AS sources,
      count(DISTINCT source) AS speakers
    FROM marked
    WHERE kind = 'active' OR kind = 'attempt' AND class <> 'inbound'
    GROUP BY target, service_port`;

/** Hosts that an east/west source worked on, those left out that many work on, and how many were new in one hour. */
export function fanOuts(values: AccessValues): Sql {
  return sql`
    SELECT p.source, count(*) AS fan_out, max(p.newly) AS burst, max(t.ports) AS ports, max(t.hours) AS hours,
      max(t.days) AS days, max(t.bytes) AS bytes, max(t.speaks) AS speaks,
      min(t.start) AS start
    FROM (
      SELECT source, count(*) OVER (PARTITION BY source ORDER BY first_start
        RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) AS newly
      FROM (SELECT source, target, min(start) AS first_start FROM private_work GROUP BY source, target)
    ) AS p
    JOIN (
      SELECT source, count(DISTINCT service_port) AS ports, count(DISTINCT floor(start / 3600)) AS hours,
        count(DISTINCT floor(start / 86400)) AS days, sum(bytes) AS bytes, max_by(service_port, payload) AS speaks, min(start) AS start
      FROM private_work GROUP BY source
    ) AS t ON t.source = p.source
    GROUP BY p.source
    HAVING count(*) >= ${values.lateralTargets}`;
}

/** Work inside on services that few others work on. */
export const privateWork = (values: AccessValues): Sql => sql`
    SELECT m.* FROM marked AS m
    JOIN clients AS c ON c.target = m.target AND c.service_port = m.service_port
    WHERE m.kind = 'active' AND m.class = 'internal' AND c.sources < ${values.sharedClients}`;

/** Who was let in where after guessing, and when first. */
export function breaches(values: AccessValues): Sql {
  return sql`
    SELECT l.target, min(l.start) AS start, min_by(l.source, l.start) AS breached_by
    FROM largest AS l JOIN groups AS g ON g.class = l.class AND g.source = l.source AND g.service_port = l.service_port
    WHERE l.attempts_before >= CASE WHEN l.class = 'inbound' THEN ${values.guessAttempts} ELSE ${values.insideAttempts} END
      AND 1.4826 * g.mad <= ${values.alikeSpread} * g.typical
    GROUP BY l.target`;
}

/** How many sources of each network were let in from the Internet. */
export const neighbours = sql`
    SELECT a.asn, count(DISTINCT m.source) AS sources
    FROM marked AS m JOIN addresses AS a ON a.address = m.source
    WHERE m.kind = 'active' AND m.class = 'inbound' AND a.asn IS NOT NULL
    GROUP BY a.asn`;
