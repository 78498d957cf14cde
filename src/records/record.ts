import { and, id, list, or, type Sql, sql, trusted } from '../sql/sql.ts';
import { columnOf, columnType, defaultFormat, type FieldKind, fields } from './fields.ts';
import { recordHash } from './identity.ts';
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
}

/**
 * A SELECT that turns texts into records: typed columns, `record_hash`, `file_id`, and `fault`, which is NULL
 * for a record and otherwise says in words why the row is none. `from` has `line`, `raw` and `broken` too: the
 * first two are carried on, the third is a fault found before.
 *
 * The checks: whole numbers are written canonically (TRY_CAST alone would read 1.5 as 2); log-status and
 * action have their known values; a record with data has its addresses, ports, protocol, packets and bytes
 * where its layout has the fields. Whether an address is one is checked by the caller on distinct addresses.
 */
export function judgedRecords(source: RecordSource): Sql {
  const has = fieldsOf(source.layout);
  return sql`
  SELECT ${stored(source.layout, has)}, ${recordHash(new Set(has.keys()), storedValue)} AS record_hash, file_id, line, raw,
    ${fault(has)} AS fault
  FROM (${typed(source, has)})`;
}

/** Rows whose numbers are read already, and were written canonically. */
export interface ReadSource {
  readonly layout: Layout;
  /** The value at a position of the line, NULL where the line has `-`. */
  readonly valueAt: (index: number) => Sql;
  /** A relation with the columns that `valueAt` names, and `file_id`, `path_account`, `path_region`. */
  readonly from: Sql;
}

/** The records among rows whose numbers are read already: those that pass every check of {@link judgedRecords}. */
export function goodRecords({ layout, valueAt, from }: ReadSource): Sql {
  const has = fieldsOf(layout);
  const values = layout.fields.flatMap(({ column }, index) =>
    column === ''
      ? []
      : [sql`CAST(${valueAt(index)} AS ${trusted(columnType(kindOf(column)))}) AS ${id(column)}`],
  );
  const holds = ({ broken }: Rule) => sql`(${broken}) IS NOT TRUE`;
  const checks = presence(has, id).map(holds);
  return sql`
  SELECT ${stored(layout, has)}, ${recordHash(new Set(has.keys()), storedValue)} AS record_hash, file_id
  FROM (SELECT file_id, path_account, path_region, ${list(values)} FROM ${from})
  WHERE ${and(or(isPlain(has), and(...checks)), ...times(has, id).map(holds))}`;
}

/** What nearly every record with data fulfils, and cheap to ask: only the other rows are asked the rules one by one. */
function isPlain(has: ReadonlyMap<string, LayoutField>): Sql {
  const present = needed.filter((column) => has.has(column)).map((column) => sql`${id(column)} IS NOT NULL`);
  return and(
    ...present,
    has.has('log_status') ? sql`log_status = 'OK'` : undefined,
    has.has('action') ? sql`action IN ('ACCEPT', 'REJECT')` : undefined,
  );
}

function fieldsOf(layout: Layout): ReadonlyMap<string, LayoutField> {
  return new Map(layout.fields.filter(({ column }) => column !== '').map((field) => [field.column, field]));
}

/** The texts under names of their own, and beside them their typed values. */
function typed(source: RecordSource, has: ReadonlyMap<string, LayoutField>): Sql {
  const { fields } = source.layout;
  const texts = fields.flatMap((field, index) =>
    field.column === '' ? [] : [sql`${source.textAt(index)} AS ${textOf(field.column)}`],
  );
  const values = [...has.values()].map((field) => sql`${typedValue(field)} AS ${id(field.column)}`);
  return sql`
    SELECT *, ${list(values)}
    FROM (SELECT line, raw, broken, file_id, path_account, path_region, ${list(texts)} FROM ${source.from})`;
}

function stored(layout: Layout, has: ReadonlyMap<string, LayoutField>): Sql {
  return list(columnsOf(layout).map((column) => storedColumn(column, has)));
}

function storedColumn(column: string, has: ReadonlyMap<string, LayoutField>): Sql {
  if (column === 'account_id' || column === 'region') {
    const path = column === 'region' ? trusted('path_region') : trusted('path_account');
    return has.has(column)
      ? sql`coalesce(${id(column)}, ${path}) AS ${id(column)}`
      : sql`${path} AS ${id(column)}`;
  }
  if (!has.has(column)) return sql`CAST(NULL AS ${trusted(columnType(kindOf(column)))}) AS ${id(column)}`;
  return kindOf(column) === 'time' ? sql`${storedValue(column)} AS ${id(column)}` : id(column);
}

/** A typed column as it is stored. */
function storedValue(column: string): Sql {
  if (kindOf(column) !== 'time') return id(column);
  // Some exporters write milliseconds, micro- or nanoseconds; 99,999,999,999 seconds is the year 5138, and so many
  // milliseconds are 1973, so that no time of a flow log can be of two units.
  return sql`CASE WHEN ${id(column)} <= 99999999999 THEN ${id(column)}
    WHEN ${id(column)} <= 99999999999999 THEN ${id(column)} // 1000
    WHEN ${id(column)} <= 99999999999999999 THEN ${id(column)} // 1000000 ELSE ${id(column)} // 1000000000 END`;
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
      return sql`TRY_CAST(TRY_CAST(${text} AS UINTEGER) AS INTEGER)`;
    case 'count':
    case 'time':
      return sql`TRY_CAST(TRY_CAST(${text} AS UBIGINT) AS BIGINT)`;
    default:
      return text;
  }
}

