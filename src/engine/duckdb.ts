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
import { type Query, statementOf } from '../sql/query.ts';
import { id, print, type Sql, spelledFor, sql } from '../sql/sql.ts';
import type { Engine } from './engine.ts';

export interface DuckDbOptions {
  /** Upper bound of DuckDB's own memory, in bytes. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where what does not fit into memory is spilled. */
  readonly spillDirectory: string;
}

const tellEveryMs = 250;

/** DuckDB in this process, in memory: tables of a run live here, records stay in Parquet files. */
export class DuckDb implements Engine {
  readonly name = 'duckdb';
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #isFork: boolean;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, isFork = false) {
    this.#instance = instance;
    this.#connection = connection;
    this.#isFork = isFork;
  }

  static async open(options: DuckDbOptions): Promise<DuckDb> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.round(options.memoryBytes / 1_000_000)}MB`,
      threads: String(options.threads),
      temp_directory: options.spillDirectory,
      // Order is stated by ORDER BY where it matters; without this COPY holds whole files back in memory.
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new DuckDb(instance, await instance.connect());
  }

  /**
   * Another connection to the same tables and views, those of the schema where one is named: a connection answers one
   * question at a time. Temporary tables are its own. Close it when done.
   */
  async fork(schema?: string): Promise<DuckDb> {
    const fork = new DuckDb(this.#instance, await this.#instance.connect(), true);
    try {
      if (schema !== undefined) await fork.define(sql`USE ${id(schema)}`);
    } catch (error) {
      fork.close();
      throw error;
    }
    return fork;
  }

  async rows<Row>(query: Query<Row>, signal?: AbortSignal): Promise<Row[]> {
    const rows = await this.#ask(statementOf(query), signal);
    return v.parse(v.array(query.row), rows);
  }

  async run(statement: Sql, signal?: AbortSignal): Promise<void> {
    await this.#ask(statement, signal);
  }

  /** Runs a statement that takes no parameters (CREATE VIEW, COPY), with its values written as literals. */
  async define(statement: Sql, signal?: AbortSignal): Promise<void> {
    await interruptible(this.#connection, signal, () => this.#connection.run(print(statement)));
  }

  /** The same, telling now and then which share of it is done, from 0 to 1, where the engine knows. */
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

  close(): void {
    this.#connection.closeSync();
    if (!this.#isFork) this.#instance.closeSync();
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
