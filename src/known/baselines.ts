import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import type { BaselineInfo, ExportedBaseline, ImportedBaseline } from '../detect/results.ts';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import type { DataContext } from '../kept/derived.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { baselineName, baselinesIn, dropBaseline, putBaseline } from '../store/baselines.ts';
import { type Folder, unwritable } from '../store/folder.ts';
import { withScratch } from '../store/scratch.ts';
import { baselineColumns, baselineProfile, rowsAtMost } from '../traffic/baseline.ts';
import { isoTime } from '../traffic/period.ts';
import { version } from '../version.ts';
import { exportedFile } from '../whole-file.ts';

/** What a baseline file says of itself, in the metadata of the Parquet file. */
const metaKey = 'northsouth_baseline';
const mostBytes = 1_000_000_000;

const maybeText = v.nullable(v.pipe(v.string(), v.maxLength(100)));
const metaSchema = v.object({
  format: v.literal(1),
  version: v.pipe(v.string(), v.maxLength(100)),
  exportedAt: v.pipe(v.string(), v.maxLength(100)),
  period: v.object({ from: maybeText, to: maybeText }),
  coverage: v.number(),
  peers: v.number(),
  locals: v.number(),
  rows: v.number(),
  leftOut: v.number(),
  digest: v.optional(v.pipe(v.string(), v.maxLength(100))),
  importedAt: v.optional(v.pipe(v.string(), v.maxLength(100))),
});
type Meta = v.InferOutput<typeof metaSchema>;

const countsRow = v.object({ peers: v.number(), locals: v.number(), rows: v.number() });

