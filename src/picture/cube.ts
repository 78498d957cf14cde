import type { Columns } from '../filter/columns.ts';
import { and, list, type Sql, sql } from '../sql/sql.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import type { Period } from '../traffic/period.ts';
import { type Facts, kindOfRecord, kinds } from './facts.ts';
import { countedByRule, ruleColumns, rulesOfRecord } from './matched.ts';

/** Where a record was seen and what became of it, once for each combination; sums refer to it by number. */
export const places = sql`
  SELECT CAST(row_number() OVER (ORDER BY account_id, interface_id, action) AS INTEGER) AS place, *
  FROM (SELECT DISTINCT account_id, interface_id, action FROM records)`;

const counted = sql`count(*) AS flows, CAST(sum(f.packets) AS BIGINT) AS packets, CAST(sum(f.bytes) AS BIGINT) AS bytes`;

/**
 * Sums of records with data by stretch of time, kind, place, ends (as numbers of addresses), labels of the peer (as a
 * number, too), ports, protocol and the noise rules that match. The port of the destination is kept for what goes to the
 * Internet, of the rest the service port: clients' ports would make a row of each record.
 */
export function sums(resolutionSeconds: number, rules: readonly NoiseRule[]): Sql {
  return sql`
    SELECT CAST(f.start // ${resolutionSeconds} AS INTEGER) AS slot, f.kind, p.place, s.address_id AS src, d.address_id AS dst,
      CASE WHEN f.dst_scope = 'internet' THEN d.address_id WHEN f.src_scope = 'internet' THEN s.address_id END AS peer,
      CASE WHEN f.dst_scope = 'internet' THEN d.label_set WHEN f.src_scope = 'internet' THEN s.label_set END AS label_set,
      CASE WHEN f.kind = ${kinds.outbound} THEN f.dstport END AS dst_port, least(f.srcport, f.dstport) AS service_port,
      f.protocol, ${list([...ruleColumns(rules), counted])}
    FROM (SELECT *, ${list([sql`${kindOfRecord(rules)} AS kind`, ...rulesOfRecord(rules)])} FROM labelled_flows) AS f
    JOIN workbench_places AS p ON p.account_id IS NOT DISTINCT FROM f.account_id
      AND p.interface_id IS NOT DISTINCT FROM f.interface_id AND p.action IS NOT DISTINCT FROM f.action
    LEFT JOIN workbench_numbered AS s ON s.address = f.srcaddr
    LEFT JOIN workbench_numbered AS d ON d.address = f.dstaddr
    WHERE f.kind IS NOT NULL
    GROUP BY ALL`;
}

const summed = sql`CAST(sum(flows) AS BIGINT) AS flows, CAST(sum(packets) AS BIGINT) AS packets,
  CAST(sum(bytes) AS BIGINT) AS bytes`;

/**
 * Everything by ends and service port. In the order of kinds, days and peers, so that a part of the file is read for a
 * time range as well as for a peer, whose number is near those of its network.
 */
export function endsOfSums(resolutionSeconds: number): Sql {
  return sql`
    SELECT * FROM (
      SELECT kind, slot, place, src, dst, peer, label_set, service_port, protocol, ${summed} FROM workbench_sums GROUP BY ALL)
    ORDER BY kind, slot // ${Math.ceil(86_400 / resolutionSeconds)}, peer, slot`;
}

/** What goes to the Internet by port of the destination. */
export function portsOfSums(resolutionSeconds: number): Sql {
  return sql`
    SELECT * FROM (
      SELECT slot, place, src, dst, peer, label_set, dst_port, service_port, protocol, ${summed} FROM workbench_sums
      WHERE kind = ${kinds.outbound} GROUP BY ALL)
    ORDER BY slot // ${Math.ceil(86_400 / resolutionSeconds)}, dst, slot`;
}

const isAlone = (keys: Sql) => sql`count(*) OVER (PARTITION BY ${keys}) = 1`;

/**
 * The same over all times: much less, since who talks does so again. With each row stands what it shares with no other
 * one: its keys as a flow, the pair of its ends, its destination and the port there.
 */
export const wholeOfSums = sql`
  SELECT *, ${isAlone(sql`place, src, dst, dst_port, protocol`)} AS alone_flow,
    ${isAlone(sql`src, dst`)} AS alone_local, ${isAlone(sql`dst, dst_port, protocol`)} AS alone_port
  FROM (
    SELECT place, src, dst, peer, label_set, dst_port, service_port, protocol, ${summed} FROM workbench_ports GROUP BY ALL)
  ORDER BY dst, src`;

/** Counts of records by time that ends do not tell: those without data, and what each noise rule matches. */
export function hoursOfRecords(resolutionSeconds: number, rules: readonly NoiseRule[]): Sql {
  return sql`
    SELECT h.*, m.by_rule
    FROM (
      SELECT CAST(start // ${resolutionSeconds} AS INTEGER) AS slot,
        count(*) FILTER (WHERE log_status = 'NODATA') AS no_data,
        count(*) FILTER (WHERE log_status = 'SKIPDATA') AS skip_data,
        min(start) AS first_start, max(coalesce("end", start)) AS last_end
      FROM records GROUP BY 1
    ) AS h
    LEFT JOIN (${countedByRule(rules)}) AS m ON m.slot IS NOT DISTINCT FROM h.slot`;
}

