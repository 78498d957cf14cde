import { bitsOf } from '../sql/dialect.ts';
import { id, list, or, type Sql, sql } from '../sql/sql.ts';
import { interfaceOf } from './hours.ts';
import { total } from './total.ts';

/** Silence after which the next record of a 5-tuple starts another session: one window and this many seconds. */
const patienceSeconds = 60;
/** The longest silence that can be inside a session. */
const longestPatience = 600 + patienceSeconds;

const withData = sql`coalesce(r.log_status, 'OK') = 'OK' AND r.start IS NOT NULL`;

const tuple = list([sql`iface`, sql`a`, sql`port_a`, sql`b`, sql`port_b`, sql`protocol`]);

/** The true ends of a record: behind NAT and transit gateways the packet's own addresses. */
function endOf(side: 'src' | 'dst', columns: ReadonlySet<string>): Sql {
  const seen = side === 'src' ? sql`r.srcaddr` : sql`r.dstaddr`;
  if (!columns.has(`pkt_${side}addr`)) return seen;
  return side === 'src' ? sql`coalesce(r.pkt_srcaddr, r.srcaddr)` : sql`coalesce(r.pkt_dstaddr, r.dstaddr)`;
}

/** Added to the flags of a record that has some: 0 is "not known", and this alone "none of SYN, FIN, RST". */
export const flagsKnown = 256;

/** Bytes of an IP and a TCP header without options, the size of every RST. */
export function headerOf(address: Sql): Sql {
  return sql`CASE WHEN ${address} LIKE '%:%' THEN 60 ELSE 40 END`;
}

/** What the parts of one portion of the records are made from, each a relation. */
export interface PortionInputs {
  /** Records with `columns`. */
  readonly records: Sql;
  readonly columns: ReadonlySet<string>;
  /** (iface, account_id, interface_id, window_seconds) of the interfaces of the portion. */
  readonly interfaces: Sql;
  /** (own, address, scope, header) of its addresses, `own` a number in their order, `header` as {@link headerOf}. */
  readonly ends: Sql;
}

/**
 * The records of a portion with small numbers for interface and ends, and the ends in a fixed order, so that both
 * directions have one key: `a` is the end that is not on the Internet, or the lower address; `a_to_b` says which way
 * the record goes.
 */
export function portionFlows({ records, columns, interfaces, ends }: PortionInputs): Sql {
  const flags = columns.has('tcp_flags')
    ? sql`coalesce(r.tcp_flags % ${flagsKnown} + ${flagsKnown}, 0)`
    : sql`0`;
  return sql`
    SELECT iface, patience, header, CASE WHEN a_to_b THEN src ELSE dst END AS a, CASE WHEN a_to_b THEN dst ELSE src END AS b,
      CASE WHEN a_to_b THEN srcport ELSE dstport END AS port_a, CASE WHEN a_to_b THEN dstport ELSE srcport END AS port_b,
      protocol, start, "end", packets, bytes, is_rejected, flags, a_to_b
    FROM (
      SELECT i.iface, i.window_seconds + ${patienceSeconds} AS patience, s.header, s.own AS src, d.own AS dst,
        coalesce(r.srcport, 0) AS srcport, coalesce(r.dstport, 0) AS dstport, coalesce(r.protocol, -1) AS protocol,
        r.start, greatest(r.start, coalesce(r."end", r.start)) AS "end", coalesce(r.packets, 0) AS packets,
        coalesce(r.bytes, 0) AS bytes, coalesce(r.action, 'ACCEPT') = 'REJECT' AS is_rejected, ${flags} AS flags,
        CASE
          WHEN (s.scope = 'internet') <> (d.scope = 'internet') THEN d.scope = 'internet'
          ELSE (s.own, coalesce(r.srcport, 0)) <= (d.own, coalesce(r.dstport, 0))
        END AS a_to_b
      FROM ${records} AS r
      JOIN ${interfaces} AS i
        ON i.account_id IS NOT DISTINCT FROM r.account_id AND i.interface_id = ${interfaceOf(columns)}
      JOIN ${ends} AS s ON s.address = ${endOf('src', columns)}
      JOIN ${ends} AS d ON d.address = ${endOf('dst', columns)}
      WHERE ${withData}
    )`;
}

/** The same for all records of a 5-tuple at an interface. */
const fixed = sql`max(patience) AS patience, max(header) AS header`;

