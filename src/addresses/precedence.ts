import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import {
  freshnessOf,
  type LabelColumn,
  type LabelData,
  type LabelKind,
  type LabelSource,
  labelColumns,
} from './label-source.ts';

// Which source speaks for an address, column by column:
//
// 1. A source that is meant for the column comes before one that has it by the way. An AS table has the country in
//    which the owner of the network is registered, which is not where the address is: country and city tables and the
//    providers' own lists are meant for country and city. Provider, service and region are the providers' to say.
// 2. A source more than `staleDays` older than the freshest of those fills gaps only.
// 3. The narrower range, by the length of its prefix: the range as it was listed, not what others left of it.
// 4. The fresher source, then the name.
//
// Columns that only make sense together do not contradict each other: network follows asn, city follows country,
// service and region follow provider. Such a column is taken from sources that name the same leader, or none.

/** A table this much older than the freshest of its kind fills gaps only. */
export const staleDays = 90;

const meantFor: Readonly<Record<LabelColumn, readonly LabelKind[]>> = {
  asn: ['asn', 'country', 'city'],
  network: ['asn', 'country', 'city'],
  country: ['country', 'city', 'provider'],
  city: ['country', 'city', 'provider'],
  provider: ['provider'],
  service: ['provider'],
  region: ['provider'],
};

/** The column that another one must not contradict. */
export const leaders: Partial<Record<LabelColumn, LabelColumn>> = {
  network: 'asn',
  city: 'country',
  service: 'provider',
  region: 'provider',
};

/** The columns that others follow. */
const leading: readonly LabelColumn[] = ['asn', 'country', 'provider'];

/** A source with its place for one column. */
interface Candidate {
  readonly source: LabelSource;
  /** Index of the source among all: its match is the relation `m0`, `m1`, ... */
  readonly index: number;
  /** 0 and 1: meant for the column, fresh and stale; 2 and 3: has it by the way. The lower wins. */
  readonly tier: number;
}

/** The sources that have the column, the freshest first. */
function candidatesFor(sources: readonly LabelSource[], column: LabelColumn): Candidate[] {
  const having = sources
    .map((source, index) => ({ source, index, byTheWay: !meantFor[column].includes(source.kind) }))
    .filter(({ source }) => source.columns.includes(column));
  const freshest = (byTheWay: boolean) =>
    having
      .filter((one) => one.byTheWay === byTheWay)
      .map(({ source }) => freshnessOf(source))
      .sort()
      .at(-1) ?? '';
  return having
    .map(({ source, index, byTheWay }) => ({
      ...{ source, index },
      tier: (byTheWay ? 2 : 0) + (isStale(freshnessOf(source), freshest(byTheWay)) ? 1 : 0),
    }))
    .sort(
      (a, b) =>
        -compare(freshnessOf(a.source), freshnessOf(b.source)) || compare(a.source.name, b.source.name),
    );
}

function isStale(day: string, freshest: string): boolean {
  if (day === '' || freshest === '') return day !== freshest;
  return Date.parse(freshest) - Date.parse(day) > staleDays * 86_400_000;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The labels of addresses from what each source says: `from` is a FROM clause in which source number i is the
 * relation `m<i>` with its columns and `bits`, and `kept` are the other columns to keep. The answer has, for every
 * column, its value, NULL where nobody knows, and in `<column>_source` the index of the source that said it.
 */
export function chosenLabels(sources: readonly LabelSource[], kept: Sql, from: Sql): Sql {
  const followers = (Object.keys(leaders) as LabelColumn[]).filter((column) => leaders[column] !== undefined);
  const winners = leading.map((column) => sql`${winnerOf(sources, column)} AS ${trusted(column)}_source`);
  const led = leading.map((column) => sql`${labelOf(sources, column)} AS ${trusted(column)}`);
  const following = followers.map((column) => sql`${winnerOf(sources, column)} AS ${trusted(column)}_source`);
  const followed = followers.map((column) => sql`${labelOf(sources, column)} AS ${trusted(column)}`);
  const said = sources.flatMap(({ columns }, index) => [
    ...columns.map((column) => trusted(`m${index}.${column} AS ${saidBy(index, column)}`)),
    trusted(`m${index}.bits AS ${saidBy(index, 'bits')}`),
  ]);
  return sql`
    SELECT *, ${list(followed)} FROM (
      SELECT *, ${list(following)} FROM (
        SELECT *, ${list(led)} FROM (
          SELECT *, ${list(winners)} FROM (SELECT ${list([kept, ...said])} FROM ${from}) AS said
        ) AS won
      ) AS led
    ) AS followed`;
}

/** The name of what a source said. */
function saidBy(index: number, column: LabelColumn | 'bits'): string {
  return `said_${index}_${column}`;
}

/** Index of the source that speaks for the column; NULL where none does. */
function winnerOf(sources: readonly LabelSource[], column: LabelColumn): Sql {
  const candidates = candidatesFor(sources, column);
  if (candidates.length === 0) return sql`CAST(NULL AS INTEGER)`;
  const leader = leaders[column];
  const scores = candidates.map(({ source, index, tier }, rank) => {
    const value = saidBy(index, column);
    const agrees =
      leader === undefined || !source.columns.includes(leader)
        ? ''
        : ` AND (${saidBy(index, leader)} IS NULL OR ${saidBy(index, leader)} = ${leader})`;
    const score = `(${tier * 129} + CAST(${saidBy(index, 'bits')} AS INTEGER)) * ${candidates.length} + ${rank}`;
    return trusted(`CASE WHEN ${value} IS NOT NULL${agrees} THEN ${score} END`);
  });
  const best = sql`least(${list(scores)}) % ${trusted(String(candidates.length))}`;
  const cases = candidates.map(({ index }, rank) => trusted(`WHEN ${rank} THEN ${index}`));
  return sql`CASE ${best} ${list(cases, ' ')} END`;
}

function labelOf(sources: readonly LabelSource[], column: LabelColumn): Sql {
  const cases = sources.flatMap(({ columns }, index) =>
    columns.includes(column) ? [trusted(`WHEN ${index} THEN ${saidBy(index, column)}`)] : [],
  );
  if (cases.length === 0) return trusted(`CAST(NULL AS ${column === 'asn' ? 'BIGINT' : 'VARCHAR'})`);
  return sql`CASE ${trusted(column)}_source ${list(cases, ' ')} END`;
}

/** How a source ranks for a column before widths are compared: 0 and 1 are meant for it, fresh and stale, 2 and 3 are not. */
export function tierOf(
  sources: readonly LabelSource[],
  name: string,
  column: LabelColumn,
): number | undefined {
  return candidatesFor(sources, column).find(({ source }) => source.name === name)?.tier;
}

/**
 * What labels depend on, for the names of results that are kept: what the sources say, and how they rank. The day on
 * which a list was found unchanged is no part of it where it changes no rank.
 */
export function identityOfLabels({ sources }: LabelData): readonly unknown[] {
  return [
    sources.map(({ name, kind, columns, hash }) => [name, kind, columns, hash]),
    labelColumns.map((column) =>
      candidatesFor(sources, column).map(({ source, tier }) => [source.name, tier]),
    ),
  ];
}
