import * as v from 'valibot';
import type { Query } from '../../sql/query.ts';
import { list, type Sql, sql } from '../../sql/sql.ts';
import type { Context, Focus } from '../detector.ts';
import { contacts, suspects } from './contacts.ts';
import type { ScanValues } from './settings.ts';
import { replies, sourcePorts, walkSteps } from './steps.ts';

const count = v.number();
const text = v.nullable(v.string());
const number = v.nullable(v.number());

const row = v.object({
  kind: v.picklist(['inbound', 'outbound', 'internal']),
  source: v.string(),
  /** Distinct (target, port, protocol) that were asked for. */
  contacts: count,
  /** Steps of the walk over everything, and contacts of the port and the target with the largest surplus of misses. */
  misses: count,
  hits: count,
  portMisses: count,
  portHits: count,
  targetMisses: count,
  targetHits: count,
  /** Distinct targets and ports that were asked for in vain. */
  targets: count,
  ports: count,
  /** Most targets on one port and most ports of one target, of those where misses prevail. */
  widest: count,
  widestPort: number,
  widestProtocol: number,
  deepest: count,
  deepestTarget: text,
  onlyTarget: text,
  onlyPort: number,
  onlyProtocol: number,
  portsAsked: v.nullable(v.array(v.number())),
  targetsAsked: v.nullable(v.array(v.string())),
  /** Sessions without success: rejected, unanswered, refused by a tiny answer. */
  rejected: count,
  unanswered: count,
  refused: count,
  tcpMisses: count,
  /** Sessions in the shape of late replies, which are not counted. */
  replies: count,
  firstMiss: number,
  lastMiss: number,
  /** The largest conversation that goes on after the first miss, those on admin ports first. */
  thenPort: number,
  thenTarget: text,
  thenSessions: number,
  thenBytes: number,
  thenAdmin: v.boolean(),
  firstSeen: count,
  lastSeen: count,
  bytes: count,
  asn: number,
  network: text,
  country: text,
  provider: text,
  setAside: text,
});

/** Everything that is known of one source of contacts in one direction. */
export type ScanRow = v.InferOutput<typeof row>;

/**
 * Sources with enough contacts in vain to be worth judging, one row per source and direction. The walk's steps
 * commute, so hits and misses are summed and not put in order of time.
 */
export function scanCandidates(settings: ScanValues, context: Context, focus: Focus): Query<ScanRow> {
  return {
    name: 'scan candidates',
    row,
    sql: sql`
    WITH contacts AS (${contacts(settings, focus)}),
    suspects AS (${suspects(settings, context, focus)}),
    contacts_of_suspects AS (
      SELECT c.*
      FROM contacts AS c
      JOIN suspects AS s ON s.kind = c.kind AND s.source = c.source
      WHERE c.target NOT IN (
        SELECT address FROM addresses
        WHERE scope IN ('multicast', 'loopback', 'reserved', 'link-local') AND address IS NOT NULL)
    ),
    source_ports AS (${sourcePorts}),
    replies AS (${replies}),
    steps AS (${walkSteps(settings, context)}),
    ports AS (
      SELECT kind, source, service_port, protocol, count(CASE WHEN in_vain THEN 1 END) AS misses,
        count(CASE WHEN loud THEN 1 END) AS hits,
        count(DISTINCT CASE WHEN in_vain THEN target END) AS targets
      FROM steps GROUP BY kind, source, service_port, protocol
    ),
    targets AS (
      SELECT kind, source, target, count(CASE WHEN in_vain THEN 1 END) AS misses,
        count(CASE WHEN loud THEN 1 END) AS hits,
        count(DISTINCT CASE WHEN in_vain THEN service_port END) AS ports
      FROM steps GROUP BY kind, source, target
    ),
    by_port AS (${byPort}),
    by_target AS (${byTarget}),
    totals AS (${totals}),
    successes AS (${successes(settings)})
    SELECT t.kind, t.source, t.contacts, t.misses, t.hits, t.targets, t.ports,
      p.misses AS "portMisses", p.hits AS "portHits", d.misses AS "targetMisses", d.hits AS "targetHits",
      p.widest, p.widest_port AS "widestPort", p.widest_protocol AS "widestProtocol", p.asked AS "portsAsked",
      d.deepest, d.deepest_target AS "deepestTarget", d.asked AS "targetsAsked",
      CASE WHEN t.targets = 1 THEN d.asked_first END AS "onlyTarget",
      CASE WHEN t.ports = 1 THEN p.asked_first END AS "onlyPort", t.only_protocol AS "onlyProtocol",
      t.rejected, t.unanswered, t.refused, t.tcp_misses AS "tcpMisses", t.replies,
      t.first_miss AS "firstMiss", t.last_miss AS "lastMiss",
      s.service_port AS "thenPort", s.target AS "thenTarget", s.answered AS "thenSessions", s.bytes AS "thenBytes",
      coalesce(s.is_admin, FALSE) AS "thenAdmin", t.first_seen AS "firstSeen", t.last_seen AS "lastSeen", t.bytes,
      a.asn, a.network, a.country, a.provider, a.set_aside AS "setAside"
    FROM totals AS t
    JOIN by_port AS p ON p.kind = t.kind AND p.source = t.source
    JOIN by_target AS d ON d.kind = t.kind AND d.source = t.source
    LEFT JOIN successes AS s ON s.kind = t.kind AND s.source = t.source
    LEFT JOIN addresses AS a ON a.address = t.source
    ORDER BY CASE WHEN t.kind = 'inbound' THEN 1 ELSE 0 END, CASE WHEN s.is_admin THEN 0 ELSE 1 END,
      t.misses DESC, t.kind, t.source
    LIMIT ${settings.mostCandidates}`,
  };
}

