import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { labelData } from '../addresses/label-data.ts';
import { labelledAddresses } from '../addresses/labels.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { type Batch, batchFiles } from '../store/manifest.ts';

/** Raised when labels change their meaning, so that what an older version kept is not taken for the same. */
const tableFormat = 1;
const prefix = 'addresses-';
const keptTables = 3;

/** Where the labels are kept, and the statement that defines `addresses` over them. */
export interface AddressTable {
  readonly file: string;
  readonly define: Sql;
}

export interface AddressTableInputs {
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  readonly setAsides: readonly SetAside[];
}

/**
 * The labels of every address of the workspace, kept in a Parquet file for exactly these batches, ranges,
 * set-asides and label sources (in `spare` where the workspace may only be read). Numbered in the order of the
 * addresses (`address_id`), so that sessions can be put together on small integers.
 */
export async function addressTable(
  engine: DuckDb,
  folder: Folder,
  inputs: AddressTableInputs,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<AddressTable> {
  const file = join(folder.derived, `${prefix}${keyOf(inputs)}.parquet`);
  const kept = (await isThere(file)) ? file : await compute(engine, folder, inputs, file, spare, signal);
  return {
    file: kept,
    define: sql`CREATE OR REPLACE VIEW addresses AS
      SELECT * EXCLUDE (number_high, number_low),
        (CAST(number_high AS UHUGEINT) << 64) | CAST(number_low AS UHUGEINT) AS number
      FROM read_parquet(${kept}, hive_partitioning = false)`,
  };
}

/** The distinct addresses of all batches. */
export function addressesOf(batches: readonly Batch[]): Sql {
  const paths = batches
    .filter(({ manifest }) => manifest.parts.length > 0)
    .map(({ folder }) => join(folder, batchFiles.addresses));
  if (paths.length === 0) return sql`SELECT CAST(NULL AS VARCHAR) AS address WHERE FALSE`;
  return sql`SELECT DISTINCT address FROM read_parquet([${list(paths)}], hive_partitioning = false)`;
}

function keyOf({ batches, scopes, setAsides }: AddressTableInputs): string {
  const what = [
    tableFormat,
    scopes,
    setAsides,
    labelData().sources,
    batches.map(({ number, manifest }) => [number, manifest.createdAt]),
  ];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}

async function compute(
  engine: DuckDb,
  folder: Folder,
  { batches, scopes, setAsides }: AddressTableInputs,
  file: string,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  await mkdir(spare, { recursive: true });
  const beside = join(spare, basename(file));
  // Parquet has no 128-bit integer: DuckDB would write the number as DOUBLE and lose it.
  const labelled = sql`
    SELECT CAST(row_number() OVER (ORDER BY family, number, address) AS INTEGER) AS address_id, * EXCLUDE (number),
      CAST(number >> 64 AS UBIGINT) AS number_high,
      CAST(number & CAST(18446744073709551615 AS UHUGEINT) AS UBIGINT) AS number_low
    FROM (${labelledAddresses({ addresses: sql`(${addressesOf(batches)})`, scopes, setAsides, data: labelData() })})`;
  await engine.define(sql`COPY (${labelled}) TO ${beside} (FORMAT parquet, COMPRESSION snappy)`, signal);
  try {
    await mkdir(folder.derived, { recursive: true });
    await rename(beside, file);
  } catch {
    return beside;
  }
  await removeOld(folder);
  return file;
}

async function removeOld(folder: Folder): Promise<void> {
  const names = (await readdir(folder.derived)).filter((name) => name.startsWith(prefix));
  const tables = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder.derived, name))).mtimeMs })),
  );
  tables.sort((a, b) => b.at - a.at);
  for (const { name } of tables.slice(keptTables)) await rm(join(folder.derived, name), { force: true });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
