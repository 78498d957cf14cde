import * as v from 'valibot';
import { addressBits } from '../addresses/address.ts';
import { type Cidr, parseCidr } from '../addresses/cidr.ts';
import { rowsOf } from '../addresses/segments.ts';
import type { Query } from '../sql/query.ts';
import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Mark, MarkedSubject } from './mark.ts';
import { parseTarget } from './target.ts';

const shapeRow = v.object({
  place: v.number(),
  ports: v.array(v.string()),
  directions: v.array(v.string()),
  locals: v.number(),
});

/** What the sessions of a marked subject are like; `place` is that of the subject in the list. */
export type MarkedShape = v.InferOutput<typeof shapeRow>;

const dayRow = v.object({
  place: v.number(),
  /** Days since 1970. */
  day: v.number(),
  bytes: v.number(),
  flows: v.number(),
});

export type MarkedDay = v.InferOutput<typeof dayRow>;

/** All addresses; where the targets hold few of them, a relation of those serves as well and is read sooner. */
const loaded = sql`addresses`;

/** More service ports than these are read no further: they are no habit. */
export const mostPorts = 50;

/**
 * Ports, directions and local ends of each subject, over all sessions with an address of its target. A subject
 * without sessions has no row. `addresses` and `sessions` are those of the engine.
 */
export function markedShapes(subjects: readonly MarkedSubject[], addresses = loaded): Query<MarkedShape> {
  const name = sql`CASE protocol WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 1 THEN 'icmp' WHEN 58 THEN 'icmpv6'
    ELSE CAST(protocol AS VARCHAR) END`;
  return {
    name: 'shape of marked traffic',
    sql: sql`
      WITH ${markedSessions(subjects, addresses)}
      SELECT place,
        (list(DISTINCT CASE WHEN protocol IN (1, 58) THEN ${name} ELSE concat_ws('/', service_port, ${name}) END)
          )[1:${mostPorts + 1}] AS ports,
        list_sort(list(DISTINCT direction)) AS directions, count(DISTINCT local) AS locals
      FROM marked_sessions
      GROUP BY place
      ORDER BY place`,
    row: shapeRow,
  };
}

/** Bytes and records of each subject by the day (UTC) in which its sessions start. */
export function markedDays(subjects: readonly MarkedSubject[], addresses = loaded): Query<MarkedDay> {
  return {
    name: 'days of marked traffic',
    sql: sql`
      WITH ${markedSessions(subjects, addresses)}
      SELECT place, start // 86400 AS day, CAST(sum(bytes_in + bytes_out) AS BIGINT) AS bytes,
        CAST(sum(records) AS BIGINT) AS flows
      FROM marked_sessions
      GROUP BY place, start // 86400
      ORDER BY place, day`,
    row: dayRow,
  };
}

const totalRow = v.object({ place: v.number(), records: v.number(), bytes: v.number(), peers: v.number() });

/** Records, bytes and peers of each subject; `period` is a condition on `start`. */
export function markedTotals(
  subjects: readonly MarkedSubject[],
  period: Sql,
): Query<v.InferOutput<typeof totalRow>> {
  return {
    name: 'totals of marked traffic',
    sql: sql`
      WITH ${markedSessions(subjects, loaded)}
      SELECT place, CAST(sum(records) AS BIGINT) AS records, CAST(sum(bytes_in + bytes_out) AS BIGINT) AS bytes,
        count(DISTINCT peer) AS peers
      FROM marked_sessions
      WHERE ${period}
      GROUP BY place
      ORDER BY place`,
    row: totalRow,
  };
}

const matchRow = v.object({ place: v.number(), addresses: v.number() });

/** How many loaded addresses each subject's target holds. */
export function matchedAddresses(
  subjects: readonly MarkedSubject[],
  addresses = loaded,
): Query<v.InferOutput<typeof matchRow>> {
  return {
    name: 'addresses of marks',
    sql: sql`
      WITH ${markedAddressRows(subjects, addresses)}
      SELECT place, count(DISTINCT address) AS addresses FROM marked_addresses GROUP BY place ORDER BY place`,
    row: matchRow,
  };
}