const byPort = sql`
    SELECT kind, source, max(CASE WHEN by_surplus = 1 THEN misses END) AS misses,
      max(CASE WHEN by_surplus = 1 THEN hits END) AS hits,
      max(CASE WHEN by_targets = 1 AND misses > hits THEN targets ELSE 0 END) AS widest,
      max(CASE WHEN by_targets = 1 AND misses > hits THEN service_port END) AS widest_port,
      max(CASE WHEN by_targets = 1 AND misses > hits THEN protocol END) AS widest_protocol,
      max(CASE WHEN by_targets = 1 AND targets > 0 THEN service_port END) AS asked_first,
      array_agg(service_port ORDER BY by_targets) FILTER (WHERE by_targets <= 6 AND targets > 0) AS asked
    FROM (
      SELECT *,
        row_number() OVER (PARTITION BY kind, source ORDER BY misses - hits DESC, service_port, protocol) AS by_surplus,
        row_number() OVER (PARTITION BY kind, source
          ORDER BY CASE WHEN misses > hits THEN targets ELSE 0 END DESC, targets DESC, service_port, protocol) AS by_targets
      FROM ports
    )
    GROUP BY kind, source`;

const byTarget = sql`
    SELECT kind, source, max(CASE WHEN by_surplus = 1 THEN misses END) AS misses,
      max(CASE WHEN by_surplus = 1 THEN hits END) AS hits,
      max(CASE WHEN by_ports = 1 AND misses > hits THEN ports ELSE 0 END) AS deepest,
      max(CASE WHEN by_ports = 1 AND misses > hits THEN target END) AS deepest_target,
      max(CASE WHEN by_ports = 1 AND ports > 0 THEN target END) AS asked_first,
      array_agg(target ORDER BY by_ports) FILTER (WHERE by_ports <= 4 AND ports > 0) AS asked
    FROM (
      SELECT *, row_number() OVER (PARTITION BY kind, source ORDER BY misses - hits DESC, target) AS by_surplus,
        row_number() OVER (PARTITION BY kind, source
          ORDER BY CASE WHEN misses > hits THEN ports ELSE 0 END DESC, ports DESC, target) AS by_ports
      FROM targets
    )
    GROUP BY kind, source`;

const totals = sql`
    SELECT kind, source, count(*) AS contacts, sum(miss) AS misses, sum(hit) AS hits,
      count(DISTINCT CASE WHEN in_vain THEN target END) AS targets,
      count(DISTINCT CASE WHEN in_vain THEN service_port END) AS ports,
      CASE WHEN min(CASE WHEN in_vain THEN protocol END) = max(CASE WHEN in_vain THEN protocol END)
        THEN min(CASE WHEN in_vain THEN protocol END) END AS only_protocol,
      coalesce(sum(CASE WHEN tries > 0 THEN rejected END), 0) AS rejected,
      coalesce(sum(CASE WHEN NOT loud AND probing THEN greatest(0, unanswered - replies) END), 0) AS unanswered,
      coalesce(sum(refused + CASE WHEN in_vain THEN answered ELSE 0 END), 0) AS refused,
      coalesce(sum(CASE WHEN protocol = 6 THEN miss END), 0) AS tcp_misses, sum(replies) AS replies,
      min(CASE WHEN tries > 0 THEN first_seen END) AS first_miss, max(CASE WHEN tries > 0 THEN last_seen END) AS last_miss,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen, sum(bytes) AS bytes
    FROM steps GROUP BY kind, source`;

/**
 * What came of it: of the conversations that go on after the first miss, the largest. Inside and outward only those
 * that begin after it and with a target, because a scanner has its everyday traffic too.
 */
function successes(settings: ScanValues): Sql {
  return sql`
    SELECT * FROM (
      SELECT s.*, row_number() OVER (PARTITION BY kind, source ORDER BY is_admin DESC, bytes DESC, target, service_port)
        AS nth
      FROM (
        SELECT s.kind, s.source, s.target, s.service_port, s.answered, s.bytes,
          s.service_port IN (${list([-1, ...settings.adminPorts])})
            AND s.protocol = 6 AND s.bytes >= ${settings.sessionBytes} AS is_admin
        FROM steps AS s
        JOIN totals AS t ON t.kind = s.kind AND t.source = s.source
        WHERE s.hit > 0 AND (s.kind = 'inbound' AND s.last_seen > t.first_miss
          OR s.first_seen > t.first_miss AND EXISTS (
            SELECT 1 FROM targets AS x
            WHERE x.kind = s.kind AND x.source = s.source AND x.target = s.target AND x.ports > 0))
      ) AS s
    )
    WHERE nth = 1`;
}