const ranges: Partial<Record<FieldKind, string>> = {
  port: 'a whole number from 0 to 65535',
  protocol: 'a whole number from 0 to 255',
  number: 'a whole number from 0 to 2147483647',
  count: 'a whole number from 0 to 9223372036854775807',
  time: 'a time in whole Unix seconds, milliseconds, microseconds or nanoseconds',
};

/** A condition under which a row is no record, and how to say so. */
interface Rule {
  readonly broken: Sql;
  readonly reason: Sql;
}

function rules(has: ReadonlyMap<string, LayoutField>): Rule[] {
  const canonical = [...has.values()].flatMap((each): Rule[] => {
    const range = ranges[kindOf(each.column)];
    return range === undefined
      ? []
      : [{ broken: misread(each), reason: tell(has, each.column, textOf, range) }];
  });
  return [...canonical, ...presence(has, textOf), ...times(has, textOf)];
}

/** What a record with data has. */
const needed = ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes'];

/** The rules on what has to be there; `given` names what a line gives for a column, NULL where it gives nothing. */
function presence(has: ReadonlyMap<string, LayoutField>, given: (column: string) => Sql): Rule[] {
  const found: Rule[] = [];
  const status = given('log_status');
  if (has.has('log_status')) {
    const known = sql`${status} IN ('OK', 'NODATA', 'SKIPDATA')`;
    const reason = tell(has, 'log_status', given, 'OK, NODATA or SKIPDATA');
    found.push({ broken: sql`(${known}) IS NOT TRUE`, reason });
  }
  const withData = has.has('log_status') ? sql`${status} = 'OK'` : sql`TRUE`;
  const action = given('action');
  if (has.has('action')) {
    const known = sql`${action} IN ('ACCEPT', 'REJECT')`;
    const broken = and(sql`(${known}) IS NOT TRUE`, or(withData, sql`${action} IS NOT NULL`));
    found.push({ broken, reason: tell(has, 'action', given, 'ACCEPT or REJECT') });
  }
  for (const column of needed) {
    if (!has.has(column)) continue;
    const broken = and(sql`${given(column)} IS NULL`, withData, excuse(column, has, given));
    found.push({ broken, reason: sql`${`${has.get(column)?.name}: '-' in a record with data`}` });
  }
  return found;
}

/** The last second that 32 bits hold, in 2106: no clock of a network device is right and later. */
const latestSecond = 4_294_967_295;

/** The rules on when a record can be: what is later than any clock says, or ends before it starts, is no time. */
function times(has: ReadonlyMap<string, LayoutField>, given: (column: string) => Sql): Rule[] {
  const found = ['start', 'end']
    .filter((column) => has.has(column))
    .map((column): Rule => {
      const reason = tell(has, column, given, 'a time before February 2106');
      return { broken: sql`${storedValue(column)} > ${latestSecond}`, reason };
    });
  if (has.has('start') && has.has('end')) {
    const later = sql`${quoted(given('start'))} || ' is later than the end, ' || ${quoted(given('end'))}`;
    const reason = sql`${`${has.get('start')?.name}: `} || ${later}`;
    found.push({ broken: sql`${storedValue('start')} > ${storedValue('end')}`, reason });
  }
  return found;
}

function tell(
  has: ReadonlyMap<string, LayoutField>,
  column: string,
  given: (column: string) => Sql,
  rule: string,
): Sql {
  return sql`${`${has.get(column)?.name ?? column}: `} || coalesce(${quoted(given(column))}, '-') || ${` is not ${rule}`}`;
}

/** Why a row is no record, or NULL. The first reason found is told. */
function fault(has: ReadonlyMap<string, LayoutField>): Sql {
  const reasons = rules(has).map(({ broken, reason }) => sql`WHEN ${broken} THEN ${reason}`);
  return sql`CASE ${list([sql`WHEN broken IS NOT NULL THEN broken`, ...reasons], '\n      ')} END`;
}

/** A record that may lack a field although it has data: no bytes in rejects of VPC BPA, no ports in EFA traffic. */
function excuse(
  column: string,
  has: ReadonlyMap<string, LayoutField>,
  given: (column: string) => Sql,
): Sql | undefined {
  if (column === 'bytes' && has.has('action')) return sql`${given('action')} <> 'REJECT'`;
  if (column.endsWith('port') && has.has('type')) return sql`coalesce(${given('type')}, '') <> 'EFA'`;
  return undefined;
}

/** True where a text is there and is not the canonical writing of a number that fits. */
function misread(field: LayoutField): Sql {
  return sql`CAST(${id(field.column)} AS VARCHAR) IS DISTINCT FROM ${textOf(field.column)}`;
}

/** Foreign text inside a reason, short and in quotes. */
function quoted(text: Sql): Sql {
  return sql`'''' || CASE WHEN length(${text}) > 40 THEN left(${text}, 40) || '...' ELSE ${text} END || ''''`;
}
