/** What a source of labels may say of a range, in the order of the columns of `addresses`. */
export const labelColumns = ['asn', 'network', 'country', 'city', 'provider', 'service', 'region'] as const;

export type LabelColumn = (typeof labelColumns)[number];

/** The SQL type of a label. */
export function labelType(column: LabelColumn): 'BIGINT' | 'VARCHAR' {
  return column === 'asn' ? 'BIGINT' : 'VARCHAR';
}

/** What a source is about: tables of the whole Internet (AS, country, city), or the ranges of one provider. */
export const labelKinds = ['asn', 'country', 'city', 'provider'] as const;

export type LabelKind = (typeof labelKinds)[number];

/** A source of labels: what it holds, how old it is, where it came from, whom to thank. */
export interface LabelSource {
  readonly name: string;
  readonly kind: LabelKind;
  readonly columns: readonly LabelColumn[];
  /** Path of the Parquet file with its disjoint ranges. */
  readonly file: string;
  readonly holds: string;
  /** Day of its data as YYYY-MM-DD; null where nothing tells. */
  readonly date: string | null;
  /** When it was last seen to be what its publisher says, as an ISO time; null for what ships or was added. */
  readonly fetched: string | null;
  readonly ranges: number;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly origin: 'shipped' | 'downloaded' | 'added';
  /** The package, URL or file that it came from. */
  readonly from: string;
  /** SHA-256 of the data. */
  readonly hash: string;
  /** Every range is a block in CIDR notation. */
  readonly blocks: boolean;
}

/** The sources that are in use. */
export interface LabelData {
  readonly sources: readonly LabelSource[];
}

/** The day on which a source was last known to be true: a list that its publisher still serves is not old. */
export function freshnessOf({
  date,
  fetched,
  origin,
}: Pick<LabelSource, 'date' | 'fetched' | 'origin'>): string {
  const served = origin === 'downloaded' ? (fetched?.slice(0, 10) ?? '') : '';
  return [date ?? '', served].sort().at(-1) ?? '';
}
