import * as v from 'valibot';
import type { Query } from '../../sql/query.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { Context, Focus } from '../detector.ts';
import { asked, kinds } from './contacts.ts';
import { unasked } from './replies.ts';
import type { ScanValues } from './settings.ts';
import { successes } from './successes.ts';
import { kindOf, parts, walks } from './walk.ts';

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
  /** Sessions without success: rejected, unanswered, refused, answered without a word. */
  rejected: count,
  unanswered: count,
  refused: count,
  wordless: count,
  tcpMisses: count,
  /** Sessions in the shape of late replies, which are not counted. */
  replies: count,
  /** Sessions of a local host of which it is not certain that it started them, which are not counted either. */
  unsure: count,
  firstMiss: number,
  lastMiss: number,
  /** The conversation with the largest session that goes on after the first miss, those on admin ports first. */
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
    steps: [
      ...asked(settings, context, focus),
      ...unasked,
      ...walks(settings, context),
      successes(settings),
      scanners(settings),
      ...parts,
      targetNames,
    ],
    sql: sql`
    SELECT ${kindOf(sql`t.kind`)} AS kind, a.address AS source, t.contacts, t.misses, t.hits, b.targets, b.ports,
      p.misses AS "portMisses", p.hits AS "portHits", d.misses AS "targetMisses", d.hits AS "targetHits",
      p.widest, p.widest_port AS "widestPort", p.widest_protocol AS "widestProtocol", p.asked AS "portsAsked",
      d.deepest, e.address AS "deepestTarget", n.asked AS "targetsAsked",
      CASE WHEN b.targets = 1 THEN n.asked_first END AS "onlyTarget",
      CASE WHEN b.ports = 1 THEN p.asked_first END AS "onlyPort", t.only_protocol AS "onlyProtocol",
      t.rejected, t.unanswered, t.refused, t.wordless, t.tcp_misses AS "tcpMisses", t.replies, t.unsure,
      t.first_miss AS "firstMiss", t.last_miss AS "lastMiss",
      s.service_port AS "thenPort", g.address AS "thenTarget", s.answered AS "thenSessions", s.largest AS "thenBytes",
      coalesce(s.is_admin, FALSE) AS "thenAdmin", t.first_seen AS "firstSeen", t.last_seen AS "lastSeen", t.bytes,
      a.asn, a.network, a.country, a.provider, a.set_aside AS "setAside"
    FROM scanners AS t
    JOIN addresses AS a ON a.address_id = t.source
    JOIN breadths AS b ON b.kind = t.kind AND b.source = t.source
    JOIN by_port AS p ON p.kind = t.kind AND p.source = t.source
    JOIN by_target AS d ON d.kind = t.kind AND d.source = t.source
    LEFT JOIN addresses AS e ON e.address_id = d.deepest_target
    LEFT JOIN target_names AS n ON n.kind = t.kind AND n.source = t.source
    LEFT JOIN successes AS s ON s.kind = t.kind AND s.source = t.source
    LEFT JOIN addresses AS g ON g.address_id = s.target
    ORDER BY CASE WHEN t.kind = ${kinds.inbound} THEN 1 ELSE 0 END, CASE WHEN s.is_admin THEN 0 ELSE 1 END,
      t.misses DESC, t.kind, a.address`,
  };
}

/** Local scanners first, and those that got an answer. */
function scanners(settings: ScanValues): Step {
  return {
    name: 'scanners',
    about: 'The strongest sources, which are judged.',
    reads: ['totals', 'successes'],
    sql: sql`
    SELECT t.*
    FROM totals AS t
    LEFT JOIN successes AS s ON s.kind = t.kind AND s.source = t.source
    ORDER BY CASE WHEN t.kind = ${kinds.inbound} THEN 1 ELSE 0 END, CASE WHEN s.is_admin THEN 0 ELSE 1 END,
      t.misses DESC, t.kind, t.source
    LIMIT ${settings.mostCandidates}`,
  };
}

const targetNames: Step = {
  name: 'target_names',
  about: 'The addresses of the first targets of those that are judged.',
  reads: ['ranked_targets', 'scanners', 'addresses'],
  sql: sql`
    SELECT r.kind, r.source, max(CASE WHEN r.by_ports = 1 THEN a.address END) AS asked_first,
      array_agg(a.address ORDER BY r.by_ports) AS asked
    FROM ranked_targets AS r
    JOIN scanners AS t ON t.kind = r.kind AND t.source = r.source
    JOIN addresses AS a ON a.address_id = r.target
    WHERE r.by_ports <= 4 AND r.ports > 0
    GROUP BY 1, 2`,
};
