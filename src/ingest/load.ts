import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import type { Layout } from '../records/layout.ts';
import type { Batch } from '../store/manifest.ts';
import { type BatchContext, type Ready, readBatch } from './batch.ts';
import { packingOf } from './decode.ts';
import type { FoundFile } from './discover.ts';
import { type FileOutcome, type InputFile, placeOf } from './input-file.ts';
import { stageText } from './stage.ts';

/** Unpacked text of one batch: large enough that a batch's own cost does not count, small enough to redo. */
const batchTextBytes = 256_000_000;
/** The first batch is small, so that the engine has something to read while the next one is unpacked. */
const firstBatchTextBytes = 32_000_000;
const batchFileLimit = 2000;
/** Parquet holds about this many times the text that its bytes suggest. */
const parquetDensity = 6;
const unpackers = 3;

export interface LoadStep {
  readonly outcomes: readonly FileOutcome[];
  readonly batch: Batch;
}

/**
 * Reads files into batches and yields each as it is committed. While one batch is read by the engine, the text
 * of the next is unpacked. Ending early, by an error or an abort, keeps the batches that were yielded.
 */
export async function* load(
  context: BatchContext,
  files: readonly FoundFile[],
  known: readonly Batch[],
  firstFileId: number,
  format: Layout | undefined,
): AsyncGenerator<LoadStep> {
  const queue = files.map(
    (file, index): InputFile => ({ ...file, ...placeOf(file.path), fileId: firstFileId + index }),
  );
  const batches = [...known];
  let bytesAtMost = Math.min(firstBatchTextBytes, context.batchBytes ?? batchTextBytes);
  let next = prepare(context, queue, format, bytesAtMost);
  try {
    for (;;) {
      const ready = await next;
      if (ready.length === 0) return;
      // Prepared ahead: its failure is told when its turn comes.
      bytesAtMost = Math.min(2 * bytesAtMost, context.batchBytes ?? batchTextBytes);
      next = prepare(context, queue, format, bytesAtMost);
      next.catch(() => {});
      const step = await readBatch(context, ready, batches);
      for (const each of ready) if (each.kind === 'text') await rm(each.staged.path, { force: true });
      batches.push(step.batch);
      yield step;
    }
  } finally {
    queue.length = 0;
    await next.catch(() => {});
  }
}

/** Takes files from the queue until they fill a batch, and unpacks them, a few at a time. */
async function prepare(
  context: BatchContext,
  queue: InputFile[],
  format: Layout | undefined,
  bytesAtMost: number,
): Promise<Ready[]> {
  const ready: Ready[] = [];
  let bytes = 0;
  let failure: unknown;
  const work = async () => {
    while (bytes < bytesAtMost && ready.length < batchFileLimit && failure === undefined) {
      const file = queue.shift();
      if (file === undefined || context.signal?.aborted) return;
      try {
        const each = await prepareFile(context, file, format);
        bytes +=
          each.kind === 'text'
            ? each.staged.bytes
            : each.kind === 'parquet'
              ? file.sizeBytes * parquetDensity
              : 0;
        ready.push(each);
      } catch (error) {
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: unpackers }, work));
  if (failure !== undefined) throw failure;
  if (context.signal?.aborted) throw new HuntError('engine.cancelled', 'Interrupted.');
  return ready.sort((a, b) => a.file.fileId - b.file.fileId);
}

async function prepareFile(
  context: BatchContext,
  file: InputFile,
  format: Layout | undefined,
): Promise<Ready> {
  if (file.sizeBytes === 0) return { kind: 'empty', file };
  try {
    const { packing, name } = await packingOf(file.path);
    if (packing === 'parquet') return { kind: 'parquet', file };
    if (packing === 'unsupported')
      return { kind: 'failed', file, reason: `${name} files are not read; unpack it first` };
    const staged = join(context.temporary, `${file.fileId}.txt`);
    return { kind: 'text', file, staged: await stageText({ ...file, packing }, staged, format) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
      throw new HuntError('engine.disk-full', `The disk is full: ${message}`, {
        hint: 'Free some space, or put the workspace elsewhere with --workspace; nothing that was loaded is broken.',
        cause: error,
      });
    }
    if (code === undefined) throw error;
    return { kind: 'failed', file, reason: `the file cannot be read: ${message}` };
  }
}
