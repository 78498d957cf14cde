import type { LocalEngine } from '../engine/local.ts';
import { judgedQueries } from '../names/query-log.ts';
import { list, sql, trusted } from '../sql/sql.ts';
import { countsOf, type DnsTables } from './dns-tables.ts';
import type { FileOutcome, InputFile } from './input-file.ts';
import { longestLine } from './line-pieces.ts';
import { fileRow } from './line-reader.ts';
import { cutOff, texts } from './read-lines.ts';
import type { DnsShape } from './shape.ts';
import { splitLines } from './split-lines.ts';
import type { Staged } from './stage.ts';
import type { BatchTables } from './tables.ts';
import { bodiesOf } from './unwrap.ts';

/** A DNS query log that is ready to be read. */
export interface DnsFile {
  readonly file: InputFile;
  readonly staged: Staged;
  readonly shape: DnsShape;
}

export interface DnsContext {
  readonly engine: LocalEngine;
  readonly tables: BatchTables;
  readonly dns: DnsTables;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads DNS query logs: files in which the engine finds as many queries as there are lines all at once, the others
 * line by line, so that each line is a header, blank, a query or a reject.
 */
export async function readDns(context: DnsContext, files: readonly DnsFile[]): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  const doubtful = new Set(files.filter((each) => !isClean(each)));
  for (const group of groupsOf(files.filter((each) => !doubtful.has(each)))) {
    const { read, left } = await readAtOnce(context, group);
    outcomes.push(...read);
    for (const each of left) doubtful.add(each);
  }
  for (const each of doubtful) outcomes.push(await readByLine(context, each));
  return outcomes;
}

function isClean({ staged, shape }: DnsFile): boolean {
  return staged.clean && staged.lines > 0 && shape.around !== 'json-events';
}

function groupsOf(files: readonly DnsFile[]): DnsFile[][] {
  const groups = new Map<string, DnsFile[]>();
  for (const each of files) {
    const key = `${each.shape.around} ${each.shape.messageColumn}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(each);
  }
  return [...groups.values()];
}

const judged = sql`dns_queries`;

async function readAtOnce(
  { engine, dns, signal }: DnsContext,
  files: readonly DnsFile[],
): Promise<{ read: FileOutcome[]; left: DnsFile[] }> {
  const shape = files[0]?.shape;
  if (shape === undefined) return { read: [], left: [] };
  const staged = files.map(({ file, staged }) => sql`(${staged.path}, CAST(${file.fileId} AS BIGINT))`);
  // A delimiter that a clean file does not have: each line is one column.
  const lines = sql`(
    SELECT CAST(NULL AS BIGINT) AS line, lines.raw, staged.file_id
    FROM read_csv([${list(files.map((each) => each.staged.path))}], columns = {raw: 'VARCHAR'}, delim = chr(1), quote = '',
      escape = '', comment = '', header = false, auto_detect = false, hive_partitioning = false, new_line = '\\n',
      ignore_errors = true, max_line_size = 2000000, filename = 'staged path') AS lines
    JOIN (VALUES ${list(staged)}) AS staged (path, file_id) ON staged.path = lines."staged path")`;
  const { bodies, missing } = bodiesOf(lines, sql`(SELECT 1) AS one`, shape.around, shape.messageColumn);
  // No line is rejected here, so that none is held back.
  const from = sql`(SELECT line, CAST(NULL AS VARCHAR) AS raw, file_id, body,
      CASE WHEN body IS NULL THEN ${missing} END AS broken FROM (${bodies}))`;
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE dns_queries AS ${judgedQueries(from)}`, signal);
  const counts = await countsOf(engine, judged, signal);
  const isProven = ({ file, staged }: DnsFile) => counts.get(file.fileId)?.queries === staged.lines;
  const left = files.filter((each) => !isProven(each));
  const read = files.filter(isProven);
  const unproven = left.map(({ file }) => file.fileId);
  const duplicates = read.length > 0 ? await dns.add(judged, unproven) : new Map<number, number>();
  await engine.run(trusted('DROP TABLE dns_queries'));
  return {
    left,
    read: read.map((each) => {
      const { queries = 0, answers = 0 } = counts.get(each.file.fileId) ?? {};
      const duplicate = duplicates.get(each.file.fileId) ?? 0;
      return outcomeOf(each, each.staged.headerLines + each.staged.lines, {
        ...{ queries, answers, duplicate, unreadable: 0, silent: 0, blank: 0, extra: 0 },
      });
    }),
  };
}

interface LineCounts {
  readonly queries: number;
  readonly answers: number;
  readonly duplicate: number;
  readonly unreadable: number;
  /** Envelopes without any query. */
  readonly silent: number;
  readonly blank: number;
  /** Queries of envelopes beyond the first of each line. */
  readonly extra: number;
}

async function readByLine(context: DnsContext, each: DnsFile): Promise<FileOutcome> {
  const { engine, tables, dns, signal } = context;
  const { file, staged, shape } = each;
  const sum = { queries: 0, answers: 0, duplicate: 0, unreadable: 0, silent: 0, blank: 0, extra: 0 };
  let line = staged.headerLines;
  for await (const { text, last } of texts(staged)) {
    const torn = last && staged.broke !== undefined && !text.endsWith('\n') ? cutOff : null;
    const { lines, filled } = await splitLines(engine, text, line, longestLine(shape), signal);
    const { bodies, missing } = bodiesOf(
      sql`(FROM piece_lines WHERE NOT blank)`,
      fileRow(file),
      shape.around,
      shape.messageColumn,
    );
    const tornLine = sql`CASE WHEN line = ${line + lines} THEN CAST(${torn} AS VARCHAR) END`;
    const from = sql`(SELECT *, coalesce(overlong, ${tornLine}, CASE WHEN body IS NULL THEN ${missing} END) AS broken
      FROM (${bodies}))`;
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE dns_queries AS ${judgedQueries(from)}`, signal);
    const found = (await countsOf(engine, judged, signal)).get(file.fileId);
    const counted = found ?? { queries: 0, answers: 0, unreadable: 0, lines: 0 };
    sum.queries += counted.queries;
    sum.answers += counted.answers;
    sum.unreadable += counted.unreadable;
    sum.silent += filled - counted.lines;
    sum.extra += counted.queries + counted.unreadable - counted.lines;
    sum.blank += lines - filled;
    sum.duplicate += (await dns.add(judged)).get(file.fileId) ?? 0;
    await tables.rejectFaults(judged, signal);
    line += lines;
  }
  await engine.run(trusted('DROP TABLE IF EXISTS dns_queries'));
  return outcomeOf(each, line + sum.extra, sum);
}

function outcomeOf(
  { file, staged, shape }: DnsFile,
  lines: number,
  { queries, answers, duplicate, unreadable, silent, blank }: LineCounts,
): FileOutcome {
  const header = shape.header ? 1 : 0;
  return {
    file,
    status: staged.broke !== undefined ? 'failed' : queries + unreadable > 0 ? 'read' : 'empty',
    reason: staged.broke ?? null,
    shape: `DNS queries, ${shape.around}`,
    lines,
    headerLines: header + silent,
    blankLines: blank + staged.headerLines - header,
    records: 0,
    unreadable,
    unknownFields: [],
    dns: { queries, answers, duplicate },
  };
}
