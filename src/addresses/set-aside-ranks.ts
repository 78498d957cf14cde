import { list, nothing, or, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Family } from './address.ts';
import { parseCidr } from './cidr.ts';
import { disjoint, rowsOf, type Segment, segmentRows } from './segments.ts';
import type { SetAside } from './set-asides.ts';

interface Ranked {
  readonly entry: SetAside;
  /** Place among the entries that are on. */
  readonly rank: number;
}

/** The entries that are narrowed to the same services, and those that are not narrowed at all. */
interface Layer {
  readonly entries: readonly Ranked[];
  readonly services: readonly string[];
  readonly exceptServices: readonly string[];
}

/** Set-asides that are on, as the joins and the column that find the first one that matches an address. */
export interface SetAsideRanks {
  /** Common table expressions, each with a comma behind it. */
  readonly tables: Sql;
  /** Relations (key, rank) of the addresses of one family that lie in ranges of entries, to be joined on `key`. */
  ranges(family: Family): { readonly name: string; readonly sql: Sql }[];
  /** The columns that `ranges` add to an address, NULL for an address that has none. */
  readonly rangeColumns: readonly string[];
  /** Joins on the columns asn and network of `l`, and the name of the first entry that matches. */
  readonly joins: Sql;
  readonly name: Sql;
}

/** How to find the set-aside of an address: the first entry that is on and matches counts it. */
export function setAsideRanks(setAsides: readonly SetAside[]): SetAsideRanks {
  const active = setAsides.filter((entry) => entry.on).map((entry, rank) => ({ entry, rank }));
  const layers = layersOf(active);
  const names = active.map(({ entry, rank }) => [rank, entry.name]);
  const withRanges = layers.map(({ entries }, index) => ({ index, segments: disjoint(rangesOf(entries)) }));
  const ranks = layers.map((layer, index) => {
    const rank = trusted(
      `least(aside_asn_${index}.rank, aside_network_${index}.rank, l.aside_range_${index})`,
    );
    const narrowed = narrowing(layer);
    return narrowed === undefined ? rank : sql`CASE WHEN ${narrowed} THEN ${rank} END`;
  });
  return {
    tables: list(
      [
        sql`aside_names AS (${rowsOf(['rank', 'name'], ['INTEGER', 'VARCHAR'], names)}), `,
        ...layers.map(
          ({ entries }, index) => sql`
            ${trusted(`aside_asns_${index}`)} AS (${asnRanks(entries)}),
            ${trusted(`aside_networks_${index}`)} AS (${networkRanks(entries)}), `,
        ),
      ],
      '',
    ),
    ranges: (family) =>
      withRanges
        .filter(({ segments }) => segments.some((segment) => segment.family === family))
        .map(({ index, segments }) => ({
          name: `aside_range_${index}`,
          sql: rangeMatches(segments, family),
        })),
    rangeColumns: layers.map((_, index) => `aside_range_${index}`),
    joins: sql`${list(
      layers.map((_, index) =>
        trusted(`
          LEFT JOIN aside_asns_${index} AS aside_asn_${index} ON aside_asn_${index}.asn = l.asn
          LEFT JOIN aside_networks_${index} AS aside_network_${index} ON aside_network_${index}.network = lower(l.network)`),
      ),
      '\n',
    )}
    ${layers.length === 0 ? nothing : sql`LEFT JOIN aside_names AS aside ON aside.rank = least(${list(ranks)})`}`,
    name: layers.length === 0 ? sql`CAST(NULL AS VARCHAR)` : sql`aside.name`,
  };
}

function layersOf(active: readonly Ranked[]): Layer[] {
  const layers = new Map<string, Layer>();
  for (const ranked of active) {
    const services = ranked.entry.services.map((name) => name.toLowerCase());
    const exceptServices = ranked.entry.exceptServices.map((name) => name.toLowerCase());
    const key = JSON.stringify([services, exceptServices]);
    const entries = [...(layers.get(key)?.entries ?? []), ranked];
    layers.set(key, { entries, services, exceptServices });
  }
  return [...layers.values()];
}

/** The condition on the service of an address; an unknown service is none of those that an entry names. */
function narrowing({ services, exceptServices }: Layer): Sql | undefined {
  if (services.length > 0) return sql`coalesce(lower(l.service) IN (${list(services)}), FALSE)`;
  if (exceptServices.length > 0) {
    return or(sql`l.service IS NULL`, sql`lower(l.service) NOT IN (${list(exceptServices)})`);
  }
  return undefined;
}

function rangeMatches(segments: readonly Segment<number>[], family: Family): Sql {
  const number = family === 4 ? 'UINTEGER' : 'UHUGEINT';
  const ranges = segmentRows(segments, family, 'rank', { number, type: 'INTEGER' });
  return sql`
    SELECT k.key, x.rank FROM ${trusted(`keys_${family}`)} AS k ASOF JOIN (${ranges}) AS x ON k.key >= x.first
    WHERE k.key <= x.last`;
}

// Each value has the rank of the first entry that lists it, so that a join multiplies no row.
function asnRanks(entries: readonly Ranked[]): Sql {
  const rows = entries.flatMap(({ entry, rank }) => entry.asns.map((asn) => [asn, rank]));
  return sql`SELECT asn, min(rank) AS rank FROM (${rowsOf(['asn', 'rank'], ['BIGINT', 'INTEGER'], rows)}) GROUP BY asn`;
}

function networkRanks(entries: readonly Ranked[]): Sql {
  const rows = entries.flatMap(({ entry, rank }) => entry.networks.map((network) => [network, rank]));
  const relation = rowsOf(['name', 'rank'], ['VARCHAR', 'INTEGER'], rows);
  return sql`SELECT lower(name) AS network, min(rank) AS rank FROM (${relation}) GROUP BY lower(name)`;
}

/** The later layer wins in `disjoint`, the earlier entry here. */
function rangesOf(entries: readonly Ranked[]): Segment<number>[] {
  return entries
    .flatMap(({ entry, rank }) => entry.cidrs.map((cidr) => ({ ...parseCidr(cidr), label: rank })))
    .reverse();
}
