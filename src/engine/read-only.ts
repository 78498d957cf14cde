import { type DuckDBConnection, DuckDBInstance, type JS, StatementType } from '@duckdb/node-api';
import { HuntError } from '../errors.ts';
import { print, type Sql, sql } from '../sql/sql.ts';
import { type DuckDbOptions, interruptible } from './duckdb.ts';
import type { QueryResult } from './query-result.ts';

/**
 * A DuckDB for SQL that a user wrote, in an instance of its own: after `prepare` it reads files below `folder`
 * only, changes no setting, and runs nothing but queries. DuckDB calls these settings a guard against
 * accidents and not a sandbox for hostile SQL; the check of the statement's kind stands before them.
 */
export async function askReadOnly(
  options: DuckDbOptions,
  folder: string,
  prepare: readonly Sql[],
  text: string,
  limit: number,
  signal?: AbortSignal,
): Promise<QueryResult> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(options.memoryBytes / 1_000_000)}MB`,
    threads: String(options.threads),
    temp_directory: options.spillDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    for (const statement of prepare) {
      await interruptible(connection, signal, () => connection.run(print(statement)));
    }
    await connection.run(print(sql`SET allowed_directories = [${folder}]`));
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    await requireQuery(connection, text);
    return await interruptible(connection, signal, () => answer(connection, text, limit));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** EXPLAIN ANALYZE runs what it explains, so only the plain form is let through, and its statement is checked. */
const explain = /^\s*explain\s+(?!analy[sz]e\b|\()/i;

async function requireQuery(connection: DuckDBConnection, text: string): Promise<void> {
  const query = text.replace(explain, '');
  const statements = await connection.extractStatements(query).catch((error: unknown) => {
    throw new HuntError('engine.query', (error as Error).message.trim(), { cause: error });
  });
  if (statements.count !== 1)
    throw notAQuery(statements.count === 0 ? 'nothing to ask' : `${statements.count} statements`);
  const prepared = await statements.prepare(0).catch((error: unknown) => {
    throw new HuntError('engine.query', (error as Error).message.trim(), { cause: error });
  });
  if (prepared.statementType !== StatementType.SELECT) {
    throw notAQuery(`a statement of the kind ${StatementType[prepared.statementType] ?? 'unknown'}`);
  }
}

function notAQuery(what: string): HuntError {
  return new HuntError('sql.not-a-query', `Only one query is run at a time, and this is ${what}.`, {
    hint: 'Write one SELECT; nothing in the workspace can be changed with SQL. To write a file, use northsouth export.',
  });
}

async function answer(connection: DuckDBConnection, text: string, limit: number): Promise<QueryResult> {
  const reader = Number.isFinite(limit)
    ? await connection.streamAndReadUntil(text, limit + 1)
    : await connection.streamAndReadAll(text);
  const rows = reader.getRowsJS().map((row) => row.map(plain));
  const names = reader.deduplicatedColumnNames();
  return {
    columns: names.map((name, index) => ({ name, type: String(reader.columnType(index)) })),
    rows: rows.slice(0, Number.isFinite(limit) ? limit : rows.length),
    truncated: rows.length > limit,
  };
}

/** Values that JSON knows: whole numbers beyond 2^53 and bytes as text, times as ISO text. */
function plain(value: JS): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map)
    return [...value].map(([key, item]) => ({ key: plain(key as JS), value: plain(item as JS) }));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item as JS)]));
  }
  return value;
}
