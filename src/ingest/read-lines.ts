import { createReadStream } from 'node:fs';
import * as v from 'valibot';
import type { DuckDb } from '../engine/duckdb.ts';
import { extendedLayout, type Layout } from '../records/layout.ts';
import { judgedRecords } from '../records/record.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { FileOutcome, InputFile } from './input-file.ts';
import { withAddressFaults } from './invalid-addresses.ts';
import { headerOf, type Shape } from './shape.ts';
import { type Staged, wholeLines } from './stage.ts';
import type { BatchTables } from './tables.ts';
import { fieldText, newJsonKeys, unwrapped } from './unwrap.ts';

const pieceBytes = 4 * 1024 * 1024;
const overlong = 'the line is longer than 1,000,000 bytes';
const cutOff = 'the line is cut off where the file breaks';

/**
 * Reads a staged file line by line and leaves no line out: each is a header, blank, a record or a reject. Every
 * form of flow log goes through here; clean files with blanks between the fields have a faster way.
 */
export async function readLines(
  engine: DuckDb,
  tables: BatchTables,
  file: InputFile,
  staged: Staged,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const reader = new LineReader(engine, tables, file, signal);
  const known = 'wrap' in staged.shape ? staged.shape : undefined;
  const reason = 'reason' in staged.shape ? staged.shape.reason : undefined;
  let shape = known;
  let line = staged.headerLines;
  let headers = known?.header === true ? 1 : 0;
  let inLine = false;
  const source = createReadStream(staged.path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
  const pieces = lookAhead(wholeLines(source));

  for await (const { piece, last } of pieces) {
    let text = piece.toString('utf8').replaceAll('\0', '\u2400');
    if (inLine) {
      // The rest of a line that is already a reject.
      const end = text.indexOf('\n') + 1;
      inLine = end === 0;
      text = end === 0 ? '' : text.slice(end);
      if (text === '') continue;
    }
    const open = !text.endsWith('\n');
    const fault = open && !last ? overlong : open && staged.broke !== undefined ? cutOff : undefined;
    inLine = open && !last;
    if (shape === undefined) {
      line += await reader.rejectAll(text, line, reason ?? 'no flow log');
      continue;
    }
    for (const segment of segments(text, shape)) {
      if (segment.header !== undefined) {
        shape = { ...shape, ...segment.header };
        headers++;
        line++;
        continue;
      }
      line += await reader.read(segment.text, line, shape, segment.last ? fault : undefined);
    }
  }

  const { records, unreadable } = await reader.counts();
  const failed = staged.broke ?? reason;
  return {
    file,
    status:
      failed !== undefined ? (line === 0 ? 'empty' : 'failed') : records + unreadable > 0 ? 'read' : 'empty',
    reason: line === 0 && staged.broke === undefined ? null : (failed ?? null),
    shape: known === undefined ? null : `${known.wrap}, ${known.delimiter}`,
    lines: line,
    headerLines: headers,
    blankLines: reader.blank + staged.headerLines - (known?.header === true ? 1 : 0),
    records,
    unreadable,
    unknownFields: [...reader.unknown],
  };
}

/** Texts of lines, and the headers between them that change the layout from there on. */
function* segments(
  text: string,
  shape: Shape,
): Generator<
  { text: string; last: boolean; header?: undefined } | { header: Pick<Shape, 'layout' | 'delimiter'> }
> {
  let from = 0;
  if (shape.wrap === 'line') {
    // A cheap look for lines that could be a header, as in files that were joined with cat.
    for (const match of text.matchAll(/srcaddr|dstaddr|account[-_]id|log[-_]status/gi)) {
      if (match.index < from) continue;
      const start = text.lastIndexOf('\n', match.index) + 1;
      const newline = text.indexOf('\n', match.index);
      const end = newline < 0 ? text.length : newline;
      const header = headerOf(text.slice(start, end));
      if (header === undefined) continue;
      if (start > from) yield { text: text.slice(from, start), last: false };
      yield { header };
      from = end + 1;
    }
  }
  if (from < text.length) yield { text: text.slice(from), last: true };
}

async function* lookAhead(pieces: AsyncIterable<Buffer>): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held: Buffer | undefined;
  for await (const piece of pieces) {
    if (held !== undefined) yield { piece: held, last: false };
    held = piece;
  }
  if (held !== undefined) yield { piece: held, last: true };
}