/** Writes what is normal in the sessions of the engine to a file, beside it first. */
export async function exportBaseline(
  engine: LocalEngine,
  context: DataContext,
  file: string,
  signal: AbortSignal | undefined,
): Promise<ExportedBaseline> {
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE baseline_rows AS ${baselineProfile}`, signal);
  const most = sql`(SELECT * FROM baseline_rows ORDER BY days DESC, bytes_in + bytes_out DESC, kind, address,
    service_port, protocol, direction LIMIT ${rowsAtMost})`;
  const counts = {
    name: 'rows of the baseline',
    sql: sql`SELECT count(DISTINCT address) FILTER (kind = 'peer') AS peers,
      count(DISTINCT address) FILTER (kind = 'local') AS locals, count(*) AS rows FROM baseline_rows`,
    row: countsRow,
  };
  const [{ peers, locals, rows } = { peers: 0, locals: 0, rows: 0 }] = await engine.ask(counts, signal);
  if (rows === 0) {
    throw new HuntError(
      'input.nothing-readable',
      'There is no traffic with the Internet to make a baseline of.',
      {
        hint: 'Load flow logs first: northsouth load PATH.',
      },
    );
  }
  const meta: Meta = {
    format: 1,
    version: version(),
    exportedAt: new Date().toISOString(),
    period: { from: isoTime(context.from || null), to: isoTime(context.to || null) },
    coverage: Math.round(context.covered * 1000) / 1000,
    ...{ peers, locals, rows: Math.min(rows, rowsAtMost), leftOut: Math.max(0, rows - rowsAtMost) },
  };
  try {
    await exportedFile(file, (beside) => engine.define(copyWith(most, beside, meta), signal));
  } finally {
    await engine.run(trusted('DROP TABLE IF EXISTS baseline_rows')).catch(() => undefined);
  }
  const { format: _, digest: __, importedAt: ___, ...told } = meta;
  return { file, ...told };
}

function copyWith(rows: Sql, file: string, meta: Meta): Sql {
  return sql`COPY (SELECT * FROM ${rows}) TO ${file}
    (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${trusted(metaKey)}: ${JSON.stringify(meta)}})`;
}

/**
 * Takes a file that {@link exportBaseline} wrote into the workspace, under a name: its own, without the ending, where
 * none is given. The same content is taken once.
 */
export async function importBaseline(
  engine: LocalEngine,
  folder: Folder,
  file: string,
  given: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ImportedBaseline> {
  const name = given ?? basename(file).replace(/(?:\.baseline)?\.parquet$/i, '');
  if (!baselineName.test(name)) {
    throw new HuntError('usage.value', `A baseline cannot be called "${name}"`, {
      hint: 'Name it with --name: up to 64 letters, digits, dots, hyphens and underscores.',
    });
  }
  const there = await stat(file).catch((cause: Error) => {
    throw new HuntError('input.not-found', `${file} cannot be read: ${cause.message}`, {
      hint: 'Name a file that "northsouth baseline export" wrote.',
      cause,
    });
  });
  if (there.size > mostBytes) throw noBaseline(file, 'it is larger than a gigabyte');
  const meta = await metaOf(engine, file);
  const digest = await digestOf(file);
  const known = await listBaselines(engine, folder);
  const same = known.find((one) => one.digest === digest);
  if (same !== undefined && (given === undefined || same.name === name))
    return { status: 'unchanged', ...same };
  const columns = list(
    baselineColumns.map(([column, type]) => sql`CAST(${id(column)} AS ${trusted(type)}) AS ${id(column)}`),
  );
  // Read and written anew: what lies in the workspace has these columns and no others.
  const rows = sql`(SELECT ${columns} FROM read_parquet(${file}, hive_partitioning = false)
    WHERE kind IN ('peer', 'local') AND length(address) BETWEEN 2 AND 45 LIMIT ${rowsAtMost})`;
  const target = await withScratch(folder, 'baseline', async (beside) => {
    await mkdir(folder.baselines, { recursive: true });
    const about = { ...meta, digest, importedAt: new Date().toISOString() };
    await engine.define(copyWith(rows, beside, about), signal);
    return putBaseline(folder, beside, name);
  }).catch((error: unknown) => {
    if (error instanceof HuntError && error.code === 'engine.query')
      throw noBaseline(file, error.message, error);
    throw error;
  });
  const status = known.some((one) => one.name === name) ? 'replaced' : 'added';
  return { status, ...(await infoOf(engine, name, target)) };
}

/** The baselines of the workspace. */
export async function listBaselines(engine: LocalEngine, folder: Folder): Promise<BaselineInfo[]> {
  const files = await baselinesIn(folder);
  return Promise.all(files.map(({ name, file }) => infoOf(engine, name, file)));
}

/** Takes a baseline out of use. Throws where there is none of the name. */
export async function removeBaseline(folder: Folder, name: string): Promise<void> {
  const known = await baselinesIn(folder);
  const found = known.find((one) => one.name === name);
  if (found === undefined) {
    throw new HuntError('usage.value', `There is no baseline named ${name}.`, {
      hint:
        known.length === 0
          ? 'No baseline is in use.'
          : `The names are ${known.map((one) => one.name).join(', ')}.`,
    });
  }
  await dropBaseline(folder, name).catch((error: Error) => {
    throw unwritable(folder, error);
  });
}

async function infoOf(engine: LocalEngine, name: string, file: string): Promise<BaselineInfo> {
  const { format: _, digest = null, importedAt = null, ...told } = await metaOf(engine, file);
  return { name, ...told, digest, importedAt };
}

async function metaOf(engine: LocalEngine, file: string): Promise<Meta> {
  const question = {
    name: 'what a baseline says of itself',
    sql: sql`SELECT decode(value) AS text FROM parquet_kv_metadata(${file}) WHERE decode(key) = ${metaKey}`,
    row: v.object({ text: v.string() }),
  };
  try {
    const [found] = await engine.ask(question);
    if (found === undefined) throw new Error('it does not say that it is one');
    return v.parse(metaSchema, JSON.parse(found.text));
  } catch (error) {
    throw noBaseline(file, (error as Error).message.split('\n', 1)[0] ?? '', error);
  }
}

function noBaseline(file: string, why: string, cause?: unknown): HuntError {
  return new HuntError('input.nothing-readable', `${file} is no baseline: ${why}`, {
    hint: 'Name a file that "northsouth baseline export" wrote.',
    cause,
  });
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}
