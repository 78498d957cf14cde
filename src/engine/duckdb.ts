import {
  BIGINT,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  type JS,
  UHUGEINT,
} from '@duckdb/node-api';
import * as v from 'valibot';
import { HuntError } from '../errors.ts';
import { copyNumbersTo, copyTo, viewOfFile } from '../sql/parquet.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { id, print, type Sql, spelledFor, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import type { LocalEngine, LocalKeeping, LocalOptions } from './local.ts';

const tellEveryMs = 250;

/** DuckDB in this process, in memory: tables of a run live here, records stay in Parquet files. */
export class DuckDb implements LocalEngine {
  readonly name = 'duckdb';
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #isFork: boolean;
  readonly #onStatement: LocalOptions['onStatement'];

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    onStatement: LocalOptions['onStatement'],
    isFork = false,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#isFork = isFork;
    this.#onStatement = onStatement;
  }

  static async open(options: LocalOptions): Promise<DuckDb> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.round(options.memoryBytes / 1_000_000)}MB`,
      threads: String(options.threads),
      temp_directory: options.spillDirectory,
      // Order is stated by ORDER BY where it matters; without this COPY holds whole files back in memory.
      preserve_insertion_order: 'false',
      // A loop over all ranges of the labels for each address, where it expects few: 10 s for 155 addresses, 1 s without.
      asof_loop_join_threshold: '0',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new DuckDb(instance, await instance.connect(), options.onStatement);
  }

  async fork(schema?: string): Promise<DuckDb> {
    const fork = new DuckDb(this.#instance, await this.#instance.connect(), this.#onStatement, true);
    try {
      if (schema !== undefined) await fork.define(sql`USE ${id(schema)}`);
    } catch (error) {
      fork.close();
      throw error;
    }
    return fork;
  }

  async ask<Row>(query: Query<Row>, signal?: AbortSignal): Promise<Row[]> {
    const statement = statementOf(query);
    this.#tell(query.name, statement);
    const rows = await this.#ask(statement, signal);
    return v.parse(v.array(query.row), rows);
  }

  async run(statement: Sql, signal?: AbortSignal): Promise<void> {
    await this.#ask(statement, signal);
  }

  async define(statement: Sql, signal?: AbortSignal): Promise<void> {
    await interruptible(this.#connection, signal, () => this.#connection.run(print(statement)));
  }

  async defineTelling(
    statement: Sql,
    onShare: (share: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // Without these nothing is counted.
    await this.define(sql`SET enable_progress_bar = true`, signal);
    await this.define(sql`SET enable_progress_bar_print = false`, signal);
    const timer = setInterval(() => {
      const { percentage } = this.#connection.progress;
      if (percentage >= 0) onShare(Math.min(1, percentage / 100));
    }, tellEveryMs);
    try {
      await this.define(statement, signal);
    } finally {
      clearInterval(timer);
    }
  }

  async keep({ name, sql: rows }: Step, { file, form, onShare, signal }: LocalKeeping = {}): Promise<void> {
    this.#tell(name, rows);
    const written = form === 'numbers' ? copyNumbersTo : copyTo;
    const statement =
      file === undefined ? sql`CREATE OR REPLACE TEMP TABLE ${id(name)} AS ${rows}` : written(rows, file);
    if (onShare === undefined) await this.define(statement, signal);
    else await this.defineTelling(statement, onShare, signal);
    if (file === undefined) return;
    // A temporary table would stand before the view.
    await this.define(sql`DROP TABLE IF EXISTS temp.main.${id(name)}`, signal);
    await this.define(viewOfFile(name, file), signal);
  }

  async forget(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      // DROP of the one kind fails where the name is of the other.
      const isView = sql`SELECT 1 AS found FROM duckdb_views() WHERE view_name = ${name} AND NOT internal
        AND schema_name = current_schema()`;
      const found = await this.#ask(isView);
      await this.define(sql`DROP ${found.length > 0 ? sql`VIEW` : sql`TABLE`} IF EXISTS ${id(name)}`);
    }
  }

  close(): void {
    this.#connection.closeSync();
    if (!this.#isFork) this.#instance.closeSync();
  }

  #tell(name: string, statement: Sql): void {
    if (this.#onStatement !== undefined) this.#onStatement(name, print(statement).trim());
  }

  async #ask(statement: Sql, signal?: AbortSignal): Promise<Record<string, unknown>[]> {
    const { text, values: given } = spelledFor(statement, 'duckdb');
    const values = given.map((value) => bindable(value as DuckDBValue));
    const types = values.map((value) => (typeof value === 'bigint' ? smallestType(value) : undefined));
    const reader = await interruptible(this.#connection, signal, () =>
      this.#connection.runAndReadAll(text, values, types as DuckDBType[]),
    );
    return reader.getRowObjectsJS().map(plainRow);
  }
}

/** Runs `work` on the connection; an abort of `signal` interrupts the statement within milliseconds. */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw cancelled();
  let again: NodeJS.Timeout | undefined;
  // An interrupt of a statement that still waits for its thread is lost: it is said again until the statement ends.
  const stop = () => {
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), 20);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    throw classify(error);
  } finally {
    clearInterval(again);
    signal?.removeEventListener('abort', stop);
  }
}

function cancelled(cause?: unknown): HuntError {
  return new HuntError('engine.cancelled', 'Interrupted.', { cause });
}

/** DuckDB gives its errors no code: this is the one place that reads their text. */
function classify(error: unknown): HuntError {
  if (error instanceof HuntError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/no space left|disk quota|File too large|could not write|max_temp_directory_size/i.test(message)) {
    return new HuntError('engine.disk-full', `The disk is full: ${firstLine(message)}`, {
      hint: 'Free some space, or put the workspace elsewhere with --workspace; nothing that was loaded is broken.',
      cause: error,
    });
  }
  if (/out of memory/i.test(message)) {
    return new HuntError(
      'engine.memory',
      `The memory limit is too small for this question: ${firstLine(message)}`,
      {
        hint: 'Give more with --memory, for example --memory 4GB.',
        cause: error,
      },
    );
  }
  if (/^INTERRUPT/i.test(message)) return cancelled(error);
  return new HuntError('engine.query', message.trim(), { cause: error });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** DuckDB would bind every bigint as HUGEINT, which no function that takes a position or a length accepts. */
function smallestType(value: bigint): DuckDBType {
  if (BigInt.asIntN(64, value) === value) return BIGINT;
  return BigInt.asIntN(128, value) === value ? HUGEINT : UHUGEINT;
}

function bindable(value: DuckDBValue): DuckDBValue {
  // A JavaScript number binds as DOUBLE; whole numbers must stay whole for LIMIT and integer comparison.
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function plainRow(row: Record<string, JS>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

/** Counts and sums come as bigint; the JSON contract knows numbers. Above 2^53 the nearest number stands. */
function plain(value: JS): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  // A struct, and no date or bytes.
  const isStruct =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isStruct ? plainRow(value as Record<string, JS>) : value;
}
