import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  StatementType,
} from '@duckdb/node-api';
import { HuntError } from '../errors.ts';
import { list, print, type Sql, sql } from '../sql/sql.ts';
import { interruptible } from './duckdb.ts';
import type { LocalOptions } from './local.ts';
import { plainValue } from './plain-value.ts';
import type { QueryResult } from './query-result.ts';
import { explain, treeOf } from './syntax-tree.ts';

export interface ReadOnlyQuestion {
  /** Statements of ours that make the relations which the query may name. */
  readonly prepare: readonly Sql[];
  /** The files that those relations read, and the only ones that can be read at all. */
  readonly files: readonly string[];
  /** What the user wrote. */
  readonly text: string;
  /** Rows at most; infinite for all of them. */
  readonly limit: number;
}

/** More values than this do not fit into the memory of a JavaScript process; `export` writes any number. */
const mostValues = 10_000_000;

/**
 * Asks DuckDB what a user wrote, in an instance of its own: after `prepare` it reads the given files only, changes
 * no setting, and runs nothing but queries whose functions are known to be harmless. DuckDB calls its settings a
 * guard against accidents and not a sandbox for hostile SQL; the check of the statement stands before them.
 */
export async function askReadOnly(
  options: LocalOptions,
  { prepare, files, text, limit }: ReadOnlyQuestion,
  signal?: AbortSignal,
): Promise<QueryResult> {
  // Two instances must not spill into one folder: both number their files from one.
  const spill = join(options.spillDirectory, `sql-${randomUUID()}`);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(options.memoryBytes / 1_000_000)}MB`,
    threads: String(options.threads),
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    for (const statement of prepare) {
      await interruptible(connection, signal, () => connection.run(print(statement)));
    }
    await connection.run(print(sql`SET allowed_paths = [${list(files)}]`));
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const query = await checkedQuery(connection, text);
    return await interruptible(connection, signal, () => answer(query, limit));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

async function checkedQuery(connection: DuckDBConnection, written: string): Promise<DuckDBPreparedStatement> {
  // NUL ends a text for the engine, and must not hide the rest from the check.
  const text = written.replaceAll('\0', ' ');
  const query = text.replace(explain, '');
  const checked = await hasKnownFunctions(connection, query);
  const prepared = await onlyStatement(connection, query).catch((error: unknown) => {
    // What binding says about a statement that is no query helps nobody.
    if (checked || isSyntaxError(error)) throw error;
    throw notAQuery('no SELECT');
  });
  const kind = StatementType[prepared.statementType] ?? 'unknown';
  if (prepared.statementType !== StatementType.SELECT) throw notAQuery(`a statement of the kind ${kind}`);
  // A PRAGMA can turn into any SELECT when it is prepared.
  if (!checked) throw notAQuery('no SELECT');
  return query === text ? prepared : onlyStatement(connection, text);
}

function isSyntaxError(error: unknown): boolean {
  return error instanceof HuntError && (error.code !== 'engine.query' || /^Parser Error/.test(error.message));
}

async function onlyStatement(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  const refused = (error: unknown) =>
    new HuntError(
      'engine.query',
      (error as Error).message.replace(/^Failed to extract statements: /, '').trim(),
      {
        cause: error,
      },
    );
  const statements = await connection.extractStatements(text).catch((error: unknown) => {
    throw refused(error);
  });
  if (statements.count !== 1)
    throw notAQuery(statements.count === 0 ? 'nothing to ask' : `${statements.count} statements`);
  return statements.prepare(0).catch((error: unknown) => {
    throw refused(error);
  });
}

/**
 * Functions that stand in FROM and touch neither files nor settings. Others do, though the statement is a SELECT:
 * enable_logging() writes files, query() and json_execute_serialized_sql() run text that nobody checked.
 */
const knownTableFunctions = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
  'histogram',
  'histogram_values',
  'summary',
  'query_table',
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_keywords',
  'duckdb_settings',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'pragma_show',
  'pragma_table_info',
  'pragma_version',
  'icu_calendar_names',
  'pg_timezone_names',
]);

/** Scalar functions with an effect. */
const refusedFunctions = new Set(['write_log', 'nextval', 'getenv']);

/**
 * Reads the syntax tree, before anything is bound or run: binding alone opens files. False where there is none,
 * because the text is no SELECT or broken.
 */
async function hasKnownFunctions(connection: DuckDBConnection, text: string): Promise<boolean> {
  const reader = await connection.runAndReadAll(print(treeOf(text)));
  const tree = JSON.parse(String(reader.getRows()[0]?.[0])) as SyntaxTree;
  if (tree.error) return false;
  if (tree.statements?.length !== 1)
    throw notAQuery(tree.statements?.length ? `${tree.statements.length} statements` : 'nothing to ask');
  const name = refusedFunction(tree);
  if (name === undefined) return true;
  throw new HuntError('sql.not-a-query', `The function ${name} cannot be used here.`, {
    hint: 'Queries read the views of the workspace: they open no other file and change nothing. DESCRIBE flows lists columns.',
  });
}

interface SyntaxTree {
  readonly error: boolean;
  readonly statements?: readonly unknown[];
}

function refusedFunction(tree: unknown): string | undefined {
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || typeof node !== 'object') continue;
    const { type, function: called, function_name: name } = node as Record<string, unknown>;
    if (typeof name === 'string' && refusedFunctions.has(name.toLowerCase())) return name;
    if (type === 'TABLE_FUNCTION') {
      const table = String((called as Record<string, unknown> | undefined)?.['function_name']);
      if (!knownTableFunctions.has(table.toLowerCase())) return table;
    }
    open.push(...Object.values(node));
  }
  return undefined;
}

function notAQuery(what: string): HuntError {
  return new HuntError('sql.not-a-query', `Only one query is run at a time, and this is ${what}.`, {
    hint: 'Write one SELECT; nothing in the workspace can be changed with SQL. To write a file, use northsouth export.',
  });
}

async function answer(query: DuckDBPreparedStatement, limit: number): Promise<QueryResult> {
  const most = Math.max(1, Math.floor(mostValues / Math.max(1, query.columnCount)));
  const reader = await query.streamAndReadUntil(Math.min(limit, most) + 1);
  if (limit > most && reader.currentRowCount > most) {
    throw new HuntError('engine.memory', `The answer has more than ${most} rows, too many to hold at once.`, {
      hint: 'Ask for less with LIMIT or WHERE; northsouth export VIEW -o FILE writes a view of any size.',
    });
  }
  const names = reader.deduplicatedColumnNames();
  const rows = reader.getRows();
  return {
    columns: names.map((name, index) => ({ name, type: String(reader.columnType(index)) })),
    rows: rows.slice(0, Math.min(limit, rows.length)).map((row) => row.map(plainValue)),
    truncated: rows.length > limit,
  };
}
