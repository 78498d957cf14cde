import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../engine/duckdb.ts';
import { entriesFile, readLists } from '../intel/folder.ts';
import { listedAddresses, nobodyListed, type PlacedList } from '../intel/match.ts';
import { markedAddresses } from '../marks/addresses.ts';
import { readMarks } from '../marks/file.ts';
import type { Mark } from '../marks/mark.ts';
import { id, print, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { isThere, keepNewest, keyOf } from '../store/kept.ts';
import type { AddressTable } from './address-table.ts';

/** Raised when the columns change their meaning, so that what an older version kept is not taken for the same. */
const knownFormat = 1;
const keptTables = 8;

/** What is known of the addresses of a workspace besides their labels. */
export interface KnownAddresses {
  /** Statements that define `addresses` and `intel` over `labelled_addresses`, for this engine or another one. */
  readonly define: readonly Sql[];
  readonly files: readonly string[];
}

/** Who says something of addresses. */
export interface Knowers {
  readonly marks: readonly Mark[];
  readonly lists: readonly PlacedList[];
}

/** The marks and lists of a workspace. */
export async function readKnowers(folder: Folder): Promise<Knowers> {
  const [{ marks }, lists] = await Promise.all([readMarks(folder.marks), readLists(folder)]);
  return { marks, lists: lists.map((list) => ({ ...list, path: entriesFile(folder, list) })) };
}

/**
 * Gives the engine `intel`, the addresses that are on lists, and `addresses`: the labels of the table with marks and
 * the names of threat lists. Only the addresses of which something is known are kept, for exactly this table, these
 * marks and these lists, so that a mark or a list counts at once for all records.
 */
export async function knownAddresses(
  engine: DuckDb,
  folder: Folder,
  table: AddressTable,
  { marks, lists }: Knowers,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<KnownAddresses> {
  const define: Sql[] = [];
  const files = [...table.files];
  const say = async (statement: Sql) => {
    define.push(statement);
    await engine.define(statement, signal);
  };
  // Tables, since another process that marks something soon takes the files for old ones.
  const keep = async (name: string, kind: string, relation: Sql, inputs: unknown) => {
    const key = keyOf([knownFormat, table.state, inputs]);
    const file = await kept(engine, folder, kind, key, relation, spare, signal);
    files.push(file);
    await say(
      sql`CREATE OR REPLACE TABLE ${id(name)} AS SELECT * FROM read_parquet(${file}, hive_partitioning = false)`,
    );
  };
  await say(table.define);
  if (lists.length === 0) await say(sql`CREATE OR REPLACE VIEW intel AS ${nobodyListed}`);
  else {
    const now = Math.floor(Date.now() / 1000);
    // Entries that end do so within a day, as precise as their lists are.
    const today = lists.some(({ expiring }) => expiring) ? Math.floor(now / 86_400) : null;
    const which = lists.map(({ name, kind, file, date }) => [name, kind, file, date]);
    const listed = listedAddresses(lists, sql`labelled_addresses`, now);
    await keep('listed_addresses', 'listed', listed, [which, today]);
    await say(sql`CREATE OR REPLACE VIEW intel AS SELECT * FROM listed_addresses`);
  }
  if (marks.length === 0 && lists.length === 0) {
    await say(sql`CREATE OR REPLACE VIEW addresses AS
      SELECT *, CAST(NULL AS VARCHAR) AS mark, CAST(NULL AS VARCHAR[]) AS threat_lists FROM labelled_addresses`);
    return { define, files };
  }
  if (marks.length === 0) {
    await say(sql`CREATE OR REPLACE TABLE marked_addresses AS
      SELECT CAST(NULL AS VARCHAR) AS address, CAST(NULL AS VARCHAR) AS mark WHERE FALSE`);
  } else {
    const marked = markedAddresses(marks, sql`labelled_addresses`);
    await keep('marked_addresses', 'marked', marked, print(marked));
  }
  await say(sql`CREATE OR REPLACE TABLE known_addresses AS
    SELECT address, m.mark, t.threat_lists
    FROM marked_addresses AS m
    FULL JOIN (
      SELECT address, list_sort(list(DISTINCT list)) AS threat_lists FROM intel WHERE kind = 'threat' GROUP BY address
    ) AS t USING (address)`);
  await say(sql`CREATE OR REPLACE VIEW addresses AS
    SELECT l.*, k.mark, k.threat_lists
    FROM labelled_addresses AS l LEFT JOIN known_addresses AS k ON k.address = l.address`);
  return { define, files };
}

/** The file of that kind and key in `derived/`, computed where it is not there; in `spare` where it cannot be kept. */
async function kept(
  engine: DuckDb,
  folder: Folder,
  kind: string,
  key: string,
  relation: Sql,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const name = `${kind}-${key}.parquet`;
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
  await keepNewest(folder.derived, new RegExp(`^${kind}-`), keptTables);
  return file;
}