class LineReader {
  blank = 0;
  readonly unknown = new Set<string>();
  readonly #engine: DuckDb;
  readonly #tables: BatchTables;
  readonly #file: InputFile;
  readonly #signal: AbortSignal | undefined;
  #records = 0;
  #unreadable = 0;

  constructor(engine: DuckDb, tables: BatchTables, file: InputFile, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#tables = tables;
    this.#file = file;
    this.#signal = signal;
  }

  counts(): { records: number; unreadable: number } {
    return { records: this.#records, unreadable: this.#unreadable };
  }

  /** Reads the lines of `text`, of which the first has number `before` + 1. Returns how many they were. */
  async read(text: string, before: number, shape: Shape, lastFault: string | undefined): Promise<number> {
    const lines = await this.#split(text, before);
    const layout = shape.wrap === 'json-fields' ? await this.#withNewKeys(shape.layout) : shape.layout;
    for (const name of layout.unknown) this.unknown.add(name);
    const whole = { ...shape, layout };
    const from = sql`(SELECT line, raw, file_id, path_account, path_region, fields,
        ${lastFault === undefined ? sql`broken` : sql`CASE WHEN line = ${before + lines} THEN ${lastFault} ELSE broken END AS broken`}
      FROM (${unwrapped(sql`(FROM piece_lines WHERE NOT blank)`, this.#fileRow(), whole)}))`;
    const parsed = judgedRecords({
      layout,
      textAt: fieldText,
      from,
    });
    await this.#engine.run(
      sql`CREATE OR REPLACE TEMP TABLE piece_records AS ${withAddressFaults(parsed)}`,
      this.#signal,
    );
    await this.#count(sql`SELECT count(*) FILTER (fault IS NULL) AS records, count(*) FILTER (fault IS NOT NULL) AS unreadable
      FROM piece_records`);
    await this.#tables.add('piece_records', layout, this.#signal);
    return lines;
  }

  async rejectAll(text: string, before: number, reason: string): Promise<number> {
    const lines = await this.#split(text, before);
    await this.#count(sql`SELECT 0 AS records, count(*) AS unreadable FROM piece_lines WHERE NOT blank`);
    await this.#tables.reject(
      sql`(FROM piece_lines WHERE NOT blank)`,
      this.#file.fileId,
      reason,
      this.#signal,
    );
    return lines;
  }

  async #split(text: string, before: number): Promise<number> {
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    await this.#engine.run(
      sql`CREATE OR REPLACE TEMP TABLE piece_lines AS
        SELECT raw, line, regexp_full_match(raw, '\\s*') AS blank
        FROM (SELECT unnest(texts) AS raw, CAST(generate_subscripts(texts, 1) AS BIGINT) + ${before} AS line
          FROM (SELECT string_split(CAST(${body} AS VARCHAR), chr(10)) AS texts))`,
      this.#signal,
    );
    const row = v.object({ lines: v.number(), blank: v.number() });
    const counted = sql`SELECT count(*) AS lines, count(*) FILTER (blank) AS blank FROM piece_lines`;
    const [count] = await this.#engine.rows({ name: 'lines', sql: counted, row });
    this.blank += count?.blank ?? 0;
    return count?.lines ?? 0;
  }

  async #withNewKeys(layout: Layout): Promise<Layout> {
    const found = await this.#engine.rows({
      name: 'new JSON keys',
      sql: newJsonKeys(sql`piece_lines`, layout),
      row: v.object({ key: v.string() }),
    });
    return extendedLayout(
      layout,
      found.map(({ key }) => key),
    );
  }

  #fileRow(): Sql {
    return sql`(SELECT CAST(${this.#file.fileId} AS BIGINT) AS file_id, CAST(${this.#file.account} AS VARCHAR) AS path_account,
      CAST(${this.#file.region} AS VARCHAR) AS path_region) AS file`;
  }

  async #count(counting: Sql): Promise<void> {
    const row = v.object({ records: v.number(), unreadable: v.number() });
    const [count] = await this.#engine.rows({ name: 'piece', sql: counting, row }, this.#signal);
    this.#records += count?.records ?? 0;
    this.#unreadable += count?.unreadable ?? 0;
  }
}
