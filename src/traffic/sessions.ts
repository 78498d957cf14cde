import { list, type Sql, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { bases, codeOf, starters, states } from './session-words.ts';

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
      name: 'session_shared_ports',
      about: 'Ports of addresses that several sessions use.',
      sql: sharedPorts(),
      reads: ['session_parts'],
    },
    {
      name: 'session_ports',
      about: 'How often a port of an address recurs against ephemeral ports of others.',
      sql: recurringPorts(),
      reads: ['session_parts', 'session_shared_ports'],
    },
  ];
}

/** The addresses of the slice whose sessions are told: those whose end `b` has one of these numbers. */
export interface SessionSlice {
  readonly first: number;
  readonly last: number;
  /** (address_id) of those that are not on the Internet. */
  readonly own: Sql;
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
        WHEN first_a IS NULL OR first_b IS NULL THEN ${codeOf('unanswered', states)}
        ELSE ${codeOf('answered', states)} END AS state,
      first_start AS start, last_end AS "end", records, rejected,
      CASE WHEN local_is_a THEN records_a ELSE records - records_a END AS records_out,
      CASE WHEN local_is_a THEN packets_a ELSE packets_b END AS packets_out,
      CASE WHEN local_is_a THEN bytes_a ELSE bytes_b END AS bytes_out,
      CASE WHEN local_is_a THEN packets_b ELSE packets_a END AS packets_in,
      CASE WHEN local_is_a THEN bytes_b ELSE bytes_a END AS bytes_in,
      window_seconds, other_interfaces
    FROM (
      SELECT *, NOT (starter IS NOT DISTINCT FROM 'b' AND NOT crosses) AS local_is_a
      FROM (
        -- Where one end is on the Internet, it is b: see portionFlows.
        SELECT s.*, own.address_id IS NULL AS crosses
        FROM (${initiators(slice)}) AS s
        LEFT JOIN ${slice.own} AS own ON own.address_id = s.b
      )
    )
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
        )
      )
    )
    WHERE interfaces_there > 1`;
}

/** True where records may be of a gateway, on both sides of which the same packets are seen. */
function behindGateways(columns: ReadonlySet<string>): boolean {
  return columns.has('pkt_srcaddr') || columns.has('pkt_dstaddr');
}

/** Sessions of one observation point each. */
function observed({ first, last }: SessionSlice): Sql {
  return sql`
      SELECT p.*, coalesce(r.other_interfaces, 0) AS other_interfaces
      FROM (SELECT * FROM session_parts WHERE b BETWEEN ${first} AND ${last}) AS p
      LEFT JOIN session_repeats AS r USING (iface, a, port_a, b, port_b, protocol, first_start)
      WHERE coalesce(r.choice, 1) = 1`;
}

/** Ports of addresses that several sessions use: most are used once, and need no count of what they meet. */
function sharedPorts(): Sql {
  return sql`
    SELECT address, port, protocol
    FROM (
      SELECT a AS address, port_a AS port, protocol FROM session_parts WHERE protocol IN (6, 17)
      UNION ALL
      SELECT b AS address, port_b AS port, protocol FROM session_parts WHERE protocol IN (6, 17)
    )
    GROUP BY address, port, protocol
    HAVING count(*) > 1`;
}

/**
 * How often a port of an address recurs against ephemeral ports of others. A port that meets several different
 * ports below 1024 is the source port of a scan and no service: -1 where it is ephemeral itself and a tenth of the
 * ports it meets are that low (a service that is scanned from such ports meets many others), else 0.
 */
function recurringPorts(): Sql {
  // Two steps of grouping: count(DISTINCT) in one takes twice the time.
  return sql`
    SELECT address, port, protocol,
      CASE WHEN low_ports < 3 THEN other_ports WHEN port >= 32768 AND 10 * low_ports >= other_ports THEN -1 ELSE 0 END
        AS clients
    FROM (
      SELECT address, port, protocol, count(*) AS other_ports, count(*) FILTER (WHERE other_port < 1024) AS low_ports
      FROM (
        SELECT DISTINCT address, port, protocol, other_port
        FROM (
          SELECT a AS address, port_a AS port, protocol, port_b AS other_port FROM session_parts
          UNION ALL
          SELECT b AS address, port_b AS port, protocol, port_a AS other_port FROM session_parts
        )
        SEMI JOIN session_shared_ports USING (address, port, protocol)
      )
      GROUP BY address, port, protocol
    )`;
}

/** Who started a session, and by what it was decided, most certain first. */
function initiators(slice: SessionSlice): Sql {
  return sql`
    SELECT *,
      CASE
        WHEN syn_a AND NOT syn_b OR synack_b THEN 'a'
        WHEN syn_b AND NOT syn_a OR synack_a THEN 'b'
        WHEN first_b IS NULL THEN 'a'
        WHEN first_a IS NULL THEN 'b'
        WHEN protocol NOT IN (6, 17) AND first_a <> first_b AND inside THEN CASE WHEN first_a < first_b THEN 'a' ELSE 'b' END
        WHEN protocol NOT IN (6, 17) THEN NULL
        WHEN clients_a < 0 AND clients_b >= 0 THEN 'a'
        WHEN clients_b < 0 AND clients_a >= 0 THEN 'b'
        WHEN inside AND abs(first_a - first_b) BETWEEN 1 AND 30 THEN CASE WHEN first_a < first_b THEN 'a' ELSE 'b' END
        WHEN clients_b > 1 AND clients_b > 2 * clients_a THEN 'a'
        WHEN clients_a > 1 AND clients_a > 2 * clients_b THEN 'b'
        WHEN rank_a = rank_b THEN CASE WHEN port_b < port_a THEN 'a' WHEN port_a < port_b THEN 'b' END
        ELSE CASE WHEN rank_b < rank_a THEN 'a' ELSE 'b' END
      END AS starter,
      CASE
        WHEN syn_a <> syn_b OR synack_a OR synack_b THEN ${codeOf('tcp-flags', bases)}
        WHEN first_a IS NULL OR first_b IS NULL THEN ${codeOf('only direction', bases)}
        WHEN protocol NOT IN (6, 17) AND first_a <> first_b AND inside THEN ${codeOf('first record', bases)}
        WHEN protocol NOT IN (6, 17) THEN ${codeOf('unknown', bases)}
        WHEN least(clients_a, clients_b) < 0 AND greatest(clients_a, clients_b) >= 0 THEN ${codeOf('recurring port', bases)}
        WHEN inside AND abs(first_a - first_b) BETWEEN 1 AND 30 THEN ${codeOf('first record', bases)}
        WHEN clients_b > 1 AND clients_b > 2 * clients_a OR clients_a > 1 AND clients_a > 2 * clients_b
          THEN ${codeOf('recurring port', bases)}
        WHEN rank_a <> rank_b OR port_a <> port_b THEN ${codeOf('port rank', bases)}
        ELSE ${codeOf('unknown', bases)}
      END AS initiator_basis
    FROM (
      SELECT c.*, i.window_seconds,
        c.first_start > i.seen_from + i.window_seconds AS inside,
        (flags_a & 18) = 2 AS syn_a, (flags_b & 18) = 2 AS syn_b, (flags_a & 18) = 18 AS synack_a,
        (flags_b & 18) = 18 AS synack_b,
        coalesce(pa.clients, 0) AS clients_a, coalesce(pb.clients, 0) AS clients_b,
        ${portRank(sql`c.port_a`)} AS rank_a, ${portRank(sql`c.port_b`)} AS rank_b
      FROM (${observed(slice)}) AS c
      JOIN session_interfaces AS i USING (iface)
      LEFT JOIN session_ports AS pa ON pa.address = c.a AND pa.port = c.port_a AND pa.protocol = c.protocol
      LEFT JOIN session_ports AS pb ON pb.address = c.b AND pb.port = c.port_b AND pb.protocol = c.protocol
    )`;
}

/** Service ports first: system ports, then what is registered, then what systems hand out to clients. */
function portRank(port: Sql): Sql {
  return sql`CASE WHEN ${port} < 1024 THEN 0 WHEN ${port} < 32768 THEN 1 ELSE 2 END`;
}
