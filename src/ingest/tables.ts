import type { LocalEngine } from '../engine/local.ts';
import { columnType, type FieldKind } from '../records/fields.ts';
import type { Layout } from '../records/layout.ts';
import { columnsOf, kindOf } from '../records/record.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';

/** Rejects keep this much of a line; the rest of a longer line is told as a number of characters. */
const rawLimit = 4096;

/**
 * The tables of one batch in the making: records that were read line by line, one table per set of columns,
 * and the rejects. They live in the engine (and spill to disk) until the batch is committed.
 */
export class BatchTables {
  readonly #engine: LocalEngine;
  readonly #records = new Map<string, { readonly table: string; readonly columns: readonly string[] }>();

  private constructor(engine: LocalEngine) {
    this.#engine = engine;
  }

  static async create(engine: LocalEngine): Promise<BatchTables> {
    await engine.run(
      sql`CREATE OR REPLACE TABLE batch_rejects (file_id BIGINT, line BIGINT, reason VARCHAR, raw VARCHAR)`,
    );
    return new BatchTables(engine);
  }

  /** The tables of records so far, with their columns. */
  get records(): readonly { readonly table: string; readonly columns: readonly string[] }[] {
    return [...this.#records.values()];
  }

  /** Moves the rows of `parsed` (from recordSelect, with line and raw) to where they belong. */
  async add(parsed: string, layout: Layout, signal?: AbortSignal): Promise<void> {
    const columns = columnsOf(layout);
    const table = await this.#tableFor(columns);
    const names = list([...columns, 'record_hash', 'file_id'].map(id));
    await this.#engine.run(
      sql`INSERT INTO ${id(table)} (${names}) SELECT ${names} FROM ${id(parsed)} WHERE fault IS NULL`,
      signal,
    );
    await this.rejectFaults(id(parsed), signal);
  }

  /** Rejects the rows of `judged` (file_id, line, fault, raw) that have a fault. */
  async rejectFaults(judged: Sql, signal?: AbortSignal): Promise<void> {
    await this.#engine.run(
      sql`INSERT INTO batch_rejects SELECT file_id, line, fault, ${shortened(sql`raw`)} FROM ${judged}
        WHERE fault IS NOT NULL`,
      signal,
    );
  }

  /** Rejects every row of `lines` (line, raw) for one reason. */
  async reject(lines: Sql, fileId: number, reason: string, signal?: AbortSignal): Promise<void> {
    await this.#engine.run(
      sql`INSERT INTO batch_rejects SELECT ${fileId}, line, ${reason}, ${shortened(sql`raw`)} FROM ${lines}`,
      signal,
    );
  }

  async drop(): Promise<void> {
    for (const { table } of this.#records.values()) await this.#engine.run(sql`DROP TABLE ${id(table)}`);
    this.#records.clear();
    await this.#engine.run(sql`DROP TABLE batch_rejects`);
  }

  async #tableFor(columns: readonly string[]): Promise<string> {
    const key = columns.join(' ');
    const known = this.#records.get(key);
    if (known !== undefined) return known.table;
    const table = `batch_records_${this.#records.size}`;
    const typed = columns.map((column) => sql`${id(column)} ${typeOf(kindOf(column))}`);
    await this.#engine.run(
      sql`CREATE OR REPLACE TABLE ${id(table)} (${list(typed)}, record_hash BIGINT, file_id BIGINT)`,
    );
    this.#records.set(key, { table, columns });
    return table;
  }
}

function typeOf(kind: FieldKind): Sql {
  return trusted(columnType(kind));
}

function shortened(raw: Sql): Sql {
  return sql`CASE WHEN length(${raw}) > ${rawLimit}
    THEN left(${raw}, ${rawLimit}) || ' ... (' || length(${raw}) || ' characters)' ELSE ${raw} END`;
}
