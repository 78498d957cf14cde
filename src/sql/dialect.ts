import { type DialectName, list, type Sql, type SqlValue, spelled, sql, trusted } from './sql.ts';

type Piece = Sql | SqlValue;

/**
 * What engines spell differently and no spelling exists that all of them read. Everything else in traffic/ and detect/
 * is written so that DuckDB and Trino read the same text.
 */
interface Dialect {
  /** Whole numbers divided, without the rest. */
  wholes(a: Piece, b: Piece): Sql;
  /** The sum of whole numbers, wide enough for any of them. */
  sumOf(value: Sql): Sql;
  /** The value at a share of the ordered values, between two of them where it falls there. */
  quantile(value: Sql, share: number): Sql;
  /** The value that has at least a share of the ordered values at or below it: one of them. */
  member(value: Sql, share: number): Sql;
  /** The least and the greatest of those that are not NULL; NULL where all are. */
  leastOf(values: readonly Piece[]): Sql;
  greatestOf(values: readonly Piece[]): Sql;
  bitAnd(a: Piece, b: Piece): Sql;
  /** How many bits of a whole number of 64 are set. */
  bitCount(value: Piece): Sql;
  /** A whole number times two to the power of another. */
  shifted(value: Piece, bits: Piece): Sql;
  /** All bits that are set in any of the values of a group. */
  bitsOf(value: Sql): Sql;
  /** The whole numbers from the one to the other, as a list: UNNEST makes rows of it. */
  series(from: Piece, to: Piece): Sql;
  /** The first values of an array, as many as that. */
  firstOf(array: Sql, count: number): Sql;
  /** Values as one array of texts, whatever there are. */
  texts(values: readonly string[]): Sql;
}

const dialects: Readonly<Record<DialectName, Dialect>> = {
  duckdb: {
    wholes: (a, b) => sql`(${a} // ${b})`,
    sumOf: (value) => sql`sum(${value})`,
    quantile: (value, share) => sql`quantile_cont(${value}, ${exact(share)})`,
    member: (value, share) => sql`quantile_disc(${value}, ${exact(share)})`,
    leastOf: (values) => sql`least(${list(values)})`,
    greatestOf: (values) => sql`greatest(${list(values)})`,
    bitAnd: (a, b) => sql`(${a} & ${b})`,
    bitCount: (value) => sql`bit_count(${value})`,
    shifted: (value, bits) => sql`(CAST(${value} AS BIGINT) << ${bits})`,
    bitsOf: (value) => sql`bit_or(${value})`,
    series: (from, to) => sql`generate_series(${from}, ${to})`,
    firstOf: (array, count) => sql`array_slice(${array}, 1, ${count})`,
    texts: (values) => sql`CAST([${list(values)}] AS VARCHAR[])`,
  },
  trino: {
    wholes: (a, b) => sql`(${a} / ${b})`,
    // Its sum of BIGINT is one, and fails where it does not fit.
    sumOf: (value) => sql`sum(CAST(${value} AS DECIMAL(38, 0)))`,
    quantile: quantileOfArray,
    member: (value, share) => sql`transform(
      ARRAY[array_sort(array_agg(${value}) FILTER (WHERE ${value} IS NOT NULL))],
      a -> element_at(a, greatest(1, CAST(ceil(cardinality(a) * ${exact(share)}) AS INTEGER))))[1]`,
    // Its own are NULL where any is.
    leastOf: (values) => sql`array_min(filter(ARRAY[${list(values)}], x -> x IS NOT NULL))`,
    greatestOf: (values) => sql`array_max(filter(ARRAY[${list(values)}], x -> x IS NOT NULL))`,
    bitAnd: (a, b) => sql`bitwise_and(${a}, ${b})`,
    bitCount: (value) => sql`bit_count(${value}, 64)`,
    shifted: (value, bits) => sql`bitwise_left_shift(CAST(${value} AS BIGINT), CAST(${bits} AS INTEGER))`,
    bitsOf: (value) => sql`bitwise_or_agg(${value})`,
    series: (from, to) => sql`sequence(${from}, ${to})`,
    firstOf: (array, count) => sql`slice(${array}, 1, ${count})`,
    texts: (values) => sql`CAST(ARRAY[${list(values)}] AS ARRAY(VARCHAR))`,
  },
};

/** As text, so that it is a literal and no parameter: functions of the array ask for a constant. */
function exact(share: number): Sql {
  return trusted(`${share}e0`);
}

/** Trino has no exact quantile of its own: approx_percentile says 5 of (0, 10) for 0.5. */
function quantileOfArray(value: Sql, share: number): Sql {
  const place = sql`(cardinality(a) - 1) * ${exact(share)}`;
  const low = sql`element_at(a, CAST(floor(${place}) AS INTEGER) + 1)`;
  const high = sql`element_at(a, least(cardinality(a), CAST(floor(${place}) AS INTEGER) + 2))`;
  return sql`transform(
    ARRAY[array_sort(array_agg(CAST(${value} AS DOUBLE)) FILTER (WHERE ${value} IS NOT NULL))],
    a -> ${low} + (${place} - floor(${place})) * (${high} - ${low}))[1]`;
}

/** Of whole numbers: the quotient without the rest. */
export const wholes = (a: Piece, b: Piece) => spelled((name) => dialects[name].wholes(a, b));
/** The sum of whole numbers, wide enough for any of them. */
export const sumOf = (value: Sql) => spelled((name) => dialects[name].sumOf(value));
/** The value at a share (0 to 1) of the ordered values of a group; no FILTER may follow: filter with CASE. */
export const quantile = (value: Sql, share: number) =>
  spelled((name) => dialects[name].quantile(value, share));
/** The value of a group that has at least a share (0 to 1) of the ordered values at or below it. */
export const member = (value: Sql, share: number) => spelled((name) => dialects[name].member(value, share));
/** The least of those that are not NULL; where none can be, `least` is the same everywhere. */
export const leastOf = (...values: readonly Piece[]) => spelled((name) => dialects[name].leastOf(values));
/** The greatest of those that are not NULL; where none can be, `greatest` is the same everywhere. */
export const greatestOf = (...values: readonly Piece[]) =>
  spelled((name) => dialects[name].greatestOf(values));
/** The bits that both whole numbers have. */
export const bitAnd = (a: Piece, b: Piece) => spelled((name) => dialects[name].bitAnd(a, b));
/** How many bits of a whole number of 64 are set. */
export const bitCount = (value: Piece) => spelled((name) => dialects[name].bitCount(value));
/** A whole number times two to the power of another. */
export const shifted = (value: Piece, bits: Piece) => spelled((name) => dialects[name].shifted(value, bits));
/** All bits that are set in any of the values of a group. */
export const bitsOf = (value: Sql) => spelled((name) => dialects[name].bitsOf(value));
/** The whole numbers from the one to the other, for `CROSS JOIN UNNEST(…) AS t(name)`. */
export const series = (from: Piece, to: Piece) => spelled((name) => dialects[name].series(from, to));
/** The first values of an array, as many as that. */
export const firstOf = (array: Sql, count: number) => spelled((name) => dialects[name].firstOf(array, count));
/** The texts as a query of one column, `text`, also where there is none. */
export const texts = (values: readonly string[]) =>
  sql`SELECT t.text FROM UNNEST(${spelled((name) => dialects[name].texts(values))}) AS t(text)`;
