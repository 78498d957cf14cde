import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { extendedLayout, type Layout } from '../records/layout.ts';
import { judgedRecords } from '../records/record.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { InputFile } from './input-file.ts';
import { withAddressFaults } from './invalid-addresses.ts';
import type { Shape } from './shape.ts';
import { splitLines } from './split-lines.ts';
import type { BatchTables } from './tables.ts';
import { fieldText, newJsonKeys, unwrapped } from './unwrap.ts';

/** How many lines of each kind a {@link LineReader} has met. */
interface LineCounts {
  readonly records: number;
  readonly unreadable: number;
  readonly blank: number;
  /** Envelopes without any record, as the control messages of CloudWatch. */
  readonly silent: number;
  /** Records of envelopes beyond the first of each line. */
  readonly extra: number;
}

/** Reads texts of whole lines into the tables of a batch, through temporary tables of the engine. */
export class LineReader {
  readonly unknown = new Set<string>();
  readonly #engine: LocalEngine;
  readonly #tables: BatchTables;
  readonly #file: InputFile;
  readonly #signal: AbortSignal | undefined;
  readonly #longest: number;
  #counts: LineCounts = { records: 0, unreadable: 0, blank: 0, silent: 0, extra: 0 };

  /** Lines longer than `longest` bytes are rejects. */
  constructor(
    engine: LocalEngine,
    tables: BatchTables,
    file: InputFile,
    longest: number,
    signal: AbortSignal | undefined,
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#file = file;
    this.#longest = longest;
    this.#signal = signal;
  }

  get counts(): LineCounts {
    return this.#counts;
  }

  /**
   * Reads the lines of `text`, of which the first has number `before` + 1; `lastFault` says why the last is none.
   * Returns how many they were.
   */
  async read(text: string, before: number, shape: Shape, lastFault: string | undefined): Promise<number> {
    const { lines, filled } = await this.#split(text, before);
    const layout = shape.wrap === 'json-fields' ? await this.#withNewKeys(shape.layout) : shape.layout;
    for (const name of layout.unknown) this.unknown.add(name);
    const fields = unwrapped(sql`(FROM piece_lines WHERE NOT blank)`, fileRow(this.#file), {
      ...shape,
      layout,
    });
    const last = sql`CASE WHEN line = ${before + lines} THEN CAST(${lastFault ?? null} AS VARCHAR) END`;
    const parsed = judgedRecords({
      layout,
      textAt: fieldText,
      from: sql`(SELECT line, raw, file_id, path_account, path_region, fields,
          coalesce(overlong, ${last}, broken) AS broken FROM (${fields}))`,
    });
    await this.#engine.run(
      sql`CREATE OR REPLACE TEMP TABLE piece_records AS ${withAddressFaults(parsed)}`,
      this.#signal,
    );
    await this.#count(
      sql`SELECT count(*) FILTER (fault IS NULL) AS records, count(*) FILTER (fault IS NOT NULL) AS unreadable,
        ${filled} - count(DISTINCT line) AS silent, count(*) - count(DISTINCT line) AS extra FROM piece_records`,
    );
    await this.#tables.add('piece_records', layout, this.#signal);
    return lines;
  }

  /** Counts lines that are known to be blank. Returns how many there were. */
  passBlank(lines: number): number {
    this.#signal?.throwIfAborted();
    this.#counts = { ...this.#counts, blank: this.#counts.blank + lines };
    return lines;
  }

  /** Rejects every line that is not blank for one reason. Returns how many lines there were. */
  async rejectAll(text: string, before: number, reason: string): Promise<number> {
    const { lines } = await this.#split(text, before);
    const filled = sql`(FROM piece_lines WHERE NOT blank)`;
    await this.#count(
      sql`SELECT 0 AS records, count(*) AS unreadable, 0 AS silent, 0 AS extra FROM ${filled}`,
    );
    await this.#tables.reject(filled, this.#file.fileId, reason, this.#signal);
    return lines;
  }

  async #split(text: string, before: number): Promise<{ lines: number; filled: number }> {
    const count = await splitLines(this.#engine, text, before, this.#longest, this.#signal);
    this.#counts = { ...this.#counts, blank: this.#counts.blank + count.lines - count.filled };
    return count;
  }

  async #withNewKeys(layout: Layout): Promise<Layout> {
    const found = await this.#engine.ask({
      name: 'new JSON keys',
      sql: newJsonKeys(sql`piece_lines`, layout),
      row: v.object({ key: v.string() }),
    });
    return extendedLayout(
      layout,
      found.map(({ key }) => key),
    );
  }

  async #count(counting: Sql): Promise<void> {
    const row = v.object({
      records: v.number(),
      unreadable: v.number(),
      silent: v.number(),
      extra: v.number(),
    });
    const [count] = await this.#engine.ask({ name: 'piece', sql: counting, row }, this.#signal);
    if (count === undefined) return;
    const sum = this.#counts;
    this.#counts = {
      blank: sum.blank,
      records: sum.records + count.records,
      unreadable: sum.unreadable + count.unreadable,
      silent: sum.silent + count.silent,
      extra: sum.extra + count.extra,
    };
  }
}

/** One row with what the path of a file says of its records. */
export function fileRow({ fileId, account, region }: InputFile): Sql {
  return sql`(SELECT CAST(${fileId} AS BIGINT) AS file_id, CAST(${account} AS VARCHAR) AS path_account,
    CAST(${region} AS VARCHAR) AS path_region) AS file`;
}
