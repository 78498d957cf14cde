import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { copyNumbersTo, copyTo } from '../sql/parquet.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import { identityOfBatches, isKept, keepNewest, keyOf, putInPlace } from '../store/kept.ts';
import { type Batch, columnsOfBatches } from '../store/manifest.ts';
import { hoursOf, interfacesOf } from '../traffic/hours.ts';
import {
  headerOf,
  joinedParts,
  mayGoOn,
  partsOf,
  portionFlows,
  type Stretch,
  sharedStretches,
  tuplesOf,
} from '../traffic/session-parts.ts';
import { addressesOf } from './address-table.ts';
import { recordsOf } from './catalog.ts';
import type { OnPiece } from './progress.ts';

/** Raised when hours or parts change their meaning. */
export const portionFormat = 2;
/** Batches are taken together until they have so many records: a portion costs some fixed work. */
const portionRecords = Number(process.env['NORTHSOUTH_PORTION_RECORDS']) || 1_000_000;
/** Files of other states that are kept: another command may use other ranges in turn. */
const spareFiles = 8;
const [hoursPrefix, partsPrefix] = ['hours-', 'parts-'];

export interface PortionWork {
  readonly engine: LocalEngine;
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  /** Where what was worked out is kept, and where it is written before, on the same disk. */
  readonly keep: string;
  readonly beside: string;
  readonly signal: AbortSignal | undefined;
  readonly onPiece: OnPiece | undefined;
}

/** Of all portions together: hours, as a SELECT, and parts of sessions, as Parquet files. */
export interface Portions {
  readonly hours: Sql;
  readonly parts: readonly string[];
}

/** Batches in their order, in portions that stay what they are when more batches come; only the last may grow. */
function portionsOf(batches: readonly Batch[]): readonly (readonly Batch[])[] {
  const portions: Batch[][] = [];
  let records = Number.POSITIVE_INFINITY;
  for (const batch of batches.filter(({ manifest }) => manifest.parts.length > 0)) {
    if (records >= portionRecords) {
      portions.push([]);
      records = 0;
    }
    portions.at(-1)?.push(batch);
    records += batch.manifest.records;
  }
  return portions.length === 0 ? [[]] : portions;
}

/**
 * Works out the hours of the portions that have none yet, defines `session_interfaces` over all of them, and then works
 * out the parts of sessions that are missing. A portion's parts hold for its records, the ranges and the windows of
 * its interfaces: new records leave them alone, unless they change what the window of an interface is.
 */
