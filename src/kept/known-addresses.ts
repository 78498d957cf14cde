import type { LocalEngine } from '../engine/local.ts';
import { entriesFile, readLists } from '../intel/folder.ts';
import { listedAddresses, nobodyListed, type PlacedList } from '../intel/match.ts';
import { markedAddresses } from '../marks/addresses.ts';
import { readMarks } from '../marks/file.ts';
import type { Mark } from '../marks/mark.ts';
import { id, print, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { keyOf } from '../store/kept.ts';
import type { AddressTable } from './address-table.ts';
import { keptFile } from './kept-file.ts';

/** Raised when the columns change their meaning, so that what an older version kept is not taken for the same. */
const knownFormat = 1;
const keptTables = 8;

/** What is known of the addresses of a workspace besides their labels. */
export interface KnownAddresses {
  /** What their labels were made from, as a short key. */
  readonly labels: string;
  /** The same without the set-asides. */
  readonly labelSets: string;
  /** Statements that define `addresses` and `intel` over `labelled_addresses`, for this engine or another one. */
  readonly define: readonly Sql[];
  /** The one of them that says which addresses are marked; {@link markedTable} takes its place for other marks. */
  readonly marked: Sql;
  readonly files: readonly string[];
}

/** Who says something of addresses. */
export interface MarksAndLists {
  readonly marks: readonly Mark[];
  readonly lists: readonly PlacedList[];
}

/** The marks and lists of a workspace. */
export async function readMarksAndLists(folder: Folder): Promise<MarksAndLists> {
  const [{ marks }, lists] = await Promise.all([readMarks(folder.marks), readLists(folder)]);
  return { marks, lists: lists.map((list) => ({ ...list, path: entriesFile(folder, list) })) };
}

/**
 * What gives an engine `intel`, the addresses that are on lists, and `addresses`: the labels of the table with marks and
 * the names of threat lists. Only the addresses of which something is known are kept, for exactly this table, these
 * marks and these lists, so that a mark or a list counts at once for all records. `engine` works them out; its own
 * relations stay as they are.
 */
export async function knownAddresses(
  engine: LocalEngine,
  folder: Folder,
  table: AddressTable,
  { marks, lists }: MarksAndLists,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<KnownAddresses> {
  const define: Sql[] = [table.define];
  const files = [...table.files];
  const addresses = sql`(${table.rows})`;
  if (lists.length === 0) define.push(sql`CREATE OR REPLACE VIEW intel AS ${nobodyListed}`);
  else {
    const now = Math.floor(Date.now() / 1000);
    // Entries that end do so within a day, as precise as their lists are.
    const today = lists.some(({ expiring }) => expiring) ? Math.floor(now / 86_400) : null;
    const which = lists.map(({ name, kind, file, date }) => [name, kind, file, date]);
    const key = keyOf([knownFormat, table.labels, [which, today]]);
    const rows = listedAddresses(lists, addresses, now);
    const kept = { kind: 'listed', most: keptTables, key, rows };
    const file = await keptFile(engine, folder, kept, spare, signal);
    files.push(file);
    define.push(
      tableOf('listed_addresses', file),
      sql`CREATE OR REPLACE VIEW intel AS SELECT * FROM listed_addresses`,
    );
  }
  const marking = { marks, labels: table.labels, rows: markedAddresses(marks, addresses) };
  const file = await keptMarks(engine, folder, marking, spare, signal);
  if (file !== undefined) files.push(file);
  const marked = markedTable(file);
  define.push(marked);
  define.push(sql`CREATE OR REPLACE TABLE known_addresses AS
    SELECT address, m.mark, t.threat_lists
    FROM marked_addresses AS m
    FULL JOIN (
      SELECT address, list_sort(list(DISTINCT list)) AS threat_lists FROM intel WHERE kind = 'threat' GROUP BY address
    ) AS t USING (address)`);
  define.push(sql`CREATE OR REPLACE VIEW addresses AS
    SELECT l.*, k.mark, k.threat_lists
    FROM labelled_addresses AS l LEFT JOIN known_addresses AS k ON k.address = l.address`);
  return { labels: table.labels, labelSets: table.labelSets, define, marked, files };
}

/** The statement that defines `marked_addresses` from the file of {@link keptMarks}. */
export function markedTable(file: string | undefined): Sql {
  if (file !== undefined) return tableOf('marked_addresses', file);
  return sql`CREATE OR REPLACE TABLE marked_addresses AS
    SELECT CAST(NULL AS VARCHAR) AS address, CAST(NULL AS VARCHAR) AS mark WHERE FALSE`;
}

/** Keeps which addresses are marked, for these marks and labels, of which `rows` is a SELECT; undefined without marks. */
export async function keptMarks(
  engine: LocalEngine,
  folder: Folder,
  { marks, labels, rows }: { readonly marks: readonly Mark[]; readonly labels: string; readonly rows: Sql },
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (marks.length === 0) return undefined;
  const key = keyOf([knownFormat, labels, print(markedAddresses(marks, sql`labelled_addresses`))]);
  return keptFile(engine, folder, { kind: 'marked', most: keptTables, key, rows }, spare, signal);
}

// A table, since another process that marks something soon takes the file for an old one.
function tableOf(name: string, file: string): Sql {
  return sql`CREATE OR REPLACE TABLE ${id(name)} AS SELECT * FROM read_parquet(${file}, hive_partitioning = false)`;
}
