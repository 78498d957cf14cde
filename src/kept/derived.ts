import { constants } from 'node:fs';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { copyTo } from '../sql/parquet.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import { type Folder, makeTemporary } from '../store/folder.ts';
import { identityOfBatches, isKept, keepNewest, keyOf, putInPlace } from '../store/kept.ts';
import { type Batch, columnsOfBatches } from '../store/manifest.ts';
import { dataAsAWhole, labelledPeers } from '../traffic/conversations.ts';
import { coverageHoursOf } from '../traffic/hours.ts';
import { sessionSteps } from '../traffic/sessions.ts';
import { portionFormat, workOutPortions } from './portions.ts';
import type { OnPiece } from './progress.ts';
import { slicedRelations, writeSessionsBySlices } from './session-slices.ts';

/** Raised when the steps change their meaning, so that what an older version kept is not taken for the same. */
const derivedFormat = 11;
/** What is kept of earlier states of the workspace. */
const keptFolders = 2;

/** The relations that are computed from all records and kept in the workspace. */
export const derivedViews = ['sessions', 'conversations', 'peers', 'coverage_hours'] as const;

/** What is kept: those and the numbers that say what the data are as a whole. */
const keptViews = [...derivedViews, dataAsAWhole.name];

/**
 * Those with the numbers of their ends: detectors group and join by numbers, and take the words of what is left. Users
 * do not see them: a number is another one as soon as there are more addresses.
 */
const numberedViews: Readonly<Record<string, string>> = {
  sessions: 'numbered_sessions',
  conversations: 'numbered_conversations',
  peers: 'numbered_peers',
};

/** Views that were worked out: the statements that define them, and the files that they read. */
export interface Derived {
  /** What they were worked out from, as a short key. */
  readonly key: string;
  readonly views: readonly Sql[];
  readonly files: readonly string[];
}

/**
 * Gives the engine `sessions`, `conversations`, `peers` and `coverage_hours`: from the workspace where they were
 * kept for exactly these batches and ranges, otherwise computed now and kept. Returns how another engine gets
 * them from the same files. In a workspace that may only be read they are computed into `spare`.
 */
export async function derive(
  engine: LocalEngine,
  folder: Folder,
  batches: readonly Batch[],
  scopes: ScopeOverrides,
  signal: AbortSignal | undefined,
  spare?: string,
  onPiece?: OnPiece,
): Promise<Derived> {
  const key = keyOf([derivedFormat, portionFormat, scopes, identityOfBatches(batches)]);
  const place = join(folder.derived, key);
  const kept = (await isKept(place))
    ? place
    : await compute(engine, folder, batches, scopes, place, signal, spare, onPiece);
  const views: Sql[] = [];
  const files: string[] = [];
  for (const name of keptViews) {
    const own = await filesOf(name, kept);
    views.push(viewOver(name, own));
    files.push(...own);
    const numbered = numberedViews[name];
    if (numbered !== undefined) await engine.define(numberedViewOver(numbered, own), signal);
  }
  for (const view of views) await engine.define(view, signal);
  return { key, views, files };
}

