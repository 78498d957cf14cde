import { type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { Context } from '../detector.ts';
import { kinds } from './contacts.ts';
import type { ScanValues } from './settings.ts';

/**
 * Each contact as steps of the walk. From the Internet each refused try counts; inside and outward a contact counts
 * once, because clients of a dead server try for ever.
 */
function walkSteps(settings: ScanValues, context: Context): Step {
  const most = settings.countedTries;
  const vain = context.hasBothDirections
    ? sql`rejected + refused + unanswered - replies + CASE WHEN answered > 0 THEN 1 ELSE 0 END`
    : sql`rejected`;
  const packets = context.hasBothDirections
    ? sql`CASE WHEN replies = 0 AND answered + refused = 0 AND protocol = 6
        THEN CAST(ceil(CAST(packets_from AS DOUBLE) / ${settings.packetsOfOneTry}) AS BIGINT) ELSE 0 END`
    : sql`0`;
  return {
    name: 'walk_steps',
    about: 'Each contact with its steps of the walk: misses and hits.',
    reads: ['contacts_of_suspects', 'replies'],
    sql: sql`
    SELECT *, NOT loud AND tries > 0 AS in_vain,
      CASE WHEN kind = ${kinds.inbound} THEN least(${most}, tries) WHEN NOT loud AND tries > 0 THEN 1 ELSE 0 END AS miss,
      CASE WHEN NOT loud THEN 0 WHEN kind = ${kinds.inbound} THEN least(${most}, answered) ELSE 1 END AS hit
    FROM (
      SELECT *, CASE WHEN NOT sure THEN 0 WHEN loud THEN rejected WHEN NOT probing THEN 0
        ELSE greatest(0, ${vain}, ${packets}) END AS tries
      FROM (
        SELECT c.*, coalesce(r.replies, 0) AS replies
        FROM contacts_of_suspects AS c
        LEFT JOIN replies AS r
          ON r.kind = c.kind AND r.source = c.source AND r.target = c.target AND r.service_port = c.service_port
          AND r.protocol = c.protocol
      ) AS answered_late
    ) AS tried`,
  };
}

const ports: Step = {
  name: 'ports',
  about: 'Misses and hits of each port that a source asked for.',
  reads: ['scanner_steps'],
  sql: sql`
    SELECT kind, source, service_port, protocol, count(CASE WHEN in_vain THEN 1 END) AS misses,
      count(CASE WHEN loud THEN 1 END) AS hits,
      -- A port of a target is one contact, so that contacts are targets.
      count(CASE WHEN in_vain THEN 1 END) AS targets
    FROM scanner_steps GROUP BY 1, 2, 3, 4`,
};

const targets: Step = {
  name: 'targets',
  about: 'Misses and hits of each target that a source asked.',
  reads: ['scanner_steps'],
  sql: sql`
    SELECT kind, source, target, count(CASE WHEN in_vain THEN 1 END) AS misses,
      count(CASE WHEN loud THEN 1 END) AS hits,
      count(DISTINCT CASE WHEN in_vain THEN service_port END) AS ports
    FROM scanner_steps GROUP BY 1, 2, 3`,
};

const byPort: Step = {
  name: 'by_port',
  about: 'The ports of a source that speak most for a scan.',
  reads: ['ports'],
  sql: sql`
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
    ) AS ranked
    GROUP BY 1, 2`,
};

const rankedTargets: Step = {
  name: 'ranked_targets',
  about: 'The targets of a source in the order in which they speak for a scan.',
  reads: ['targets'],
  sql: sql`
    SELECT *, row_number() OVER (PARTITION BY kind, source ORDER BY misses - hits DESC, target) AS by_surplus,
      row_number() OVER (PARTITION BY kind, source
        ORDER BY CASE WHEN misses > hits THEN ports ELSE 0 END DESC, ports DESC, target) AS by_ports
    FROM targets`,
};

const byTarget: Step = {
  name: 'by_target',
  about: 'The targets of a source that speak most for a scan.',
  reads: ['ranked_targets'],
  sql: sql`
    SELECT kind, source, max(CASE WHEN by_surplus = 1 THEN misses END) AS misses,
      max(CASE WHEN by_surplus = 1 THEN hits END) AS hits,
      max(CASE WHEN by_ports = 1 AND misses > hits THEN ports ELSE 0 END) AS deepest,
      max(CASE WHEN by_ports = 1 AND misses > hits THEN target END) AS deepest_target
    FROM ranked_targets
    GROUP BY 1, 2`,
};

const totals: Step = {
  name: 'totals',
  about: 'All that a source asked for, in sums.',
  reads: ['walk_steps'],
  sql: sql`
    SELECT kind, source, count(*) AS contacts, sum(miss) AS misses, sum(hit) AS hits,
      CASE WHEN min(CASE WHEN in_vain THEN protocol END) = max(CASE WHEN in_vain THEN protocol END)
        THEN min(CASE WHEN in_vain THEN protocol END) END AS only_protocol,
      coalesce(sum(CASE WHEN tries > 0 THEN rejected END), 0) AS rejected,
      coalesce(sum(CASE WHEN NOT loud AND probing THEN greatest(0, unanswered - replies) END), 0) AS unanswered,
      coalesce(sum(CASE WHEN in_vain THEN refused END), 0) AS refused,
      coalesce(sum(CASE WHEN in_vain THEN answered END), 0) AS wordless,
      coalesce(sum(CASE WHEN protocol = 6 THEN miss END), 0) AS tcp_misses, sum(replies) AS replies,
      sum(CASE WHEN sure OR loud THEN 0 ELSE refused + answered END) AS unsure,
      min(CASE WHEN tries > 0 THEN first_seen END) AS first_miss, max(CASE WHEN tries > 0 THEN last_seen END) AS last_miss,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen, sum(bytes) AS bytes
    FROM walk_steps GROUP BY 1, 2`,
};

/** The contacts of the sources that are judged: sorting and telling apart those of all the others would cost most. */
const scannerSteps: Step = {
  name: 'scanner_steps',
  about: 'The contacts of those that are judged.',
  reads: ['walk_steps', 'scanners'],
  sql: sql`
    SELECT w.kind, w.source, w.target, w.service_port, w.protocol, w.in_vain, w.loud
    FROM walk_steps AS w JOIN scanners AS t ON t.kind = w.kind AND t.source = w.source`,
};

const breadths: Step = {
  name: 'breadths',
  about: 'How many targets and ports a source asked for in vain.',
  reads: ['scanner_steps'],
  sql: sql`
    SELECT kind, source, count(DISTINCT CASE WHEN in_vain THEN target END) AS targets,
      count(DISTINCT CASE WHEN in_vain THEN service_port END) AS ports
    FROM scanner_steps GROUP BY 1, 2`,
};

/** The walk over all contacts of each source. */
export function walks(settings: ScanValues, context: Context): readonly Step[] {
  return [walkSteps(settings, context), totals];
}

/** Of the sources that are judged: the walk over each of their ports and over each of their targets. */
export const parts: readonly Step[] = [
  scannerSteps,
  breadths,
  ports,
  targets,
  byPort,
  rankedTargets,
  byTarget,
];

/** A number of a kind as the word for it. */
export function kindOf(kind: Sql): Sql {
  return sql`CASE ${kind} WHEN ${kinds.inbound} THEN 'inbound' WHEN ${kinds.outbound} THEN 'outbound' ELSE 'internal' END`;
}
