import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { list, sql, trusted } from '../sql/sql.ts';
import { addressBits, type Family, formatAddress, parseAddress } from './address.ts';
import { labelRanges } from './label-data.ts';
import { type LabelColumn, type LabelSource, labelColumns } from './label-source.ts';
import type { LabelInputs } from './labels.ts';
import { askedLabels } from './lookup.ts';
import { leaders, staleDays, tierOf } from './precedence.ts';

/** What one source says of an address. */
export interface Statement {
  readonly source: string;
  readonly kind: LabelSource['kind'];
  readonly origin: LabelSource['origin'];
  /** The range that says it, as a CIDR or as first-last. */
  readonly range: string;
  /** How wide the range is that was listed: bits of the address that it leaves open. */
  readonly hostBits: number;
  readonly date: string | null;
  readonly fetched: string | null;
  readonly says: Readonly<Partial<Record<LabelColumn, string | number>>>;
}

/** A label of an address: its value, the source that it is from, and why that one. */
export interface LabelReason {
  readonly column: LabelColumn;
  readonly value: string | number;
  readonly source: string;
  readonly why: string;
}

/** An address with what each label source says of it, which of them each label is from, and why. */
export interface ExplainedAddress {
  readonly address: string;
  readonly scope: string | null;
  readonly labels: readonly LabelReason[];
  readonly statements: readonly Statement[];
}

const row = v.objectWithRest(
  { address: v.string(), scope: v.nullable(v.string()) },
  v.nullable(v.union([v.string(), v.number()])),
);

/** The labels of addresses with the index of the source of each (`<column>_source`), in the order given. */
export function explainedLabels(
  addresses: readonly string[],
  options: Pick<LabelInputs, 'scopes' | 'data'>,
): Query<v.InferOutput<typeof row>> {
  const columns = labelColumns.flatMap((column) => [trusted(`l.${column}`), trusted(`l.${column}_source`)]);
  return {
    name: 'explained labels',
    sql: askedLabels(addresses, list(columns), { ...options, withSources: true }),
    row,
  };
}

const statementRow = v.objectWithRest(
  { first: v.string(), last: v.string(), bits: v.number() },
  v.nullable(v.union([v.string(), v.number()])),
);

/** The range of a source that holds the address; no row where none does. */
export function statementQuery(
  source: LabelSource,
  address: string,
): Query<v.InferOutput<typeof statementRow>> {
  const { family, number } = parseAddress(address) ?? { family: 4 as Family, number: 0n };
  const ranges = labelRanges(source.file, ['bits', ...source.columns], family);
  const at = sql`CAST(${number.toString()} AS ${trusted(family === 4 ? 'UINTEGER' : 'UHUGEINT')})`;
  return {
    name: 'statement of a source',
    sql: sql`SELECT * REPLACE (CAST(first AS VARCHAR) AS first, CAST(last AS VARCHAR) AS last)
      FROM (${ranges}) WHERE first <= ${at} AND last >= ${at} ORDER BY first LIMIT 1`,
    row: statementRow,
  };
}

/** What a source says, from its range. */
export function statementOf(
  source: LabelSource,
  address: string,
  found: v.InferOutput<typeof statementRow>,
): Statement {
  const family = parseAddress(address)?.family ?? 4;
  const says = source.columns.flatMap((column) => {
    const value = found[column];
    return value === null || value === undefined ? [] : [[column, value] as const];
  });
  const { name, kind, origin, date, fetched } = source;
  const range = rangeText(family, BigInt(found.first), BigInt(found.last), found.bits, source.blocks);
  return {
    ...{ source: name, kind, origin, range, hostBits: found.bits, date, fetched },
    says: Object.fromEntries(says),
  };
}

/** A block as it was listed, whatever narrower ranges took of it; a range that is no block as what is left of it. */
function rangeText(family: Family, first: bigint, last: bigint, bits: number, blocks: boolean): string {
  const size = 1n << BigInt(bits);
  const start = first - (first % size);
  if ((blocks || last - first + 1n === size) && last < start + size && (blocks || start === first)) {
    return `${formatAddress(family, start)}/${addressBits(family) - bits}`;
  }
  return `${formatAddress(family, first)}-${formatAddress(family, last)}`;
}

/** Why each label is what it is, from the labels with their sources and what every source says. */
export function reasonsOf(
  labels: v.InferOutput<typeof row>,
  statements: readonly (Statement | undefined)[],
  sources: readonly LabelSource[],
): LabelReason[] {
  return labelColumns.flatMap((column): LabelReason[] => {
    const value = labels[column];
    if (value === null || value === undefined) return [];
    const index = labels[`${column}_source`];
    const winner = typeof index === 'number' ? statements[index] : undefined;
    if (winner === undefined) {
      return [{ column, value, source: 'AS number', why: `AS${labels['asn']} is one of ${value}'s own` }];
    }
    const others = statements.filter(
      (other) => other !== undefined && other !== winner && other.says[column] !== undefined,
    ) as Statement[];
    const reasons = others.map((other) => reasonAgainst(winner, other, column, labels, sources));
    const why = reasons.length === 0 ? 'no other source says one' : [...new Set(reasons)].join('; ');
    return [{ column, value, source: winner.source, why }];
  });
}

function reasonAgainst(
  winner: Statement,
  other: Statement,
  column: LabelColumn,
  labels: v.InferOutput<typeof row>,
  sources: readonly LabelSource[],
): string {
  const leader = leaders[column];
  const theirs = leader === undefined ? undefined : other.says[leader];
  if (leader !== undefined && theirs !== undefined && theirs !== labels[leader]) {
    return `${other.source} says it of the ${leader} ${theirs}`;
  }
  const [mine, its] = [winner, other].map(({ source }) => tierOf(sources, source, column));
  if (mine !== undefined && its !== undefined && mine !== its) {
    const isStale = Math.floor(mine / 2) === Math.floor(its / 2);
    return isStale
      ? `${other.source} is more than ${staleDays} days older than the freshest`
      : `${other.source} is made for something else`;
  }
  if (winner.hostBits < other.hostBits) return `its range is narrower than that of ${other.source}`;
  return winner.date === other.date && winner.fetched === other.fetched
    ? `as narrow and as fresh as ${other.source}, whose name comes later`
    : `as narrow as ${other.source}, and fresher`;
}
