import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { discover, type FoundFile } from '../ingest/discover.ts';
import { dnsCountsOf } from '../ingest/dns-counts.ts';
import { hashProbe } from '../ingest/duplicates.ts';
import type { FileOutcome } from '../ingest/input-file.ts';
import { load } from '../ingest/load.ts';
import type { LoadResult } from '../ingest/load-result.ts';
import { filesView } from '../kept/catalog.ts';
import { type Layout, layoutFromFormat } from '../records/layout.ts';
import type { LoadOptions } from '../settings/options.ts';
import { sql } from '../sql/sql.ts';
import {
  type Folder,
  isFullOrReadOnly,
  makeTemporary,
  removeLeftovers,
  unwritable,
} from '../store/folder.ts';
import { lockFolder } from '../store/lock.ts';
import { readBatches } from '../store/manifest.ts';

/** Loads what is new at the paths into the workspace. What was committed stays, however this ends. */
export async function loadPaths(
  engine: LocalEngine,
  folder: Folder,
  paths: readonly string[],
  options: LoadOptions,
  signal: AbortSignal | undefined,
): Promise<LoadResult> {
  const format = options.format === undefined ? undefined : layoutFromFormat(options.format);
  const unlock = await lockFolder(folder);
  try {
    await removeLeftovers(folder);
    return await loadFound(engine, folder, paths, format, options, signal);
  } catch (error) {
    if (error instanceof HuntError || !isFullOrReadOnly(error)) throw error;
    throw unwritable(folder, error);
  } finally {
    unlock();
  }
}