export interface CubeFacts {
  readonly resolutionSeconds: number;
  /** False where an interface may be told by other columns than its own, which the sums do not have. */
  readonly hasInterfaces: boolean;
}

/** Which sums: all traffic by time; what goes to the Internet with the port there, by time or over all times. */
type CubePart = 'all' | 'outbound' | 'outbound of all times';

const asOutbound = sql`CAST(${kinds.outbound} AS TINYINT) AS kind`;
const relations: Readonly<Record<CubePart, Sql>> = {
  all: sql`workbench_ends`,
  outbound: sql`(SELECT *, ${asOutbound} FROM workbench_ports)`,
  'outbound of all times': sql`(SELECT *, ${asOutbound} FROM workbench_whole)`,
};

/** The sums as facts. */
export function cubeFacts({ resolutionSeconds, hasInterfaces }: CubeFacts, part: CubePart): Facts {
  const seconds = resolutionSeconds;
  return {
    basis: 'cube',
    relation: relations[part],
    byPlace: true,
    alone:
      part === 'outbound of all times'
        ? { flow: sql`alone_flow`, local: sql`alone_local`, port: sql`alone_port` }
        : {},
    columns: cubeColumns(part !== 'all', hasInterfaces),
    during: ({ from, to }: Period) =>
      and(
        from === undefined ? undefined : sql`slot >= ${Math.floor(from / seconds)}`,
        to === undefined ? undefined : sql`slot < ${Math.floor(to / seconds)}`,
      ),
    bucket: (bucketSeconds) => sql`slot * ${seconds} // ${bucketSeconds} * ${bucketSeconds}`,
  };
}

function cubeColumns(withPorts: boolean, hasInterfaces: boolean): Columns {
  const local = sql`CASE WHEN peer IS NULL THEN NULL WHEN peer = dst THEN src ELSE dst END`;
  return {
    name: 'sums of flows',
    ends: 'address_id',
    addresses: {
      peer: [sql`peer`],
      local: [local],
      address: [sql`src`, sql`dst`],
      src: [sql`src`],
      dst: [sql`dst`],
    },
    labelled: sql`peer`,
    labelSet: { column: sql`label_set`, relation: sql`workbench_label_sets` },
    ports: { port: sql`service_port`, ...(withPorts ? { 'dst-port': sql`dst_port` } : {}) },
    numbers: { protocol: sql`protocol` },
    texts: { account: sql`account_id`, ...(hasInterfaces ? { interface: sql`interface_id` } : {}) },
    ofText: (condition) => sql`place IN (SELECT place FROM workbench_places WHERE ${condition})`,
    words: {
      action: (word) => (word === 'reject' ? sql`kind = ${kinds.rejected}` : sql`kind <> ${kinds.rejected}`),
      traffic: (word) => {
        // Of rejected records the direction is told by their ends.
        if (word === 'to-internet') return sql`peer IS NOT NULL AND peer = dst`;
        if (word === 'from-internet') return sql`peer IS NOT NULL AND peer <> dst`;
        return word === 'north-south' ? sql`peer IS NOT NULL` : sql`peer IS NULL`;
      },
    },
  };
}

/** The condition on sums of what goes to the Internet. */
export const isOutbound = sql`kind = ${kinds.outbound}`;

/**
 * Flows and bytes by stretch of time, kind, and for what goes to the Internet by set-aside: all that the funnel and a
 * timeline without a filter ask, in some thousand rows. A condition on the kind beside the join would be a nested loop.
 */
export function countedKinds(isExposed: Sql): Sql {
  return sql`
    SELECT slot, kind, CASE WHEN NOT a.exposed THEN a.set_aside END AS set_aside, coalesce(a.exposed, FALSE) AS in_spite,
      CAST(sum(flows) AS BIGINT) AS flows, CAST(sum(bytes) AS BIGINT) AS bytes
    FROM workbench_ends AS e
    LEFT JOIN (
      SELECT address_id, set_aside, ${isExposed} AS exposed FROM addresses WHERE set_aside IS NOT NULL
    ) AS a ON a.address_id = CASE WHEN ${isOutbound} THEN e.dst END
    GROUP BY ALL`;
}

/** The facts of a question that needs nothing but time and kind. */
export function kindFacts(facts: Facts): Facts {
  return facts.basis === 'cube' ? { ...facts, relation: sql`workbench_kinds` } : facts;
}

/** The counts of {@link funnelSteps}: a row for each set-aside of the destination. */
export function stepsOfKinds(facts: Facts, period: Period): Sql {
  const count = (kind: number) => sql`CAST(coalesce(sum(flows) FILTER (WHERE kind = ${kind}), 0) AS BIGINT)`;
  return sql`
    SELECT set_aside AS "setAside", ${count(kinds.rejected)} AS rejected, ${count(kinds.noise)} AS noise,
      ${count(kinds.outbound)} AS "toInternet", ${count(kinds.inbound)} AS "fromInternet",
      ${count(kinds.eastWest)} AS "eastWest",
      CAST(coalesce(sum(flows) FILTER (WHERE in_spite), 0) AS BIGINT) AS "inSpite",
      CAST(coalesce(sum(bytes) FILTER (WHERE ${isOutbound}), 0) AS BIGINT) AS "bytesToInternet"
    FROM workbench_kinds WHERE ${facts.during(period)}
    GROUP BY set_aside
    ORDER BY set_aside`;
}
