import { type Sql, sql } from '../sql/sql.ts';
import { asksAlone, isSpoken, refuses } from './refusals.ts';

/** So many other ends are past chance. */
const several = 3;

/** Each part as seen from both of its ends: `columns` of one end, and how they are called where the ends change places. */
function fromBothEnds(condition: Sql, a: Sql, b: Sql): Sql {
  return sql`
      SELECT a AS address, port_a AS port, protocol, b AS other, port_b AS other_port, ${a}
      FROM session_parts WHERE ${condition}
      UNION ALL
      SELECT b AS address, port_b AS port, protocol, a AS other, port_a AS other_port, ${b}
      FROM session_parts WHERE ${condition}`;
}

/** Ports of addresses that several sessions use: most are used once, and need no count of what they meet. */
export const sessionSharedPorts = sql`
    SELECT address, port, protocol
    FROM (
      SELECT a AS address, port_a AS port, protocol FROM session_parts WHERE protocol IN (6, 17)
      UNION ALL
      SELECT b AS address, port_b AS port, protocol FROM session_parts WHERE protocol IN (6, 17)
    ) AS p
    GROUP BY address, port, protocol
    HAVING count(*) > 1`;

function asks(own: 'a' | 'b', its: 'a' | 'b'): Sql {
  return sql`CASE WHEN ${refuses(its)} AND NOT ${refuses(own)} OR ${asksAlone(own)} THEN 1 ELSE 0 END AS asked,
        CASE WHEN first_a IS NOT NULL AND first_b IS NOT NULL AND ${isSpoken} THEN 1 ELSE 0 END AS spoken`;
}

/**
 * What a port of an address is for. `clients`: how many ports of others it recurs against in sessions in which both
 * ends said something; -1 where it is a client's own port, a scanner's that serves for many targets: it certainly asked
 * several others, more than it talked with, or it is ephemeral itself and a tenth of the ports that it meets are below
 * 1024 (a service that is scanned from such ports meets many others).
 */
export const sessionPorts = sql`
    SELECT address, port, protocol,
      CASE WHEN asked >= ${several} AND asked > clients THEN -1
        WHEN low_ports >= ${several} AND 10 * low_ports >= other_ports THEN CASE WHEN port >= 32768 THEN -1 ELSE 0 END
        ELSE clients END AS clients
    FROM (
      SELECT address, port, protocol, count(*) AS other_ports, sum(asked) AS asked, sum(spoken) AS clients,
        count(CASE WHEN other_port < 1024 THEN 1 END) AS low_ports
      FROM (
        SELECT address, port, protocol, other_port, sum(asked) AS asked, max(spoken) AS spoken
        FROM (
          SELECT p.address, p.port, p.protocol, p.other, p.other_port, max(p.asked) AS asked, max(p.spoken) AS spoken
          FROM (${fromBothEnds(sql`protocol IN (6, 17)`, asks('a', 'b'), asks('b', 'a'))}) AS p
          JOIN session_shared_ports AS s
            ON s.address = p.address AND s.port = p.port AND s.protocol = p.protocol
          GROUP BY 1, 2, 3, 4, 5
        ) AS ends
        GROUP BY 1, 2, 3, 4
      ) AS ports
      GROUP BY 1, 2, 3
    ) AS counts`;

/**
 * Ports of scanners whose SYNs are as bare as the RSTs that come back, so that sizes do not tell them apart. Such a port
 * met the same few ports of many addresses; or system ports, which clients do not use, for a tenth of what it met; or
 * it is ephemeral, met ten ports of each address, and a quarter of them lie outside the ranges from which systems take
 * their clients' ports (1024 to 5000, 32768 to 65535). Else it may be a closed service that many have asked for.
 */
export const sessionScanPorts = sql`
    SELECT address, port
    FROM (
      SELECT address, port, count(*) AS ends, count(DISTINCT other) AS addresses, count(DISTINCT other_port) AS ports,
        count(CASE WHEN other_port < 1024 THEN 1 END) AS low_ports,
        count(CASE WHEN other_port < 1024 OR other_port BETWEEN 5001 AND 32767 THEN 1 END) AS odd_ports
      FROM (
        SELECT DISTINCT address, port, other, other_port
        FROM (${fromBothEnds(sql`${refuses('a')} AND ${refuses('b')}`, sql`1 AS one`, sql`1 AS one`)}) AS p
        WHERE port >= 1024
      ) AS ends
      GROUP BY address, port
    ) AS counts
    WHERE ends >= ${several} AND (2 * ports <= ends OR low_ports >= ${several} AND 10 * low_ports >= ends
      OR port >= 32768 AND ends >= 10 * addresses AND 4 * odd_ports >= ends)`;