async function compute(
  engine: LocalEngine,
  folder: Folder,
  batches: readonly Batch[],
  scopes: ScopeOverrides,
  place: string,
  signal: AbortSignal | undefined,
  spare: string | undefined,
  onPiece: OnPiece | undefined,
): Promise<string> {
  const unkept = (await isWritable(folder.derived)) ? undefined : spare;
  if (unkept !== undefined) await mkdir(unkept, { recursive: true });
  const temporary = unkept ?? (await makeTemporary(folder, 'derive'));
  try {
    const keep = unkept ?? folder.derived;
    const beside = join(temporary, 'parts');
    await mkdir(beside, { recursive: true });
    const work = { engine, batches, scopes, keep, beside, signal, onPiece };
    const { hours, parts } = await workOutPortions(work);
    const write = async (name: string, rows: Sql) => {
      const file = fileOf(name, temporary);
      await engine.define(copyTo(rows, file), signal);
      return file;
    };
    await engine.define(viewOver('session_parts', parts), signal);
    for (const step of sessionSteps(columnsOfBatches(batches)))
      await engine.keep(step, { file: fileOf(step.name, beside), form: 'numbers', signal });
    await writeSessionsBySlices(engine, (name, slice) => fileOf(name, temporary, slice), beside, signal);
    for (const name of slicedRelations)
      await engine.define(viewOver(name, await filesOf(name, temporary)), signal);
    const coverage = coverageHoursOf(hours, sql`SELECT * FROM session_interfaces`);
    await engine.define(viewOver('coverage_hours', [await write('coverage_hours', coverage)]), signal);
    await engine.keep(dataAsAWhole, { file: fileOf(dataAsAWhole.name, temporary), signal });
    await rm(beside, { recursive: true, force: true });
    if (unkept !== undefined) return unkept;
    await putInPlace(temporary, place);
    await keepNewest(folder.derived, /^[0-9a-f]{16}$/, keptFolders);
    return place;
  } finally {
    if (unkept === undefined) await rm(temporary, { recursive: true, force: true });
  }
}

function fileOf(name: string, place: string, slice = 0): string {
  return join(place, `${name}-${String(slice).padStart(4, '0')}.parquet`);
}

/** The files of a kept relation. */
async function filesOf(name: string, place: string): Promise<string[]> {
  const names = (await readdir(place)).filter((file) => file.startsWith(`${name}-`)).sort();
  return names.map((file) => join(place, file));
}

function relation(files: readonly string[]): Sql {
  return sql`read_parquet([${list(files)}], hive_partitioning = false)`;
}

/** Columns that only the numbered views show. */
const hidden: Readonly<Record<string, readonly string[]>> = {
  sessions: ['local_id', 'peer_id'],
  conversations: ['local_id', 'peer_id', 'header'],
  peers: ['peer_id'],
};

function viewOver(name: string, files: readonly string[]): Sql {
  const without = (hidden[name] ?? []).map((column) => id(column));
  const columns = without.length === 0 ? sql`*` : sql`* EXCLUDE (${list(without)})`;
  const kept = sql`SELECT ${columns} FROM ${relation(files)}`;
  return sql`CREATE OR REPLACE VIEW ${id(name)} AS ${name === 'peers' ? labelledPeers(kept) : kept}`;
}

function numberedViewOver(name: string, files: readonly string[]): Sql {
  return sql`CREATE OR REPLACE VIEW ${id(name)} AS SELECT * FROM ${relation(files)}`;
}

async function isWritable(path: string): Promise<boolean> {
  return mkdir(path, { recursive: true })
    .then(() => access(path, constants.W_OK))
    .then(
      () => true,
      () => false,
    );
}

const contextRow = v.object({
  from: v.number(),
  to: v.number(),
  localHosts: v.number(),
  windowSeconds: v.number(),
  hasBothDirections: v.boolean(),
  covered: v.number(),
  skipped: v.number(),
});

/** What detectors need to know of the data as a whole. */
export interface DataContext extends v.InferOutput<typeof contextRow> {
  readonly hasTcpFlags: boolean;
}

/** What detectors need to know of the data as a whole, over the relations of {@link derive}. */
export async function contextOf(
  engine: LocalEngine,
  batches: readonly Batch[],
  signal?: AbortSignal,
): Promise<DataContext> {
  const hasTcpFlags = columnsOfBatches(batches).has('tcp_flags');
  const kept = { name: 'data as a whole', sql: sql`SELECT * FROM ${id(dataAsAWhole.name)}`, row: contextRow };
  const [found] = await engine.ask(kept, signal);
  return { ...(found ?? nothingKnown), hasTcpFlags };
}

const nothingKnown = {
  ...{ from: 0, to: 0, localHosts: 0, windowSeconds: 60, hasBothDirections: false },
  ...{ covered: 0, skipped: 0 },
};
