import * as v from 'valibot';
import { parseCidr } from '../addresses/cidr.ts';
import { sumOf } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { and, id, list, or, type Sql, sql, trusted } from '../sql/sql.ts';
import type { NoiseMatch, NoiseRule, Range } from './noise-rules.ts';

/** The condition on columns of `flows` under which a record is what the rule describes. */
export function matchesRule(match: NoiseMatch): Sql {
  const { src, dst, peer, local, address, port, protocol, packets, bytes } = match;
  return and(
    src && inRanges('srcaddr', src),
    dst && inRanges('dstaddr', dst),
    peer && inRanges('peer', peer),
    local && inRanges('local', local),
    address && or(inRanges('srcaddr', address), inRanges('dstaddr', address)),
    match['src-port'] && within('srcport', match['src-port']),
    match['dst-port'] && within('dstport', match['dst-port']),
    port && or(within('srcport', port), within('dstport', port)),
    protocol && within('protocol', protocol),
    packets && within('packets', packets),
    bytes && within('bytes', bytes),
  );
}

/** The condition under which any rule that is on matches. */
export function isNoise(rules: readonly NoiseRule[]): Sql {
  const conditions = rules.filter(({ on }) => on).map(({ match }) => matchesRule(match));
  return conditions.length === 0 ? sql`FALSE` : sql`coalesce(${or(...conditions)}, FALSE)`;
}

function within(column: string, ranges: readonly Range[]): Sql {
  return or(...ranges.map(({ from, to }) => inRange(id(column), from, to)));
}

function inRange(value: Sql, from: number | null, to: number | null): Sql {
  if (from !== null && from === to) return sql`${value} = ${from}`;
  return and(
    from === null ? undefined : sql`${value} >= ${from}`,
    to === null ? undefined : sql`${value} <= ${to}`,
  );
}

// Ranges are compared once for each distinct address, not for each record.
function inRanges(column: string, cidrs: readonly string[]): Sql {
  const ranges = cidrs.map(parseCidr).map(({ family, first, last }) => {
    const number = trusted(family === 4 ? 'BIGINT' : 'UHUGEINT');
    return sql`(family = ${family} AND number BETWEEN CAST(${first} AS ${number}) AND CAST(${last} AS ${number}))`;
  });
  return sql`${id(column)} IN (SELECT address FROM addresses WHERE ${or(...ranges)})`;
}

/** The shape of {@link Matched}. */
export const matchedRow = v.object({
  name: v.string(),
  records: v.number(),
  bytes: v.number(),
  peers: v.number(),
});

/** What a rule or a set-aside matched, of all north/south records or of those to the Internet. */
export type Matched = v.InferOutput<typeof matchedRow>;

/** What each rule matches among the north/south records, whether it is on or off. */
export function noiseMatches(rules: readonly NoiseRule[], period: Sql): Query<Matched> {
  const none = sql`SELECT NULL AS name, 0 AS records, 0 AS bytes, 0 AS peers WHERE FALSE`;
  if (rules.length === 0) return { name: 'noise rules', sql: none, row: matchedRow };
  const placed = placedRules(rules);
  const sums = placed.map(
    ({ matches, records, bytes, peers }) => sql`count(*) FILTER (WHERE ${matches}) AS ${records},
      coalesce(${sumOf(sql`CASE WHEN ${matches} THEN bytes END`)}, 0) AS ${bytes},
      count(DISTINCT peer) FILTER (WHERE ${matches}) AS ${peers}`,
  );
  const each = placed.map(
    ({ name, records, bytes, peers }) =>
      sql`SELECT ${name} AS name, ${records} AS records, ${bytes} AS bytes, ${peers} AS peers FROM sums`,
  );
  return {
    name: 'noise rules',
    // The records are read once, however many rules there are.
    steps: [
      {
        name: 'sums',
        about: 'What each rule matches, in columns of its own.',
        reads: ['north_south', ...addressesRead(rules)],
        sql: sql`SELECT ${list(sums)}
          FROM (SELECT peer, bytes, ${list(placed.map(({ column }) => column))} FROM north_south WHERE ${period}) AS n
          WHERE ${or(...placed.map(({ matches }) => matches))}`,
      },
    ],
    sql: list(each, '\nUNION ALL\n'),
    row: matchedRow,
  };
}

/** What conditions of rules read beside the records: some name addresses. */
export function addressesRead(rules: readonly NoiseRule[]): readonly string[] {
  const names = ['src', 'dst', 'peer', 'local', 'address'] as const;
  return rules.some(({ match }) => names.some((name) => match[name] !== undefined)) ? ['addresses'] : [];
}

/** Names of columns for what is said of a rule, and the column that says whether a record matches it. */
interface PlacedRule {
  readonly name: string;
  readonly matches: Sql;
  readonly column: Sql;
  readonly records: Sql;
  readonly bytes: Sql;
  readonly peers: Sql;
}

/** Rules with columns of their own, for reading the records once for all of them. */
export function placedRules(rules: readonly NoiseRule[]): PlacedRule[] {
  return rules.map(({ name, match }, place) => {
    const of = (what: string) => id(`${what}_${place}`);
    const matches = of('matches');
    return {
      ...{ name, matches, column: sql`${matchesRule(match)} AS ${matches}` },
      ...{ records: of('records'), bytes: of('bytes'), peers: of('peers') },
    };
  });
}

/** The shape of {@link ServiceMatches}. */
export const serviceRow = v.object({ ...matchedRow.entries, service: v.nullable(v.string()) });

/** What a set-aside matched of one service of its provider. */
export type ServiceMatches = v.InferOutput<typeof serviceRow>;

/**
 * What each set-aside matches among the records to the Internet, a row for each service of its provider, null for
 * an unknown one; `asides` has (address, service, set_aside).
 */
export function setAsideMatches(asides: Sql, period: Sql): Query<ServiceMatches> {
  return {
    name: 'set-asides',
    sql: sql`SELECT asides.set_aside AS name, asides.service, count(*) AS records, coalesce(${sumOf(sql`bytes`)}, 0) AS bytes,
        count(DISTINCT dstaddr) AS peers
      FROM outbound_flows JOIN ${asides} AS asides ON asides.address = dstaddr
      WHERE asides.set_aside IS NOT NULL AND ${period}
      GROUP BY asides.set_aside, asides.service
      ORDER BY records DESC, name, asides.service NULLS LAST`,
    row: serviceRow,
  };
}

/** What a rule matches, in the words of its file. */
export function describeMatch(match: NoiseMatch): string {
  return Object.entries(match)
    .map(([key, values]) => `${key} ${(values as readonly (string | Range)[]).map(described).join(' or ')}`)
    .join(', ');
}

function described(value: string | Range): string {
  if (typeof value === 'string') return value;
  if (value.from === value.to) return String(value.from);
  if (value.from === null) return `at most ${value.to}`;
  if (value.to === null) return `at least ${value.from}`;
  return `${value.from} to ${value.to}`;
}

export interface NoiseRuleReport {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  /** What the rule matches, in words. */
  readonly matches: string;
  /** North/south records, bytes and peers that it matches, whether it is on or off. */
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
}

export interface SetAsideReport {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  /** Records to the Internet, their bytes and peers. */
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
  /** Services that the entry is narrowed to, and those that it leaves out. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** What is behind it, by service of the provider; null: not known. They add up to the counts above. */
  readonly services: readonly ServiceMatched[];
}

/** What a set-aside matched of one service of the provider. */
export interface ServiceMatched {
  /** As the provider's own list names it; null where no list knows the address. */
  readonly service: string | null;
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
}
