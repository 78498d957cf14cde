import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalEngine } from '../engine/local.ts';
import { columnsOf } from '../records/record.ts';
import { copyTo } from '../sql/parquet.ts';
import { id, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import type { Batch } from '../store/manifest.ts';
import { commitRead } from './commit-read.ts';
import { DnsTables } from './dns-tables.ts';
import { leaveOutDuplicates, type Part } from './duplicates.ts';
import type { FileOutcome, InputFile } from './input-file.ts';
import { type CleanFile, isClean, readClean } from './read-clean.ts';
import { type DnsFile, readDns } from './read-dns.ts';
import { readLines } from './read-lines.ts';
import { readParquet } from './read-parquet.ts';
import type { Staged } from './stage.ts';
import { BatchTables } from './tables.ts';

/** A file that is ready to be read: text unpacked beside the workspace, a Parquet file, or one with a fault. */
export type Ready =
  | { readonly kind: 'text'; readonly file: InputFile; readonly staged: Staged }
  | { readonly kind: 'parquet'; readonly file: InputFile }
  | { readonly kind: 'failed'; readonly file: InputFile; readonly reason: string }
  | { readonly kind: 'empty'; readonly file: InputFile };

export interface BatchContext {
  readonly engine: LocalEngine;
  readonly folder: Folder;
  /** Folder of this load for what is not committed yet. */
  readonly temporary: string;
  readonly keepDuplicates: boolean;
  readonly hashProbe: string;
  /** Unpacked text of one batch, in bytes, where it is not the default. */
  readonly batchBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CommittedBatch {
  readonly batch: Batch;
  readonly outcomes: readonly FileOutcome[];
}

/** Reads the files, leaves out duplicates of what `earlier` batches hold, and commits the rest as one batch. */
export async function readBatch(
  context: BatchContext,
  ready: readonly Ready[],
  earlier: readonly Batch[],
): Promise<CommittedBatch> {
  const { engine, signal } = context;
  const number = (earlier.at(-1)?.number ?? 0) + 1;
  const prepared = join(context.temporary, `batch-${number}`);
  await mkdir(prepared, { recursive: true });
  const tables = await BatchTables.create(engine);
  const dns = new DnsTables(engine, context.keepDuplicates ? undefined : earlier, signal);
  try {
    const outcomes: FileOutcome[] = [];
    const parts = await readCleanFiles(context, prepared, ready, outcomes);
    outcomes.push(...(await readDns({ engine, tables, dns, signal }, dnsFilesOf(ready))));
    const done = new Set(outcomes.map(({ file }) => file.fileId));
    for (const each of ready) {
      if (!done.has(each.file.fileId)) outcomes.push(await readOther(engine, tables, each, signal));
    }
    for (const [index, { table, columns }] of tables.records.entries()) {
      const part = { path: join(prepared, `records-lines-${index}.parquet`), columns };
      await engine.define(copyTo(sql`SELECT * FROM ${id(table)}`, part.path), signal);
      parts.push(part);
    }
    const lost =
      context.keepDuplicates || parts.length === 0
        ? new Map<number, number>()
        : await leaveOutDuplicates(engine, parts, earlier, context.hashProbe, signal);
    const batch = await commitRead(context, { prepared, number, parts, dns, outcomes, lost });
    return { batch, outcomes };
  } finally {
    await tables.drop().catch(() => {});
    await dns.drop().catch(() => {});
    await rm(prepared, { recursive: true, force: true });
  }
}

/** The DNS query logs among the files. */
function dnsFilesOf(ready: readonly Ready[]): DnsFile[] {
  const texts = ready.flatMap((each) => (each.kind === 'text' ? [each] : []));
  return texts.flatMap(({ file, staged }) =>
    'kind' in staged.shape && staged.shape.kind === 'dns' ? [{ file, staged, shape: staged.shape }] : [],
  );
}

/** Reads the clean files, one Parquet file per layout. Those that turn out not to be clean are left for later. */
async function readCleanFiles(
  context: BatchContext,
  prepared: string,
  ready: readonly Ready[],
  outcomes: FileOutcome[],
): Promise<Part[]> {
  const groups = new Map<string, CleanFile[]>();
  for (const each of ready) {
    if (each.kind !== 'text' || !isClean(each.staged) || !('wrap' in each.staged.shape)) continue;
    if (each.staged.lines === 0) continue;
    const { shape } = each.staged;
    const key = shape.layout.fields.map(({ name }) => name).join(' ');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ file: each.file, staged: each.staged, shape });
  }
  const parts: Part[] = [];
  for (const group of groups.values()) {
    const path = join(prepared, `records-${parts.length}.parquet`);
    const doubtful = new Set(await readClean(context.engine, group, path, context.signal));
    const read = group.filter((file) => !doubtful.has(file));
    outcomes.push(...read.map(cleanOutcome));
    const layout = group[0]?.shape.layout;
    if (read.length === 0 || layout === undefined) await rm(path, { force: true });
    else parts.push({ path, columns: columnsOf(layout) });
  }
  return parts;
}

function cleanOutcome({ file, staged, shape }: CleanFile): FileOutcome {
  return {
    file,
    status: 'read',
    reason: null,
    shape: `${shape.wrap}, ${shape.delimiter}`,
    lines: staged.lines + staged.headerLines,
    headerLines: shape.header ? 1 : 0,
    blankLines: staged.headerLines - (shape.header ? 1 : 0),
    records: staged.lines,
    unreadable: 0,
    unknownFields: shape.layout.unknown,
  };
}

async function readOther(
  engine: LocalEngine,
  tables: BatchTables,
  ready: Ready,
  signal: AbortSignal | undefined,
): Promise<FileOutcome> {
  const { file } = ready;
  const none = {
    file,
    shape: null,
    lines: 0,
    headerLines: 0,
    blankLines: 0,
    records: 0,
    unreadable: 0,
    unknownFields: [],
  };
  switch (ready.kind) {
    case 'parquet':
      return readParquet(engine, tables, file, signal);
    case 'failed':
      return { ...none, status: 'failed', reason: ready.reason };
    case 'empty':
      return { ...none, status: 'empty', reason: null };
    case 'text': {
      const { shape } = ready.staged;
      if ('kind' in shape && shape.kind === 'other')
        return { ...none, status: 'other', reason: shape.reason };
      return readLines(engine, tables, file, ready.staged, signal);
    }
  }
}
