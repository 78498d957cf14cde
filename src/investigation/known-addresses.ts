import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../engine/duckdb.ts';
import { markedAddresses } from '../marks/addresses.ts';
import type { Mark } from '../marks/mark.ts';
import { print, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { isThere, keepNewest, keyOf } from '../store/kept.ts';
import type { AddressTable } from './address-table.ts';

/** Raised when the columns change their meaning, so that what an older version kept is not taken for the same. */
const knownFormat = 1;
const prefix = 'known-';
const keptTables = 8;

/** What is known of the addresses of a workspace besides their labels. */
export interface KnownAddresses {
  /** Statements that define `addresses` over `labelled_addresses`, for this engine or another one. */
  readonly define: readonly Sql[];
  readonly files: readonly string[];
}

/**
 * Gives the engine `addresses`: the labels of the table with the mark of each address. Only the addresses of which
 * something is known are kept, for exactly this table and these marks, so that a mark counts at once for all records.
 */
export async function knownAddresses(
  engine: DuckDb,
  folder: Folder,
  table: AddressTable,
  marks: readonly Mark[],
  spare: string,
  signal: AbortSignal | undefined,
): Promise<KnownAddresses> {
  await engine.define(table.define, signal);
  const define = [table.define];
  const files = [...table.files];
  if (marks.length === 0) {
    define.push(sql`CREATE OR REPLACE VIEW addresses AS
      SELECT *, CAST(NULL AS VARCHAR) AS mark, CAST(NULL AS VARCHAR[]) AS threat_lists FROM labelled_addresses`);
  } else {
    const known = markedAddresses(marks, sql`labelled_addresses`);
    const key = keyOf([knownFormat, table.state, print(known)]);
    const file = await kept(engine, folder, `${prefix}${key}.parquet`, known, spare, signal);
    // A table, since another process that marks something soon takes the file for an old one.
    define.push(
      sql`CREATE OR REPLACE TABLE known_addresses AS SELECT * FROM read_parquet(${file}, hive_partitioning = false)`,
      sql`CREATE OR REPLACE VIEW addresses AS
        SELECT l.*, k.mark, CAST(NULL AS VARCHAR[]) AS threat_lists
        FROM labelled_addresses AS l LEFT JOIN known_addresses AS k ON k.address = l.address`,
    );
    files.push(file);
  }
  for (const statement of define) await engine.define(statement, signal);
  return { define, files };
}

/** The file of that name in `derived/`, computed where it is not there; in `spare` where it cannot be kept. */
async function kept(
  engine: DuckDb,
  folder: Folder,
  name: string,
  relation: Sql,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const file = join(folder.derived, name);
  if (await isThere(file)) return file;
  const beside = join(spare, name);
  await mkdir(spare, { recursive: true });
  await engine.define(sql`COPY (${relation}) TO ${beside} (FORMAT parquet, COMPRESSION snappy)`, signal);
  try {
    await mkdir(folder.derived, { recursive: true });
    await rename(beside, file);
  } catch {
    return beside;
  }
  await keepNewest(folder.derived, new RegExp(`^${prefix}`), keptTables);
  return file;
}
