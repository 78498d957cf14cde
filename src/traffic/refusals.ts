import { bitAnd } from '../sql/dialect.ts';
import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import { flagsKnown } from './session-parts.ts';

/** One of the two ends of a part of a session, as its columns name it. */
type End = 'a' | 'b';

const other = { a: 'b', b: 'a' } as const;

/** Options make a TCP header at most this much longer. */
const optionBytes = 20;
/** Clocks of records are whole seconds, and `start` is up to a second late. */
const slackSeconds = 2;

function column(name: 'packets' | 'bytes' | 'flags' | 'first', end: End): Sql {
  return trusted(`${name}_${end}`);
}

/** As DOUBLE: a hostile log may say 2^63 packets. */
function wide(count: Sql): Sql {
  return sql`CAST(${count} AS DOUBLE)`;
}

/** The most bytes that so many TCP packets without payload can have, by the column `header`. */
export function payloadFree(packets: Sql): Sql {
  return sql`(header + ${optionBytes}) * ${wide(packets)}`;
}

/** Nothing but headers, which are whole words of 4 bytes: a keep-alive's one byte shows. */
function isSlim(end: End): Sql {
  const [packets, bytes] = [column('packets', end), column('bytes', end)];
  return sql`(${packets} > 0 AND ${bytes} % 4 = 0
    AND ${bytes} BETWEEN header * ${wide(packets)} AND ${payloadFree(packets)})`;
}

/** Headers without any option. No operating system sends such a SYN; a RST is never longer. */
function isBare(end: End): Sql {
  return sql`(${column('packets', end)} > 0 AND ${column('bytes', end)} = header * ${wide(column('packets', end))})`;
}

/**
 * Parts in which this end turned the other away: a condition on columns of `session_parts`. Where records have flags,
 * by RST without SYN or FIN; elsewhere by sizes: bare headers, one for each or every other packet of an end that has
 * sent nothing but headers either (a SYN-ACK always has options, so that an open port is told from a closed one). Where
 * both are bare, either may have turned the other away, and it must be one for one: two and one is how connections end.
 */
export function refuses(end: End): Sql {
  const [own, its] = [column('flags', end), column('flags', other[end])];
  const [answers, tries] = [column('packets', end), column('packets', other[end])];
  return sql`(protocol = 6 AND ${isSlim(end)} AND ${isSlim(other[end])} AND CASE
    WHEN flags_a + flags_b >= ${flagsKnown} THEN ${bitAnd(own, 7)} = 4 AND ${bitAnd(its, 5)} = 0
    WHEN ${isBare(other[end])} THEN ${isBare(end)} AND ${answers} = ${tries}
    ELSE ${isBare(end)} AND ${answers} <= ${tries} AND ${tries} <= 2 * ${wide(answers)} END)`;
}

/**
 * Parts in which this end answered what nobody had asked, by flags: a SYN-ACK or a RST out of nothing, as when someone
 * forges our address. The other end has at most sent a RST.
 */
export function repliesUnasked(end: End): Sql {
  const [own, its] = [column('flags', end), column('flags', other[end])];
  const silent = sql`(${column('first', other[end])} IS NULL OR ${bitAnd(its, 7)} = 4 AND ${isSlim(other[end])})`;
  return sql`(protocol = 6 AND ${isSlim(end)} AND ${silent}
    AND (${bitAnd(own, 18)} = 18 OR ${bitAnd(own, 6)} = 4 AND ${column('first', other[end])} IS NULL))`;
}

/** Parts of TCP that were more than headers in at least one direction, and whatever is not TCP. */
export const isSpoken = sql`(protocol <> 6 OR NOT (${isSlim('a')} AND ${isSlim('b')}))`;

/** Parts of one direction in which this end sent what looks like SYNs: headers with options, or the flag itself. */
export function asksAlone(end: End): Sql {
  return sql`(protocol = 6 AND ${column('first', other[end])} IS NULL AND ${isSlim(end)} AND CASE
    WHEN flags_a + flags_b >= ${flagsKnown} THEN ${bitAnd(column('flags', end), 18)} = 2
    ELSE NOT ${isBare(end)} END)`;
}

const tuple = ['iface', 'a', 'port_a', 'b', 'port_b', 'protocol'] as const;

/** The columns of a 5-tuple at an interface, of a relation. */
function tupleOf(relation: string): Sql {
  return list(tuple.map((name) => trusted(`${relation}.${name}`)));
}

/** The condition that two relations speak of one 5-tuple at one interface. */
export function sameTuple(one: string, another: string): Sql {
  return list(
    tuple.map((name) => trusted(`${one}.${name} = ${another}.${name}`)),
    ' AND ',
  );
}

/**
 * 5-tuples that look refused in one part and said something in another: the last packets of a connection after a long
 * silence, FIN and RST, have the sizes of a refusal.
 */
export const sessionRests = sql`
    SELECT DISTINCT ${tupleOf('p')}
    FROM (SELECT * FROM session_parts WHERE packets_a > 0 AND packets_b > 0 AND ${isSpoken}) AS p
    JOIN (SELECT * FROM session_parts WHERE ${refuses('a')} OR ${refuses('b')}) AS r ON ${sameTuple('p', 'r')}`;

const errorsOfParts = sql`session_parts AS p JOIN session_errors AS e ON e.iface = p.iface AND e.a = p.a AND e.b = p.b
      AND p.protocol IN (6, 17) AND (p.first_a IS NULL OR p.first_b IS NULL) AND (p.first_b IS NULL) <> e.from_a
      AND p.first_start <= e.last_end + ${slackSeconds} AND p.last_end >= e.first_start - ${slackSeconds}`;

/**
 * ICMP that looks like errors: of one direction, and as long as what quotes the IP header and 8 bytes of the packet that
 * it is about, 56 bytes or more (96 in IPv6).
 */
export const sessionErrors = sql`
    SELECT ${tupleOf('p')}, p.first_start, p.last_end, p.first_a IS NOT NULL AS from_a
    FROM session_parts AS p
    WHERE p.protocol IN (1, 58) AND (p.first_a IS NULL OR p.first_b IS NULL)
      AND p.bytes_a + p.bytes_b >= CASE p.header WHEN 60 THEN 96 ELSE 56 END * (p.packets_a + p.packets_b)`;

/**
 * Parts of one direction to an end that sent such errors back at the same time, as a closed UDP port does and a firewall
 * that rejects, and the parts of those errors themselves.
 */
export const sessionTurnedAway = sql`
    SELECT DISTINCT ${tupleOf('p')}, p.first_start FROM ${errorsOfParts}
    UNION ALL
    SELECT DISTINCT ${tupleOf('e')}, e.first_start FROM ${errorsOfParts}`;
