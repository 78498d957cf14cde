import { and, id, list, nothing, or, type Sql, sql, trusted } from '../sql/sql.ts';
import { columnOf, columnType, defaultFormat, type FieldKind, fields } from './fields.ts';
import type { Layout, LayoutField } from './layout.ts';

/** Columns that every Parquet file of records has, in this order; a layout's other fields follow them. */
export const baseColumns: readonly string[] = [...defaultFormat.map(columnOf), 'region'];

const kinds = new Map<string, FieldKind>(fields.map((field) => [columnOf(field.name), field.kind]));

/** What a column holds; text for the columns of undocumented fields. */
export function kindOf(column: string): FieldKind {
  return kinds.get(column) ?? 'text';
}

/** The columns of records of this layout: the base columns, then what else the layout has. */
export function columnsOf(layout: Layout): readonly string[] {
  const more = layout.fields
    .map((field) => field.column)
    .filter((column) => column !== '' && !baseColumns.includes(column));
  return [...baseColumns, ...more];
}

export interface RecordSource {
  readonly layout: Layout;
  /** The text at a position of the line, NULL where the line has `-`. */
  readonly textAt: (index: number) => Sql;
  /** A relation with the columns that `textAt` names, and `file_id`, `path_account`, `path_region`. */
  readonly from: Sql;
  /** Columns of `from` that the result carries on, as the line number. */
  readonly carry?: readonly string[];
  /** A condition on `from` under which a row is no record whatever its fields say, with the reason. */
  readonly broken?: Sql;
}

/**
 * A SELECT that turns texts into records: typed columns, `record_hash`, `file_id`, and `fault`, which is NULL
 * for a record and otherwise says in words why the row is none.
 *
 * The checks: whole numbers are written canonically (TRY_CAST alone would read 1.5 as 2); log-status and
 * action have their known values; a record with data has its addresses, ports, protocol, packets and bytes
 * where its layout has the fields. Whether an address is one is checked by the caller on distinct addresses.
 */
export function recordSelect(source: RecordSource): Sql {
  const present = source.layout.fields
    .map((field, index) => ({ field, index }))
    .filter(({ field }) => field.column !== '');
  const has = new Map(present.map(({ field }) => [field.column, field]));
  const carry = (source.carry ?? []).map(id);
  const texts = present.map(({ field, index }) => sql`${source.textAt(index)} AS ${textOf(field.column)}`);
  const typed = present.map(({ field }) => sql`${typedValue(field)} AS ${id(field.column)}`);
  const broken = source.broken ?? sql`CAST(NULL AS VARCHAR)`;

  return sql`
  SELECT ${list(columnsOf(source.layout).map((column) => stored(column, has)))},
    ${hash(has)} AS record_hash,
    file_id,
    ${fault(has)} AS fault${list(['', ...carry].map((column, index) => (index === 0 ? nothing : (column as Sql))))}
  FROM (
    SELECT *, ${list(typed)}
    FROM (
      SELECT file_id, path_account, path_region, ${broken} AS broken, ${list([...carry, ...texts])}
      FROM ${source.from}
    )
  )`;
}

/** The content by which two records are the same; account and region can come from the path, so not these. */
export function identityColumns(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => column !== 'account_id' && column !== 'region');
}

/**
 * The hash of stored columns, for records whose stored hash another version of DuckDB made. It differs from
 * `record_hash` for records whose account or region came from the path.
 */
export function hashOfStored(columns: readonly string[]): Sql {
  return hashOf(new Set(columns));
}

function hash(has: ReadonlyMap<string, LayoutField>): Sql {
  return hashOf(new Set(has.keys()));
}

/**
 * A 63-bit hash of what the record itself says, the same for every order of its fields; a field that is absent
 * and one that is `-` count alike. Equal hashes are only a hint: duplicates are compared field by field.
 */
function hashOf(has: ReadonlySet<string>): Sql {
  const own = defaultFormat.map(columnOf).map((column) => (has.has(column) ? ownValue(column) : sql`NULL`));
  const more = [...has].filter((column) => !defaultFormat.map(columnOf).includes(column)).sort();
  const base = sql`hash(${list(own)})`;
  const mixed = more.reduce(
    (sum, column) =>
      sql`xor(${sum}, CASE WHEN ${ownValue(column)} IS NULL THEN 0 ELSE hash(${column}, ${ownValue(column)}) END)`,
    base,
  );
  return sql`CAST((${mixed}) >> 1 AS BIGINT)`;
}

function ownValue(column: string): Sql {
  return id(column);
}

