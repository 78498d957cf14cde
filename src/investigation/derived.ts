import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import { copyTo } from '../sql/parquet.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import { type Folder, makeTemporary } from '../store/folder.ts';
import { isThere, keepNewest, keyOf, stateOfBatches } from '../store/kept.ts';
import { type Batch, columnsOfBatches } from '../store/manifest.ts';
import { conversationsOf, dataAsAWhole, labelledPeers, peersOf } from '../traffic/conversations.ts';
import { coverageHoursOf } from '../traffic/hours.ts';
import { sessionSteps, sessionsOf } from '../traffic/sessions.ts';
import { sliceAddresses } from './address-table.ts';
import { portionFormat, workOutPortions } from './portions.ts';

/** Raised when the steps change their meaning, so that what an older version kept is not taken for the same. */
const derivedFormat = 7;
/** What is kept of earlier states of the workspace. */
const keptStates = 2;

/** The relations that are computed from all records and kept in the workspace. */
export const derivedViews = ['sessions', 'conversations', 'peers', 'coverage_hours'] as const;

/** What is kept: those and the numbers that say what the data are as a whole. */
const keptViews = [...derivedViews, dataAsAWhole.name];

/** Views that were worked out: the statements that define them, and the files that they read. */
export interface Derived {
  /** What they were worked out from, as a short key. */
  readonly state: string;
  readonly views: readonly Sql[];
  readonly files: readonly string[];
}

/**
 * Gives the engine `sessions`, `conversations`, `peers` and `coverage_hours`: from the workspace where they were
 * kept for exactly these batches and ranges, otherwise computed now and kept. Returns how another engine gets
 * them from the same files. In a workspace that may only be read they are computed into `spare`.
 */
export async function derive(
  engine: DuckDb,
  folder: Folder,
  batches: readonly Batch[],
  scopes: ScopeOverrides,
  signal: AbortSignal | undefined,
  spare?: string,
): Promise<Derived> {
  const state = keyOf([derivedFormat, portionFormat, scopes, stateOfBatches(batches)]);
  const place = join(folder.derived, state);
  const kept = (await isThere(place))
    ? place
    : await compute(engine, folder, batches, scopes, place, signal, spare);
  const views: Sql[] = [];
  const files: string[] = [];
  for (const name of keptViews) {
    const own = await filesOf(name, kept);
    views.push(viewOver(name, own));
    files.push(...own);
  }
  for (const view of views) await engine.define(view, signal);
  return { state, views, files };
}

async function compute(
  engine: DuckDb,
  folder: Folder,
  batches: readonly Batch[],
  scopes: ScopeOverrides,
  state: string,
  signal: AbortSignal | undefined,
  spare: string | undefined,
): Promise<string> {
  const unkept = (await isWritable(folder.derived)) ? undefined : spare;
  if (unkept !== undefined) await mkdir(unkept, { recursive: true });
  const temporary = unkept ?? (await makeTemporary(folder, 'derive'));
  try {
    const keep = unkept ?? folder.derived;
    const beside = join(temporary, 'parts');
    await mkdir(beside, { recursive: true });
    const work = { engine, batches, scopes, keep, beside, signal };
    const { hours, parts } = await workOutPortions(work);
    const write = async (name: string, rows: Sql, file = fileOf(name, temporary)) => {
      await engine.define(copyTo(rows, file), signal);
      return file;
    };
    await engine.define(viewOver('session_parts', parts), signal);
    for (const { name, sql: rows } of sessionSteps(columnsOfBatches(batches)))
      await engine.define(viewOver(name, [await write(name, rows, fileOf(name, beside))]), signal);
    await sessionsBySlices(engine, write, temporary, signal);
    const coverage = coverageHoursOf(hours, sql`SELECT * FROM session_interfaces`);
    await engine.define(viewOver('coverage_hours', [await write('coverage_hours', coverage)]), signal);
    await write(dataAsAWhole.name, dataAsAWhole.sql);
    await rm(beside, { recursive: true, force: true });
    if (unkept !== undefined) return unkept;
    await rename(temporary, state).catch(async (error: NodeJS.ErrnoException) => {
      // Another process kept the same state first.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await keepNewest(folder.derived, /^[0-9a-f]{16}$/, keptStates);
    return state;
  } finally {
    if (unkept === undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Sessions, conversations and peers, a slice of the addresses after the other: all of one conversation and of one peer
 * lie in one slice, and what is held in memory does not grow with the number of addresses.
 */
async function sessionsBySlices(
  engine: DuckDb,
  write: (name: string, rows: Sql, file?: string) => Promise<string>,
  state: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const row = v.object({ addresses: v.number() });
  const counted = sql`SELECT coalesce(max(address_id), 0) AS addresses FROM labelled_addresses`;
  const [count] = await engine.rows({ name: 'addresses', sql: counted, row }, signal);
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE session_ends_a AS SELECT address_id, address, scope FROM labelled_addresses
      WHERE address_id IN (SELECT a FROM session_parts)`,
    signal,
  );
  const written: Record<string, string[]> = { sessions: [], conversations: [], peers: [] };
  const writeSlice = async (name: string, rows: Sql) => {
    const files = written[name] ?? [];
    files.push(await write(name, rows, fileOf(name, state, files.length)));
    return files.slice(-1);
  };
  for (let first = 0; first === 0 || first <= (count?.addresses ?? 0); first += sliceAddresses) {
    const last = first + sliceAddresses - 1;
    await engine.define(
      sql`CREATE OR REPLACE TEMP TABLE session_ends_b AS SELECT address_id, address, scope FROM labelled_addresses
        WHERE address_id BETWEEN ${first} AND ${last}`,
      signal,
    );
    const slice = { first, last, endsA: sql`session_ends_a`, endsB: sql`session_ends_b` };
    const sessions = await writeSlice('sessions', sessionsOf(slice));
    const conversations = await writeSlice('conversations', conversationsOf(relation(sessions)));
    await writeSlice('peers', peersOf(relation(conversations)));
  }
  for (const table of ['session_ends_a', 'session_ends_b'])
    await engine.define(sql`DROP TABLE ${id(table)}`, signal);
  for (const [name, files] of Object.entries(written)) await engine.define(viewOver(name, files), signal);
}

function fileOf(name: string, state: string, slice = 0): string {
  return join(state, `${name}-${String(slice).padStart(4, '0')}.parquet`);
}

/** The files of a kept relation. */
async function filesOf(name: string, state: string): Promise<string[]> {
  const names = (await readdir(state)).filter((file) => file.startsWith(`${name}-`)).sort();
  return names.map((file) => join(state, file));
}

function relation(files: readonly string[]): Sql {
  return sql`read_parquet([${list(files)}], hive_partitioning = false)`;
}

function viewOver(name: string, files: readonly string[]): Sql {
  const kept = sql`SELECT * FROM ${relation(files)}`;
  return sql`CREATE OR REPLACE VIEW ${id(name)} AS ${name === 'peers' ? labelledPeers(kept) : kept}`;
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
  engine: DuckDb,
  batches: readonly Batch[],
  signal?: AbortSignal,
): Promise<DataContext> {
  const hasTcpFlags = columnsOfBatches(batches).has('tcp_flags');
  const kept = { name: 'data as a whole', sql: sql`SELECT * FROM ${id(dataAsAWhole.name)}`, row: contextRow };
  const [found] = await engine.rows(kept, signal);
  return { ...(found ?? nothingKnown), hasTcpFlags };
}

const nothingKnown = {
  ...{ from: 0, to: 0, localHosts: 0, windowSeconds: 60, hasBothDirections: false },
  ...{ covered: 0, skipped: 0 },
};