/** The relation `marked_sessions`: sessions with the place of each subject that they belong to. */
function markedSessions(subjects: readonly MarkedSubject[], addresses: Sql): Sql {
  const narrow = subjects.flatMap(({ port, local }, place) =>
    port === null && local === null ? [] : [[place, port, local === null ? 0 : 1]],
  );
  const locals = subjects.flatMap(({ local }, place) =>
    local === null ? [] : [{ place, range: parseCidr(local) }],
  );
  return sql`${markedAddressRows(subjects, addresses)},
    narrowings AS (${rowsOf(['place', 'port', 'by_local'], ['INTEGER', 'INTEGER', 'INTEGER'], narrow)}),
    narrow_locals AS (${addressesIn(locals, loaded)}),
    marked_sessions AS (
      SELECT m.place, s.*
      FROM sessions AS s
      JOIN marked_addresses AS m ON m.address = s.peer
      LEFT JOIN narrowings AS n ON n.place = m.place
      LEFT JOIN narrow_locals AS l ON l.place = m.place AND l.address = s.local
      WHERE (n.port IS NULL OR s.service_port = n.port)
        AND (coalesce(n.by_local, 0) = 0 OR l.place IS NOT NULL)
    )`;
}

/** The relation `marked_addresses`: an address belongs to every subject whose target holds it. */
function markedAddressRows(subjects: readonly Pick<Mark, 'target'>[], addresses: Sql): Sql {
  const targets = subjects.map(({ target }, place) => ({ place, target: parseTarget(target) }));
  const ranges = targets.flatMap(({ place, target }) =>
    target.kind === 'range' ? [{ place, range: target.range }] : [],
  );
  const asns = targets.flatMap(({ place, target }) => (target.kind === 'asn' ? [[place, target.asn]] : []));
  const names = targets.flatMap(({ place, target }) =>
    target.kind === 'name' ? [[place, target.name.toLowerCase()]] : [],
  );
  // Of a name that is a network's and a provider's an address has one row: hence UNION.
  return sql`
    subject_asns AS (${rowsOf(['place', 'asn'], ['INTEGER', 'BIGINT'], asns)}),
    subject_names AS (${rowsOf(['place', 'name'], ['INTEGER', 'VARCHAR'], names)}),
    marked_addresses AS (
      ${addressesIn(ranges, addresses)}
      UNION ALL
      SELECT s.place, a.address FROM ${addresses} AS a JOIN subject_asns AS s ON s.asn = a.asn
      UNION ALL
      FROM (
        SELECT n.place, a.address FROM ${addresses} AS a JOIN subject_names AS n ON n.name = lower(a.network)
        UNION
        SELECT n.place, a.address FROM ${addresses} AS a JOIN subject_names AS n ON n.name = lower(a.provider)
      )
    )`;
}

/**
 * The addresses of the workspace in each range, as (place, address): ranges may hold each other, and an address belongs
 * to all. One join on equal keys for each length of a prefix, of which there are few; a join on `BETWEEN` would compare
 * every address with every range.
 */
function addressesIn(
  ranges: readonly { readonly place: number; readonly range: Cidr }[],
  addresses: Sql,
): Sql {
  const lengths = new Map<string, { place: number; range: Cidr }[]>();
  for (const one of ranges) {
    const key = `${one.range.family}/${one.range.length}`;
    const own = lengths.get(key);
    if (own === undefined) lengths.set(key, [one]);
    else own.push(one);
  }
  const parts = [...lengths.values()].map((own) => {
    const { family, length } = own[0]?.range ?? { family: 4 as const, length: 32 };
    const free = addressBits(family) - length;
    const rows = own.map(({ place, range }) => [place, (range.first >> BigInt(free)).toString()]);
    const type = family === 4 ? 'BIGINT' : 'UHUGEINT';
    // A shift by all bits is none that the engine takes.
    const piece = free === addressBits(family) ? sql`0` : sql`number >> CAST(${free} AS UHUGEINT)`;
    return sql`
      SELECT r.place, a.address
      FROM (SELECT address, CAST(${piece} AS ${trusted(type)}) AS piece FROM ${addresses} WHERE family = ${family}) AS a
      JOIN (${rowsOf(['place', 'piece'], ['INTEGER', type], rows)}) AS r ON r.piece = a.piece`;
  });
  return parts.length === 0
    ? sql`SELECT CAST(NULL AS INTEGER) AS place, CAST(NULL AS VARCHAR) AS address WHERE FALSE`
    : list(parts, ' UNION ALL ');
}