const totals = sql`
  min(start) AS first_start, max("end") AS last_end, count(*) AS records,
  count(*) FILTER (WHERE is_rejected) AS rejected, count(*) FILTER (WHERE a_to_b) AS records_a,
  min(start) FILTER (WHERE a_to_b) AS first_a, min(start) FILTER (WHERE NOT a_to_b) AS first_b,
  ${total(sql`CASE WHEN a_to_b THEN packets ELSE 0 END`)} AS packets_a,
  ${total(sql`CASE WHEN a_to_b THEN bytes ELSE 0 END`)} AS bytes_a,
  ${total(sql`CASE WHEN a_to_b THEN 0 ELSE packets END`)} AS packets_b,
  ${total(sql`CASE WHEN a_to_b THEN 0 ELSE bytes END`)} AS bytes_b,
  ${bitsOf(sql`CASE WHEN a_to_b THEN flags ELSE 0 END`)} AS flags_a, ${bitsOf(sql`CASE WHEN a_to_b THEN 0 ELSE flags END`)} AS flags_b`;

/** Their names, in that order. */
const partColumns = list(
  [
    ...['iface', 'a', 'port_a', 'b', 'port_b', 'protocol', 'patience', 'header', 'first_start', 'last_end'],
    ...[
      'records',
      'rejected',
      'records_a',
      'first_a',
      'first_b',
      'packets_a',
      'bytes_a',
      'packets_b',
      'bytes_b',
    ],
    ...['flags_a', 'flags_b'],
  ].map(id),
);

/** Which of two records of the same time stands first is not settled: neither may be counted without the other. */
const withTies = sql`RANGE UNBOUNDED PRECEDING`;

/** The 5-tuples of flows, each as if it were one session. */
export function tuplesOf(flows: Sql): Sql {
  return sql`SELECT ${tuple}, ${fixed}, ${totals} FROM ${flows} GROUP BY ${tuple}`;
}

/**
 * Sessions at each interface, as far as the portion shows them. A 5-tuple that spans less than one silence is one; the
 * records of the few longer ones are put in order and cut where silence is too long.
 */
export function partsOf(flows: Sql, tuples: Sql): Sql {
  const long = sql`last_end - first_start > patience`;
  return sql`
    SELECT ${partColumns} FROM ${tuples} WHERE NOT (${long})
    UNION ALL
    SELECT ${tuple}, ${fixed}, ${totals}
    FROM (
      SELECT *, sum(starts) OVER (PARTITION BY ${tuple} ORDER BY start, "end" ${withTies}) AS nth
      FROM (
        SELECT *, CASE WHEN start - max("end") OVER (PARTITION BY ${tuple} ORDER BY start, "end"
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > patience THEN 1 ELSE 0 END AS starts
        FROM ${flows} WHERE (${tuple}) IN (SELECT ${tuple} FROM ${tuples} WHERE ${long})
      )
    )
    GROUP BY ${tuple}, nth`;
}

/** First start and last end of the records of one portion, in Unix seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** More stretches than this are joined with their neighbours: each is a condition asked of every part. */
const mostSharedStretches = 64;

/** The times at which a session may have records in several portions. */
export function sharedStretches(portions: readonly Stretch[]): readonly Stretch[] {
  const edges = portions.flatMap(({ from, to }) => [
    { at: from - longestPatience, step: 1 },
    { at: to + longestPatience, step: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || b.step - a.step);
  const shared: { from: number; to: number }[] = [];
  let open = 0;
  for (const { at, step } of edges) {
    open += step;
    const last = shared.at(-1);
    if (step === 1 && open === 2) shared.push({ from: at, to: at });
    else if (last !== undefined && open === 1 && step === -1) last.to = at;
  }
  while (shared.length > mostSharedStretches) {
    for (let at = 0; at + 1 < shared.length; at++) {
      const [next] = shared.splice(at + 1, 1);
      const own = shared[at];
      if (own !== undefined && next !== undefined) own.to = next.to;
    }
  }
  return shared;
}

const sums = list(
  ['records', 'rejected', 'records_a', 'packets_a', 'bytes_a', 'packets_b', 'bytes_b'].map(
    (name) => sql`${total(id(name))} AS ${id(name)}`,
  ),
);

/** The parts that may go on in another portion, if `shared` are the times of several portions. */
export function mayGoOn(shared: readonly Stretch[]): Sql {
  return or(...shared.map(({ from, to }) => sql`first_start <= ${to} AND last_end >= ${from}`));
}

/** Parts of several portions put in order once more, and joined where the silence between them is short. */
export function joinedParts(parts: Sql): Sql {
  return sql`
    SELECT ${tuple}, ${fixed}, min(first_start) AS first_start, max(last_end) AS last_end, ${sums},
      min(first_a) AS first_a, min(first_b) AS first_b, ${bitsOf(sql`flags_a`)} AS flags_a, ${bitsOf(sql`flags_b`)} AS flags_b
    FROM (
      SELECT *, sum(starts) OVER (PARTITION BY ${tuple} ORDER BY first_start, last_end ${withTies}) AS nth
      FROM (
        SELECT *, CASE WHEN first_start - max(last_end) OVER (PARTITION BY ${tuple} ORDER BY first_start, last_end
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > patience THEN 1 ELSE 0 END AS starts
        FROM ${parts}
      )
    )
    GROUP BY ${tuple}, nth`;
}
