import { type LabelColumn, labelColumns } from '../addresses/label-source.ts';
import { addressNumbers } from '../addresses/number.ts';
import { list, literal, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Field } from './list-text.ts';

/** How a list of ranges is written down. */
export interface ListShape {
  readonly delimiter: ',' | '\t' | ';';
  /** Lines before the first range. */
  readonly skip: number;
  /** What stands in each field of a line; null: nothing of ours. */
  readonly fields: readonly (Field | null)[];
  /** The ends of ranges are whole numbers. */
  readonly numeric: boolean;
}

/**
 * The lines of a list as (family, first, last UHUGEINT, and the labels): NULL family for a line that names no range.
 * Texts are trimmed, cut to 200 characters, and placeholders are NULL.
 */
export function rangesOf(path: string, shape: ListShape): Sql {
  const columns = shape.fields.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  // In tab-separated lists a quote is a letter.
  const quote = shape.delimiter === '\t' ? '' : '"';
  const lines = sql`read_csv(${trusted(literal(path))}, auto_detect = false, header = false, skip = ${trusted(String(shape.skip))},
    delim = ${trusted(literal(shape.delimiter))}, quote = ${trusted(literal(quote))}, escape = ${trusted(literal(quote))},
    null_padding = true, parallel = false, hive_partitioning = false, columns = {${trusted(columns)}})`;
  const at = (field: Field): Sql | undefined => {
    const index = shape.fields.indexOf(field);
    return index < 0 ? undefined : trusted(`c${index}`);
  };
  const labels = list(
    labelColumns.map((column) => sql`${labelOf(column, at(column))} AS ${trusted(column)}`),
  );
  const source = sql`SELECT *, ${endsOf(at)} FROM ${lines} WHERE c0 IS NOT NULL AND NOT starts_with(c0, '#')`;
  return sql`
    WITH source AS ${trusted(shape.numeric ? 'NOT MATERIALIZED' : 'MATERIALIZED')} (${source}),
      ranges AS (${shape.numeric ? numericRanges() : textRanges()})
    SELECT CASE WHEN ${isRange} THEN family END AS family, range_first AS first, range_last AS last, ${labels} FROM ranges`;
}

const isRange = trusted(
  'family IS NOT NULL AND range_first IS NOT NULL AND range_last IS NOT NULL AND range_first <= range_last',
);

function endsOf(at: (field: Field) => Sql | undefined): Sql {
  const cidr = at('cidr');
  const text = (field: Sql | undefined) => (field === undefined ? trusted('NULL') : sql`trim(${field})`);
  return cidr === undefined
    ? sql`${text(at('first'))} AS first_text, ${text(at('last'))} AS last_text, CAST(NULL AS INTEGER) AS prefix`
    : sql`split_part(trim(${cidr}), '/', 1) AS first_text, CAST(NULL AS VARCHAR) AS last_text,
        CASE WHEN regexp_full_match(trim(${cidr}), '[^/]+/[0-9]{1,3}') THEN CAST(split_part(trim(${cidr}), '/', 2) AS INTEGER)
          WHEN contains(${cidr}, '/') THEN -1 END AS prefix`;
}

/** A number below 2^32 is of IPv4: IPv6 addresses that small are not of the Internet. */
function numericRanges(): Sql {
  const number = (text: string) =>
    trusted(`CASE WHEN regexp_full_match(${text}, '[0-9]{1,39}') THEN TRY_CAST(${text} AS UHUGEINT) END`);
  return sql`
    SELECT *, CASE WHEN range_last < 4294967296 THEN 4 ELSE 6 END AS family
    FROM (SELECT *, ${number('first_text')} AS range_first, ${number('last_text')} AS range_last FROM source)`;
}

function textRanges(): Sql {
  const texts = sql`(SELECT DISTINCT address FROM (
    SELECT first_text AS address FROM source UNION ALL SELECT last_text FROM source) WHERE address IS NOT NULL)`;
  return sql`
    SELECT s.*, f.family,
      f.number - CASE WHEN f.size IS NULL THEN 0 ELSE f.number % f.size END AS range_first,
      CASE WHEN s.last_text IS NOT NULL THEN CASE WHEN l.family = f.family THEN l.number END
        WHEN s.prefix IS NULL THEN f.number
        ELSE f.number - f.number % f.size + (f.size - 1) END AS range_last
    FROM source AS s
    LEFT JOIN (
      SELECT n.*, p.prefix, CASE WHEN p.prefix BETWEEN 1 AND CASE n.family WHEN 4 THEN 32 ELSE 128 END
        THEN CAST(1 AS UHUGEINT) << CAST(CASE n.family WHEN 4 THEN 32 ELSE 128 END - p.prefix AS UHUGEINT) END AS size
      FROM (${addressNumbers(texts)}) AS n
      JOIN (SELECT DISTINCT first_text, prefix FROM source) AS p ON p.first_text = n.address
    ) AS f ON f.address = s.first_text AND f.prefix IS NOT DISTINCT FROM s.prefix
    LEFT JOIN (${addressNumbers(texts)}) AS l ON l.address = s.last_text`;
}

const placeholders = trusted(`('', '-', 'n/a', 'none', 'null', 'unknown', 'not routed')`);

function labelOf(column: LabelColumn, field: Sql | undefined): Sql {
  if (field === undefined) return trusted(`CAST(NULL AS ${column === 'asn' ? 'BIGINT' : 'VARCHAR'})`);
  if (column === 'asn') {
    const digits = sql`regexp_extract(trim(${field}), '^(?i:as)?([0-9]{1,10})$', 1)`;
    return sql`CASE WHEN TRY_CAST(${digits} AS BIGINT) BETWEEN 1 AND 4294967295 THEN TRY_CAST(${digits} AS BIGINT) END`;
  }
  const text = sql`left(trim(regexp_replace(${field}, '[[:cntrl:]]+', ' ', 'g')), 200)`;
  if (column === 'country') {
    return sql`CASE WHEN regexp_full_match(upper(${text}), '[A-Z]{2}') AND upper(${text}) NOT IN ('ZZ', 'XX') THEN upper(${text}) END`;
  }
  return sql`CASE WHEN lower(${text}) NOT IN ${placeholders} THEN ${text} END`;
}