function stored(column: string, has: ReadonlyMap<string, LayoutField>): Sql {
  if (column === 'account_id' || column === 'region') {
    const path = column === 'region' ? trusted('path_region') : trusted('path_account');
    return has.has(column)
      ? sql`coalesce(${id(column)}, ${path}) AS ${id(column)}`
      : sql`${path} AS ${id(column)}`;
  }
  if (has.has(column)) return id(column);
  return sql`CAST(NULL AS ${trusted(columnType(kindOf(column)))}) AS ${id(column)}`;
}

function textOf(column: string): Sql {
  return id(`text ${column}`);
}

function typedValue(field: LayoutField): Sql {
  const text = textOf(field.column);
  switch (kindOf(field.column)) {
    case 'port':
      return sql`CAST(TRY_CAST(${text} AS USMALLINT) AS INTEGER)`;
    case 'protocol':
      return sql`CAST(TRY_CAST(${text} AS UTINYINT) AS INTEGER)`;
    case 'number':
      return sql`TRY_CAST(${text} AS INTEGER)`;
    case 'count':
      return sql`TRY_CAST(${text} AS BIGINT)`;
    case 'time': {
      const seconds = sql`TRY_CAST(${text} AS BIGINT)`;
      // Some exporters write milliseconds; 99,999,999,999 seconds is the year 5138.
      return sql`CASE WHEN ${seconds} > 99999999999 THEN ${seconds} // 1000 ELSE ${seconds} END`;
    }
    default:
      return text;
  }
}

const ranges: Partial<Record<FieldKind, string>> = {
  port: 'a whole number from 0 to 65535',
  protocol: 'a whole number from 0 to 255',
  number: 'a whole number from 0 to 2147483647',
  count: 'a whole number from 0 to 9223372036854775807',
  time: 'a time in whole Unix seconds or milliseconds',
};

/** Why a row is no record, or NULL. The first reason found is told. */
function fault(has: ReadonlyMap<string, LayoutField>): Sql {
  const reasons: Sql[] = [sql`WHEN broken IS NOT NULL THEN broken`];
  const tell = (column: string, rule: string) =>
    sql`${`${has.get(column)?.name ?? column}: `} || coalesce(${quoted(textOf(column))}, '-') || ${` is not ${rule}`}`;

  for (const [column, each] of has) {
    const rule = ranges[kindOf(column)];
    if (rule === undefined) continue;
    reasons.push(sql`WHEN ${misread(each)} THEN ${tell(column, rule)}`);
  }
  if (has.has('log_status')) {
    const known = sql`${textOf('log_status')} IN ('OK', 'NODATA', 'SKIPDATA')`;
    reasons.push(sql`WHEN (${known}) IS NOT TRUE THEN ${tell('log_status', 'OK, NODATA or SKIPDATA')}`);
  }
  const withData = has.has('log_status') ? sql`${textOf('log_status')} = 'OK'` : sql`TRUE`;
  if (has.has('action')) {
    const known = sql`${textOf('action')} IN ('ACCEPT', 'REJECT')`;
    const unknown = and(or(sql`(${known}) IS NOT TRUE`), or(withData, sql`${textOf('action')} IS NOT NULL`));
    reasons.push(sql`WHEN ${unknown} THEN ${tell('action', 'ACCEPT or REJECT')}`);
  }
  for (const column of ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes']) {
    if (!has.has(column)) continue;
    const missing = and(withData, sql`${textOf(column)} IS NULL`, excuse(column, has));
    reasons.push(sql`WHEN ${missing} THEN ${`${has.get(column)?.name}: '-' in a record with data`}`);
  }
  return sql`CASE ${list(reasons, '\n      ')} END`;
}

/** A record that may lack a field although it has data: no bytes in rejects of VPC BPA, no ports in EFA traffic. */
function excuse(column: string, has: ReadonlyMap<string, LayoutField>): Sql | undefined {
  if (column === 'bytes' && has.has('action')) return sql`${textOf('action')} <> 'REJECT'`;
  if (column.endsWith('port') && has.has('type')) return sql`coalesce(${textOf('type')}, '') <> 'EFA'`;
  return undefined;
}

/** True where a text is there and is not the canonical writing of a number that fits. */
function misread(field: LayoutField): Sql {
  const text = textOf(field.column);
  const value = kindOf(field.column) === 'time' ? sql`TRY_CAST(${text} AS BIGINT)` : id(field.column);
  return sql`CAST(${value} AS VARCHAR) IS DISTINCT FROM ${text} OR ${value} < 0`;
}

/** Foreign text inside a reason, short and in quotes. */
function quoted(text: Sql): Sql {
  return sql`'''' || CASE WHEN length(${text}) > 40 THEN left(${text}, 40) || '...' ELSE ${text} END || ''''`;
}