export async function workOutPortions(work: PortionWork): Promise<Portions> {
  const { engine, batches, keep, signal } = work;
  const portions = portionsOf(batches);
  await mkdir(keep, { recursive: true });
  const hourFiles: string[] = [];
  for (const portion of portions) hourFiles.push(await hoursFile(work, portion));
  const hours = parquet(hourFiles);
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE session_interfaces AS ${interfacesOf(hours)}`, signal);

  const places: string[] = [];
  for (const [at, portion] of portions.entries()) {
    work.onPiece?.(at, portions.length);
    places.push(await partsPlace(work, portion, parquet([hourFiles[at] ?? ''])));
  }
  work.onPiece?.(portions.length, portions.length);
  const used = new Set([...hourFiles, ...places].map((path) => basename(path)));
  for (const prefix of [hoursPrefix, partsPrefix])
    await keepNewest(keep, new RegExp(`^${prefix}`), spareFiles, used);
  const shared = sharedStretches(await stretches(engine, hourFiles, signal));
  return { hours, parts: await numberedParts(work, places, shared) };
}

async function hoursFile(
  { engine, keep, beside, signal }: PortionWork,
  portion: readonly Batch[],
): Promise<string> {
  const name = `${hoursPrefix}${keyOf([portionFormat, identityOfBatches(portion)])}.parquet`;
  const file = join(keep, name);
  if (await isKept(file)) return file;
  const written = join(beside, name);
  const hours = hoursOf(sql`(${recordsOf(portion)})`, columnsOfBatches(portion));
  await engine.define(copyTo(hours, written), signal);
  await putInPlace(written, file);
  return file;
}

async function partsPlace(work: PortionWork, portion: readonly Batch[], hours: Sql): Promise<string> {
  const { engine, scopes, keep, beside, signal } = work;
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE portion_interfaces AS
      SELECT CAST(row_number() OVER (ORDER BY h.account_id, h.interface_id) AS INTEGER) AS iface, h.account_id,
        h.interface_id, g.window_seconds
      FROM (SELECT DISTINCT account_id, interface_id FROM (${hours}) WHERE records > 0) AS h
      JOIN session_interfaces AS g ON g.account_id IS NOT DISTINCT FROM h.account_id AND g.interface_id = h.interface_id`,
    signal,
  );
  const windows = await engine.ask({
    name: 'windows of interfaces',
    sql: sql`SELECT CAST(md5(coalesce(string_agg(concat_ws(' ', iface, window_seconds), ',' ORDER BY iface), '')) AS VARCHAR) AS key
      FROM portion_interfaces`,
    row: v.object({ key: v.string() }),
  });
  const place = join(
    keep,
    `${partsPrefix}${keyOf([portionFormat, scopes, identityOfBatches(portion), windows])}`,
  );
  if (await isKept(place)) return place;

  const written = join(beside, `${partsPrefix}${randomUUID()}`);
  await mkdir(written, { recursive: true });
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE portion_ends AS
      SELECT CAST(row_number() OVER (ORDER BY address_id) AS INTEGER) AS own, address, scope,
        ${headerOf(sql`address`)} AS header
      FROM labelled_addresses WHERE address IN (${addressesOf(portion)})`,
    signal,
  );
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE portion_flows AS ${portionFlows({
      records: sql`(${recordsOf(portion)})`,
      columns: columnsOfBatches(portion),
      interfaces: sql`portion_interfaces`,
      ends: sql`portion_ends`,
    })}`,
    signal,
  );
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE portion_tuples AS ${tuplesOf(sql`portion_flows`)}`,
    signal,
  );
  const copies = {
    interfaces: sql`SELECT iface, account_id, interface_id FROM portion_interfaces`,
    ends: sql`SELECT own, address FROM portion_ends`,
  };
  const fileOf = (name: string) => join(written, `${name}.parquet`);
  for (const [name, rows] of Object.entries(copies)) await engine.define(copyTo(rows, fileOf(name)), signal);
  const parts = partsOf(sql`portion_flows`, sql`portion_tuples`);
  await engine.define(copyNumbersTo(parts, fileOf('parts')), signal);
  for (const table of ['interfaces', 'ends', 'flows', 'tuples'])
    await engine.define(sql`DROP TABLE IF EXISTS ${id(`portion_${table}`)}`, signal);
  await putInPlace(written, place);
  return place;
}

/**
 * The parts with the numbers that interfaces and addresses have in the whole, in files of this run: of each portion
 * those that are whole, and in a last one those that were joined.
 */
async function numberedParts(
  { engine, beside, signal }: PortionWork,
  places: readonly string[],
  shared: readonly Stretch[],
): Promise<readonly string[]> {
  const files: string[] = [];
  const loose: string[] = [];
  const write = async (name: string, rows: Sql) => {
    const file = join(beside, name);
    await engine.define(copyNumbersTo(rows, file), signal);
    return file;
  };
  for (const [at, place] of places.entries()) {
    const file = (name: string) =>
      sql`read_parquet(${join(place, `${name}.parquet`)}, hive_partitioning = false)`;
    await engine.define(
      sql`CREATE OR REPLACE TEMP TABLE portion_numbers AS
        SELECT e.own, g.address_id FROM ${file('ends')} AS e JOIN labelled_addresses AS g ON g.address = e.address`,
      signal,
    );
    const numbered = (condition: Sql) => sql`
      SELECT i.iface, a.address_id AS a, b.address_id AS b, p.* EXCLUDE (iface, a, b)
      FROM (SELECT * FROM ${file('parts')} WHERE ${condition}) AS p
      JOIN (
        SELECT e.iface AS own, g.iface FROM ${file('interfaces')} AS e JOIN session_interfaces AS g
          ON g.account_id IS NOT DISTINCT FROM e.account_id AND g.interface_id = e.interface_id
      ) AS i ON i.own = p.iface
      JOIN portion_numbers AS a ON a.own = p.a
      JOIN portion_numbers AS b ON b.own = p.b`;
    files.push(await write(`whole-${at}.parquet`, numbered(sql`NOT ${mayGoOn(shared)}`)));
    if (shared.length > 0) loose.push(await write(`loose-${at}.parquet`, numbered(mayGoOn(shared))));
  }
  await engine.define(sql`DROP TABLE IF EXISTS portion_numbers`, signal);
  if (loose.length > 0) {
    files.push(await write('joined.parquet', joinedParts(sql`(${parquet(loose)})`)));
    for (const file of loose) await rm(file, { force: true });
  }
  return files;
}

async function stretches(
  engine: LocalEngine,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<Stretch[]> {
  if (files.length < 2) return [];
  return engine.ask(
    {
      name: 'times of portions',
      sql: sql`SELECT min(first_start) AS "from", max(last_end) AS "to"
        FROM (SELECT file_index AS portion, * FROM read_parquet([${list(files)}], hive_partitioning = false))
        GROUP BY portion ORDER BY portion`,
      row: v.object({ from: v.number(), to: v.number() }),
    },
    signal,
  );
}

function parquet(files: readonly string[]): Sql {
  return sql`SELECT * FROM read_parquet([${list(files)}], hive_partitioning = false)`;
}
