import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stateOfLabels } from '../addresses/label-source.ts';
import { labelledAddresses } from '../addresses/labels.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import { labelData } from '../labels/in-use.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { isThere, keepNewest, keyOf, stateOfBatches } from '../store/kept.ts';
import { type Batch, batchFiles } from '../store/manifest.ts';

/** Raised when labels change their meaning, so that what an older version kept is not taken for the same. */
const tableFormat = 2;
const prefix = 'addresses-';
const keptTables = 3;

/** Where the labels are kept, and the statement that defines `labelled_addresses` over them. */
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
  const { batches, scopes, setAsides } = inputs;
  const key = keyOf([tableFormat, scopes, setAsides, stateOfLabels(labelData()), stateOfBatches(batches)]);
  const file = join(folder.derived, `${prefix}${key}.parquet`);
  const kept = (await isThere(file)) ? file : await compute(engine, folder, inputs, file, spare, signal);
  return {
    file: kept,
    define: sql`CREATE OR REPLACE VIEW labelled_addresses AS
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
  await keepNewest(folder.derived, new RegExp(`^${prefix}`), keptTables);
  return file;
}
