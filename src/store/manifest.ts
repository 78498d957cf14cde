import { open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { HuntError } from '../errors.ts';
import type { Folder } from './folder.ts';

const partSchema = v.object({
  /** Name of the Parquet file in the batch's folder. */
  file: v.string(),
  records: v.number(),
  columns: v.array(v.string()),
});

const manifestSchema = v.object({
  format: v.literal(1),
  createdAt: v.string(),
  /** Start times of the records, in Unix seconds; null where no record has one. */
  from: v.nullable(v.number()),
  to: v.nullable(v.number()),
  /** True where some record has no start time, so that a period cannot rule the batch out. */
  timeless: v.boolean(),
  /** What DuckDB's hash gave for a known text: another value later means that stored hashes are of another kind. */
  hashProbe: v.string(),
  parts: v.array(partSchema),
  records: v.number(),
  unreadable: v.number(),
  duplicate: v.number(),
  /** What the DNS query logs of the batch held; absent where it has none. The other counts are of flow logs. */
  dns: v.optional(
    v.object({
      files: v.number(),
      queries: v.number(),
      answers: v.number(),
      unreadable: v.number(),
      duplicate: v.number(),
      /** Times of the first and the last query that is no duplicate, in Unix seconds. */
      from: v.nullable(v.number()),
      to: v.nullable(v.number()),
    }),
  ),
});

/** What stands in a batch's `batch.json`. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** One committed load step: a folder of Parquet files that never changes again. */
export interface Batch {
  readonly number: number;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Files beside the parts in each batch's folder. */
export const batchFiles = {
  files: 'files.parquet',
  rejects: 'rejects.parquet',
  addresses: 'addresses.parquet',
  /** Only where the batch has DNS query logs: names by address and host, hours in which hosts asked, files, and what tells queries. */
  names: 'names.parquet',
  dnsHours: 'dns-hours.parquet',
  dnsFiles: 'dns-files.parquet',
  dnsQueries: 'dns-queries.parquet',
};

/** The Parquet files with the records of the batches. */
export function recordFiles(batches: readonly Batch[]): readonly string[] {
  return batches.flatMap(({ folder, manifest }) => manifest.parts.map(({ file }) => join(folder, file)));
}

/** The columns that records of the batches have, whatever the order. */
export function columnsOfBatches(batches: readonly Batch[]): ReadonlySet<string> {
  return new Set(batches.flatMap(({ manifest }) => manifest.parts.flatMap(({ columns }) => columns)));
}

/** The files of one kind that batches with DNS query logs have. */
export function dnsFilesIn(
  batches: readonly Batch[],
  kind: 'names' | 'dnsHours' | 'dnsFiles' | 'dnsQueries',
): readonly string[] {
  return batches
    .filter(({ manifest }) => manifest.dns !== undefined)
    .map(({ folder }) => join(folder, batchFiles[kind]));
}

/** The committed batches, in order. A folder without a manifest is none: the manifest comes with the rename. */
export async function readBatches(folder: Folder): Promise<Batch[]> {
  const names = await readdir(folder.batches).catch(() => []);
  const numbered = names.filter((name) => /^\d{6,}$/.test(name)).sort();
  return Promise.all(numbered.map((name) => readBatch(join(folder.batches, name), Number(name))));
}

async function readBatch(folder: string, number: number): Promise<Batch> {
  const path = join(folder, 'batch.json');
  try {
    return { number, folder, manifest: v.parse(manifestSchema, JSON.parse(await readFile(path, 'utf8'))) };
  } catch (error) {
    throw new HuntError('workspace.unusable', `The workspace has a batch that cannot be read: ${path}`, {
      hint: `Remove the folder ${folder} and load again; its input files will be read once more.`,
      cause: error,
    });
  }
}

/** Makes a finished folder a batch, in one step: before the rename nothing of it counts, after it all does. */
export async function commitBatch(
  folder: Folder,
  prepared: string,
  number: number,
  manifest: Manifest,
): Promise<Batch> {
  await writeFile(join(prepared, 'batch.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of await readdir(prepared)) await sync(join(prepared, name));
  const target = join(folder.batches, String(number).padStart(6, '0'));
  await rename(prepared, target);
  await sync(folder.batches);
  return { number, folder: target, manifest };
}

/** Waits until the disk has a file's content, so that not even a power cut leaves a batch in part. */
async function sync(path: string): Promise<void> {
  // Windows opens no folder and syncs no file that is open for reading only; a full or broken disk must be told.
  const unable = (error: NodeJS.ErrnoException) => {
    if (failures.includes(error.code ?? '')) throw error;
  };
  const file = await open(path, 'r').catch(unable);
  await file?.sync().catch(unable);
  await file?.close();
}

const failures = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS', 'EMFILE', 'ENFILE'];
