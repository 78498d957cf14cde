import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import type { FieldKind } from '../records/fields.ts';
import { isOwnExport, type Layout, layoutFromNames } from '../records/layout.ts';
import { judgedRecords } from '../records/record.ts';
import { fromParquet } from '../sql/parquet.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import type { FileOutcome, InputFile } from './input-file.ts';
import { withAddressFaults } from './invalid-addresses.ts';
import { ownExport } from './shape.ts';
import type { BatchTables } from './tables.ts';

/**
 * Reads a Parquet file: AWS's own (snake_case, INT32 and INT64), or any whose columns are named after the
 * fields. The columns decide, never their order. Rows are checked like lines; a row that is no record is
 * rejected under its row number, written as JSON.
 */
export async function readParquet(
  engine: LocalEngine,
  tables: BatchTables,
  file: InputFile,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const outcome = {
    file,
    shape: 'parquet',
    headerLines: 0,
    blankLines: 0,
    unknownFields: [] as readonly string[],
  };
  const none = { lines: 0, records: 0, unreadable: 0 };
  try {
    const columns = await columnsIn(engine, file.path);
    const names = columns.map(({ name }) => name);
    const layout = isOwnExport(names) ? undefined : layoutFromNames(names);
    if (layout === undefined) {
      return {
        ...outcome,
        ...none,
        status: 'other',
        reason: isOwnExport(names)
          ? ownExport.reason
          : 'a Parquet file whose columns are not those of a flow log',
      };
    }
    await engine.run(
      sql`CREATE OR REPLACE TEMP TABLE piece_records AS ${withAddressFaults(rowsOf(file, layout, columns))}`,
      signal,
    );
    const [count] = await engine.ask({
      name: 'parquet rows',
      sql: sql`SELECT count(*) AS lines, count(*) FILTER (fault IS NULL) AS records,
        count(*) FILTER (fault IS NOT NULL) AS unreadable FROM piece_records`,
      row: v.object({ lines: v.number(), records: v.number(), unreadable: v.number() }),
    });
    const found = count ?? none;
    if (found.unreadable > 0 && isNumbered(columns)) await engine.run(rawOfRejects(file, columns), signal);
    await tables.add('piece_records', layout, signal);
    return {
      ...outcome,
      ...found,
      status: found.lines === 0 ? 'empty' : 'read',
      reason: null,
      unknownFields: layout.unknown,
    };
  } catch (error) {
    if (!(error instanceof HuntError) || error.code !== 'engine.query') throw error;
    return {
      ...outcome,
      ...none,
      status: 'failed',
      reason: `the Parquet file cannot be read: ${firstSentence(error)}`,
    };
  }
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsIn(engine: LocalEngine, path: string): Promise<Column[]> {
  return engine.ask({
    name: 'parquet columns',
    sql: sql`SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${fromParquet([path])})`,
    row: v.object({ name: v.string(), type: v.string() }),
  });
}

/** The rows with texts under names of ours, so that no column of the file is taken for one of them. */
function rowsOf(file: InputFile, layout: Layout, columns: readonly Column[]): Sql {
  const texts = columns.map(
    (column, index) => sql`${textOf(column, layout.fields[index]?.field?.kind)} AS ${id(`column ${index}`)}`,
  );
  const numbered = isNumbered(columns);
  const from = sql`(SELECT ${list(texts)}, ${numbered ? sql`file_row_number + 1` : sql`row_number() OVER ()`} AS line,
      ${numbered ? sql`CAST(NULL AS VARCHAR)` : asJson(columns)} AS raw, CAST(NULL AS VARCHAR) AS broken, CAST(${file.fileId} AS BIGINT) AS file_id,
      CAST(${file.account} AS VARCHAR) AS path_account, CAST(${file.region} AS VARCHAR) AS path_region
    FROM ${fromParquet([file.path], ...(numbered ? [sql`file_row_number = true`] : []))})`;
  return judgedRecords({ layout, textAt: (index) => id(`column ${index}`), from });
}

/** DuckDB numbers the rows, unless a column has taken the name. */
function isNumbered(columns: readonly Column[]): boolean {
  return !columns.some(({ name }) => name.toLowerCase() === 'file_row_number');
}

/** Rows are written as JSON where they are rejects, which are few. */
function rawOfRejects(file: InputFile, columns: readonly Column[]): Sql {
  return sql`UPDATE piece_records SET raw = row.raw
    FROM (SELECT file_row_number + 1 AS line, ${asJson(columns)} AS raw
      FROM ${fromParquet([file.path], sql`file_row_number = true`)}) AS row
    WHERE piece_records.line = row.line AND piece_records.fault IS NOT NULL`;
}

/** A value as a flow log writes it: times in Unix seconds, whole numbers without a point, no empty text. */
function textOf({ name, type }: Column, kind: FieldKind | undefined): Sql {
  const value = id(name);
  const text = sql`CAST(${value} AS VARCHAR)`;
  const written =
    kind === 'time' && type.startsWith('TIMESTAMP')
      ? sql`CAST(CAST(floor(epoch(${value})) AS BIGINT) AS VARCHAR)`
      : type === 'DOUBLE' || type === 'FLOAT'
        ? // pandas keeps whole numbers so where one is missing.
          sql`CASE WHEN isfinite(${value}) THEN
            CASE WHEN ${value} = trunc(${value}) AND abs(${value}) < 1e15
              THEN CAST(CAST(${value} AS BIGINT) AS VARCHAR) ELSE ${text} END END`
        : text;
  return sql`nullif(nullif(${written}, '-'), '')`;
}

function asJson(columns: readonly Column[]): Sql {
  return sql`CAST(to_json({${list(columns.map(({ name }) => sql`${id(name)}: ${id(name)}`))}}) AS VARCHAR)`;
}

function firstSentence(error: Error): string {
  return error.message.split('\n', 1)[0] ?? '';
}
