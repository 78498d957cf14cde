import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { refuses, sameTuple, sessionErrors, sessionRests, sessionTurnedAway } from './refusals.ts';
import { sessionPorts, sessionScanPorts, sessionSharedPorts } from './session-ports.ts';
import { portRank, starter, starterBasis } from './session-starters.ts';
import { codeOf, starters, states } from './session-words.ts';

/**
 * What must be known of all `session_parts` (see session-parts.ts) before a session can be told from one of them. The
 * steps read those and `labelled_addresses`; `columns` are those of the records.
 */
export function sessionSteps(columns: ReadonlySet<string>): readonly Step[] {
  return [
    {
      name: 'session_repeats',
      about: 'Sessions that several interfaces recorded, and which of them counts.',
      sql: repeats(columns),
      reads: behindGateways(columns) ? ['session_parts'] : ['session_parts', 'labelled_addresses'],
    },
    {
      name: 'session_rests',
      about: 'The last packets of connections, which have the sizes of a refusal.',
      sql: sessionRests,
      reads: ['session_parts'],
    },
    {
      name: 'session_errors',
      about: 'ICMP that looks like errors.',
      sql: sessionErrors,
      reads: ['session_parts'],
    },
    {
      name: 'session_turned_away',
      about: 'What got ICMP errors for an answer, and those errors.',
      sql: sessionTurnedAway,
      reads: ['session_parts', 'session_errors'],
    },
    {
      name: 'session_shared_ports',
      about: 'Ports of addresses that several sessions use.',
      sql: sessionSharedPorts,
      reads: ['session_parts'],
    },
    {
      name: 'session_ports',
      about:
        'How often a port of an address recurs against ports of others, or that it is the port of a scanner.',
      sql: sessionPorts,
      reads: ['session_parts', 'session_shared_ports'],
    },
    {
      name: 'session_scan_ports',
      about: 'Ports of scanners whose SYNs are as bare as RSTs.',
      sql: sessionScanPorts,
      reads: ['session_parts'],
    },
  ];
}

/** The addresses whose sessions are told. */
export interface SessionSlice {
  /** Those whose end `b` has one of these numbers; without them, all. */
  readonly numbers?: { readonly first: number; readonly last: number };
  /** (address_id) of those that are not on the Internet. */
  readonly own: Sql;
  /** (address_id) of the ends `a` of all sessions that are on the Internet. */
  readonly outside: Sql;
}

/**
 * The sessions of a slice, window records of one 5-tuple, both directions, put back together, after {@link sessionSteps}:
 * in numbers alone, since they are sorted and grouped several times faster than texts. {@link sessionsOf} tells the
 * same in words. In the order of the peers, so that whoever asks for one address reads a part of the file; it is
 * smaller so, too.
 */
export function numberedSessions(slice: SessionSlice): Sql {
  return sql`
    SELECT iface, CASE WHEN local_is_a THEN a ELSE b END AS local,
      CASE WHEN local_is_a THEN port_a ELSE port_b END AS local_port,
      CASE WHEN local_is_a THEN b ELSE a END AS peer, CASE WHEN local_is_a THEN port_b ELSE port_a END AS peer_port,
      protocol,
      CASE starter WHEN 'a' THEN port_b WHEN 'b' THEN port_a ELSE least(port_a, port_b) END AS service_port,
      crosses,
      CASE WHEN starter IS NULL THEN ${codeOf('unknown', starters)}
        WHEN (starter = 'a') = local_is_a THEN ${codeOf('local', starters)} ELSE ${codeOf('peer', starters)} END AS initiator,
      initiator_basis,
      CASE WHEN rejected = records THEN ${codeOf('rejected', states)}
        WHEN refuses_a OR refuses_b OR turned_away THEN ${codeOf('refused', states)}
        WHEN first_a IS NULL OR first_b IS NULL THEN ${codeOf('unanswered', states)}
        ELSE ${codeOf('answered', states)} END AS state,
      first_start AS start, last_end AS "end", records, rejected,
      CASE WHEN local_is_a THEN records_a ELSE records - records_a END AS records_out,
      CASE WHEN local_is_a THEN packets_a ELSE packets_b END AS packets_out,
      CASE WHEN local_is_a THEN bytes_a ELSE bytes_b END AS bytes_out,
      CASE WHEN local_is_a THEN packets_b ELSE packets_a END AS packets_in,
      CASE WHEN local_is_a THEN bytes_b ELSE bytes_a END AS bytes_in,
      window_seconds, other_interfaces, header
    FROM (
      SELECT *, NOT (starter IS NOT DISTINCT FROM 'b' AND NOT crosses) AS local_is_a
      FROM (SELECT *, ${starter} AS starter, ${starterBasis} AS initiator_basis FROM (${known(slice)}) AS known) AS told
    ) AS turned
    ORDER BY peer`;
}

/**
 * Sessions that another interface recorded too: the same packets are seen at both ends of east/west traffic and on
 * both sides of a gateway. Of the sessions of one 5-tuple that overlap in time, the one with the most records is
 * kept (\`choice\` 1), so that no byte counts twice.
 */