async function loadFound(
  engine: LocalEngine,
  folder: Folder,
  paths: readonly string[],
  format: Layout | undefined,
  options: LoadOptions,
  signal: AbortSignal | undefined,
): Promise<LoadResult> {
  const started = Date.now();
  const found = await discover(paths);
  const batches = await readBatches(folder);
  const known = await knownFiles(engine, batches, format !== undefined);
  const fresh = found.files.filter((file) => !known.has(keyOf(file)));
  const outcomes: FileOutcome[] = [];
  let duplicate = 0;
  const temporary = await makeTemporary(folder, 'load');
  try {
    const bytesTotal = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const progress = { filesTotal: fresh.length, filesDone: 0, bytesTotal, bytesDone: 0, records: 0 };
    options.onProgress?.(progress);
    const context = {
      engine,
      folder,
      temporary,
      keepDuplicates: options.keepDuplicates ?? false,
      hashProbe: await hashProbe(engine),
      batchBytes: options.batchBytes,
      signal,
    };
    const firstId = 1 + (await lastFileId(engine));
    for await (const step of load(context, fresh, batches, firstId, format)) {
      outcomes.push(...step.outcomes);
      duplicate += step.batch.manifest.duplicate;
      progress.filesDone += step.outcomes.length;
      progress.bytesDone += step.outcomes.reduce((sum, { file }) => sum + file.sizeBytes, 0);
      progress.records += step.batch.manifest.records;
      options.onProgress?.({ ...progress });
      // The last one is asked for by whoever waits for all.
      if (progress.filesDone < progress.filesTotal) await options.onCommitted?.(progress.records);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const result = resultOf(
    folder,
    outcomes,
    found.passedOver,
    found.files.length - fresh.length,
    duplicate,
    started,
  );
  // A second run on the same files ends as the first one did.
  const before = found.files.reduce((sum, file) => sum + (known.get(keyOf(file)) ?? 0), 0);
  if (result.records === 0 && result.dns.queries === 0 && before === 0)
    throw nothingReadable(result, paths, found.files);
  return result;
}

function keyOf(file: FoundFile): string {
  return `${file.sizeBytes} ${file.modifiedMs} ${file.path}`;
}

/** What versions that read no DNS logs said of one. */
const dnsLogOfBefore = 'a Route 53 Resolver query log, not a flow log';

/** Files that need no second reading, with their records; with a format, those that no layout fitted before get one. */
async function knownFiles(
  engine: LocalEngine,
  batches: Awaited<ReturnType<typeof readBatches>>,
  again: boolean,
): Promise<Map<string, number>> {
  await engine.define(filesView(batches));
  const rows = await engine.ask({
    name: 'known files',
    sql: sql`SELECT path, size_bytes, modified_ms, records + queries AS records FROM files
      WHERE NOT (${again} AND status = 'failed' AND shape IS NULL)
        AND NOT (status = 'other' AND coalesce(reason, '') = ${dnsLogOfBefore})`,
    row: v.object({ path: v.string(), size_bytes: v.number(), modified_ms: v.number(), records: v.number() }),
  });
  return new Map(
    rows.map(({ path, size_bytes, modified_ms, records }) => [
      keyOf({ path, sizeBytes: size_bytes, modifiedMs: modified_ms }),
      records,
    ]),
  );
}

async function lastFileId(engine: LocalEngine): Promise<number> {
  const row = v.object({ last: v.number() });
  const [found] = await engine.ask({
    name: 'last file',
    sql: sql`SELECT coalesce(max(file_id), 0) AS last FROM files`,
    row,
  });
  return found?.last ?? 0;
}

function resultOf(
  folder: Folder,
  outcomes: readonly FileOutcome[],
  passedOver: readonly string[],
  alreadyLoaded: number,
  duplicate: number,
  started: number,
): LoadResult {
  const flowLogs = outcomes.filter(({ dns }) => dns === undefined);
  const with_ = (status: FileOutcome['status']) => outcomes.filter((outcome) => outcome.status === status);
  const reasons = (among: readonly FileOutcome[]) =>
    among.map(({ file, reason }) => ({ path: file.path, reason: reason ?? 'unknown' }));
  const ending = passedOver.map((path) => ({ path, reason: 'its name says that it is no flow log' }));
  return {
    workspace: folder.root,
    files: flowLogs.length - with_('other').length,
    alreadyLoaded,
    emptyFiles: flowLogs.filter(({ status }) => status === 'empty').length,
    failedFiles: reasons(with_('failed')),
    otherFiles: [...reasons(with_('other')), ...ending],
    records: outcomes.reduce((sum, { records }) => sum + records, 0),
    unreadable: flowLogs.reduce((sum, { unreadable }) => sum + unreadable, 0),
    duplicate,
    dns: dnsCountsOf(outcomes),
    unknownFields: [...new Set(outcomes.flatMap(({ unknownFields }) => unknownFields))].sort(),
    seconds: (Date.now() - started) / 1000,
  };
}

const lookedFor =
  'Looked for VPC or Transit Gateway flow logs, and for DNS query logs, as text (plain, gzip, zstd), Parquet, CloudWatch exports or JSON lines';

function nothingReadable(
  result: LoadResult,
  paths: readonly string[],
  files: readonly FoundFile[],
): HuntError {
  const where = paths.map((path) => resolve(path)).join(', ');
  const format = 'If the lines have no header, name their fields with --format "version account-id ...".';
  const [failed] = [...result.failedFiles, ...result.otherFiles];
  if (files.length === 0) {
    return new HuntError(
      'input.nothing-readable',
      `There is no flow log in ${where}: ${passedOver(result)}. ${lookedFor}.`,
      {
        hint: 'Give the folder into which the logs were copied, for example with aws s3 sync.',
      },
    );
  }
  const none = result.alreadyLoaded > 0 ? 'nor was any when they were read before' : 'every file is empty';
  const reason = failed === undefined ? none : `${failed.path}: ${failed.reason}`;
  return new HuntError(
    'input.nothing-readable',
    `No record could be read in ${where} (${reason}). ${lookedFor}.`,
    {
      hint: `northsouth rejects shows the lines that were not read. ${format}`,
    },
  );
}

function passedOver({ otherFiles }: LoadResult): string {
  if (otherFiles.length === 0) return 'no file is there';
  return `the only files there are ${otherFiles.length} whose names say that they are something else`;
}
