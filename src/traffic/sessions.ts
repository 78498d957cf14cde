import { list, type Sql, sql } from '../sql/sql.ts';

/** A relation that is computed once and kept under its name; later steps and questions read it. */
export interface Step {
  readonly name: string;
  readonly sql: Sql;
}

/**
 * What must be known of all `session_parts` (see session-parts.ts) before a session can be told from one of them. The
 * steps read those and `labelled_addresses`; `columns` are those of the records.
 */
export function sessionSteps(columns: ReadonlySet<string>): readonly Step[] {
  return [
    { name: 'session_repeats', sql: repeats(columns) },
    { name: 'session_shared_ports', sql: sharedPorts() },
    { name: 'session_ports', sql: recurringPorts() },
  ];
}

/** Where the sessions of one slice of the addresses come from. */
export interface SessionSlice {
  /** The sessions whose end `b` has one of these numbers. */
  readonly first: number;
  readonly last: number;
  /** Relations (address_id, address, scope) with the ends `a` of all sessions, and the ends `b` of the slice. */
  readonly endsA: Sql;
  readonly endsB: Sql;
}

/**
 * `sessions` of a slice: window records of one 5-tuple, both directions, put back together, after {@link sessionSteps}.
 *
 * Columns: account_id, interface_id (where the session is observed), local, local_port, peer,
 * peer_port, protocol, service_port, traffic (`north_south`, `east_west`), initiator (`local`, `peer`, `unknown`),
 * initiator_basis, direction (`outbound` when local started it, `inbound` when the peer did, `unknown`), state
 * (`answered`, `unanswered`, `rejected`), start, end (Unix seconds), records, rejected, records_out (those that go from
 * local to peer), packets_out, bytes_out, packets_in, bytes_in (as local sees them), window_seconds, other_interfaces (how many more interfaces recorded
 * the same packets; their records are not added).
 *
 * For north/south traffic `peer` is the Internet end; for east/west `local` is the end that started the session. In the
 * order of the peers, so that whoever asks for one address reads a part of the file; it is smaller so, too.
 */
export function sessionsOf(slice: SessionSlice): Sql {
  return sql`
    SELECT account_id, interface_id,
      CASE WHEN local_is_a THEN address_a ELSE address_b END AS local,
      CASE WHEN local_is_a THEN port_a ELSE port_b END AS local_port,
      CASE WHEN local_is_a THEN address_b ELSE address_a END AS peer, CASE WHEN local_is_a THEN port_b ELSE port_a END AS peer_port,
      nullif(protocol, -1) AS protocol,
      CASE starter WHEN 'a' THEN port_b WHEN 'b' THEN port_a ELSE least(port_a, port_b) END AS service_port,
      CASE WHEN crosses THEN 'north_south' ELSE 'east_west' END AS traffic,
      CASE WHEN starter IS NULL THEN 'unknown' WHEN (starter = 'a') = local_is_a THEN 'local' ELSE 'peer' END AS initiator,
      initiator_basis,
      CASE WHEN starter IS NULL THEN 'unknown' WHEN (starter = 'a') = local_is_a THEN 'outbound' ELSE 'inbound' END
        AS direction,
      CASE WHEN rejected = records THEN 'rejected' WHEN first_a IS NULL OR first_b IS NULL THEN 'unanswered'
        ELSE 'answered' END AS state,
      first_start AS start, last_end AS "end", records, rejected,
      CASE WHEN local_is_a THEN records_a ELSE records - records_a END AS records_out,
      CASE WHEN local_is_a THEN packets_a ELSE packets_b END AS packets_out,
      CASE WHEN local_is_a THEN bytes_a ELSE bytes_b END AS bytes_out,
      CASE WHEN local_is_a THEN packets_b ELSE packets_a END AS packets_in,
      CASE WHEN local_is_a THEN bytes_b ELSE bytes_a END AS bytes_in,
      window_seconds, other_interfaces
    FROM (
      SELECT s.*, ea.address AS address_a, eb.address AS address_b, 'internet' IN (ea.scope, eb.scope) AS crosses,
        NOT (starter IS NOT DISTINCT FROM 'b' AND ea.scope <> 'internet' AND eb.scope <> 'internet') AS local_is_a
      FROM (${initiators(slice)}) AS s
      JOIN ${slice.endsA} AS ea ON ea.address_id = s.a
      JOIN ${slice.endsB} AS eb ON eb.address_id = s.b
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
  const behindGateways = columns.has('pkt_srcaddr') || columns.has('pkt_dstaddr');
  const twice = behindGateways
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
        WHEN syn_a <> syn_b OR synack_a OR synack_b THEN 'tcp-flags'
        WHEN first_a IS NULL OR first_b IS NULL THEN 'only direction'
        WHEN protocol NOT IN (6, 17) AND first_a <> first_b AND inside THEN 'first record'
        WHEN protocol NOT IN (6, 17) THEN 'unknown'
        WHEN least(clients_a, clients_b) < 0 AND greatest(clients_a, clients_b) >= 0 THEN 'recurring port'
        WHEN inside AND abs(first_a - first_b) BETWEEN 1 AND 30 THEN 'first record'
        WHEN clients_b > 1 AND clients_b > 2 * clients_a OR clients_a > 1 AND clients_a > 2 * clients_b
          THEN 'recurring port'
        WHEN rank_a <> rank_b OR port_a <> port_b THEN 'port rank'
        ELSE 'unknown'
      END AS initiator_basis
    FROM (
      SELECT c.*, i.account_id, i.interface_id, i.window_seconds,
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