function repeats(columns: ReadonlySet<string>): Sql {
  const same = list([sql`a`, sql`port_a`, sql`b`, sql`port_b`, sql`protocol`]);
  const twice = behindGateways(columns)
    ? sql`TRUE`
    : sql`a IN (SELECT address_id FROM labelled_addresses WHERE scope <> 'internet')
        AND b IN (SELECT address_id FROM labelled_addresses WHERE scope <> 'internet')`;
  return sql`
    SELECT iface, ${same}, first_start, choice, interfaces_there - 1 AS other_interfaces
    FROM (
      SELECT *,
        row_number() OVER (PARTITION BY ${same}, overlap ORDER BY records DESC, iface, first_start) AS choice,
        count(*) OVER (PARTITION BY ${same}, overlap) AS interfaces_there
      FROM (
        SELECT *, sum(apart) OVER (PARTITION BY ${same} ORDER BY first_start, iface ROWS UNBOUNDED PRECEDING) AS overlap
        FROM (
          SELECT iface, ${same}, first_start, records, CASE WHEN first_start > max(last_end) OVER (
            PARTITION BY ${same} ORDER BY first_start, iface ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            THEN 1 ELSE 0 END AS apart
          FROM session_parts
          WHERE ${twice}
        ) AS parts
      ) AS stretches
    ) AS choices
    WHERE interfaces_there > 1`;
}

/** True where records may be of a gateway, on both sides of which the same packets are seen. */
function behindGateways(columns: ReadonlySet<string>): boolean {
  return columns.has('pkt_srcaddr') || columns.has('pkt_dstaddr');
}

/** Sessions of one observation point each, with all that the rules of session-starters.ts read. */
function known({ numbers, own, outside }: SessionSlice): Sql {
  const isTold = numbers === undefined ? sql`TRUE` : sql`b BETWEEN ${numbers.first} AND ${numbers.last}`;
  const ports = (end: 'a' | 'b') => {
    const is = (name: string) =>
      trusted(`${name}${end}.address = p.${end} AND ${name}${end}.port = p.port_${end}`);
    return sql`
      LEFT JOIN session_ports AS ${trusted(`p${end}`)}
        ON ${is('p')} AND ${trusted(`p${end}`)}.protocol = p.protocol
      LEFT JOIN session_scan_ports AS ${trusted(`s${end}`)} ON ${is('s')} AND p.protocol = 6`;
  };
  // A port that one other talked with may have been its own client's port.
  const talks = (end: 'a' | 'b', other: 'a' | 'b') => {
    const clients = trusted(`coalesce(p${end}.clients, 0)`);
    const isLower = sql`${portRank(trusted(`p.port_${end}`))} < ${portRank(trusted(`p.port_${other}`))}`;
    return sql`(${clients} > 1 OR ${clients} = 1 AND ${isLower})`;
  };
  // The last of a connection, or bare headers to and from a port that others talk with.
  const isShut = sql`(e.protocol IS NULL
          AND NOT (p.maybe_a AND p.maybe_b AND (${talks('a', 'b')} OR ${talks('b', 'a')})))`;
  // Where one end is on the Internet, it is b: see portionFlows.
  return sql`
      SELECT p.iface, p.a, p.port_a, p.b, p.port_b, p.protocol, p.header, p.first_start, p.last_end, p.records, p.rejected,
        p.records_a, p.first_a, p.first_b, p.packets_a, p.bytes_a, p.packets_b, p.bytes_b, p.flags_a, p.flags_b,
        p.maybe_a AND ${isShut} AS refuses_a, p.maybe_b AND ${isShut} AS refuses_b,
        t.protocol IS NOT NULL AS turned_away, coalesce(pa.clients, 0) AS clients_a, coalesce(pb.clients, 0) AS clients_b,
        sa.address IS NOT NULL AS scans_a, sb.address IS NOT NULL AS scans_b,
        ${portRank(sql`p.port_a`)} AS rank_a, ${portRank(sql`p.port_b`)} AS rank_b,
        own.address_id IS NULL AS crosses, o.address_id IS NULL AS has_own, i.window_seconds,
        p.first_start > i.seen_from + i.window_seconds AS inside, coalesce(r.other_interfaces, 0) AS other_interfaces
      FROM (
        SELECT *, ${refuses('a')} AS maybe_a, ${refuses('b')} AS maybe_b
        FROM session_parts WHERE ${isTold}
      ) AS p
      JOIN session_interfaces AS i ON i.iface = p.iface
      LEFT JOIN session_repeats AS r ON ${sameTuple('r', 'p')} AND r.first_start = p.first_start
      LEFT JOIN session_rests AS e ON ${sameTuple('e', 'p')}
      LEFT JOIN session_turned_away AS t ON ${sameTuple('t', 'p')} AND t.first_start = p.first_start
      ${ports('a')}
      ${ports('b')}
      LEFT JOIN ${own} AS own ON own.address_id = p.b
      LEFT JOIN ${outside} AS o ON o.address_id = p.a
      WHERE coalesce(r.choice, 1) = 1`;
}
