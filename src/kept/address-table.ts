import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { LabelData } from '../addresses/label-source.ts';
import { labelledAddresses } from '../addresses/labels.ts';
import { addressNumbers } from '../addresses/number.ts';
import { identityOfLabels } from '../addresses/precedence.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import type { LocalEngine } from '../engine/local.ts';
import { copyTo } from '../sql/parquet.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { identityOfBatches, isKept, keepMade, keyOf } from '../store/kept.ts';
import { type Batch, batchFiles } from '../store/manifest.ts';

/** Raised when labels change their meaning, so that what an older version kept is not taken for the same. */
const tableFormat = 3;
const prefix = 'addresses-';
/** So many states of the workspace, its set-asides and label sources. */
const keptTables = 3;
/** Addresses that are worked on at once: joins hold them in memory. */
export const sliceAddresses = Number(process.env['NORTHSOUTH_SLICE_ADDRESSES']) || 1_000_000;

/** Where the labels are kept, and the statement that defines `labelled_addresses` over them. */
export interface AddressTable {
  /** What the labels were made from, as a short key. */
  readonly labels: string;
  /** The same without the set-asides, which say nothing of whose the addresses are. */
  readonly labelSets: string;
  readonly files: readonly string[];
  /** The labels as a SELECT, for an engine that does not have `labelled_addresses` yet. */
  readonly rows: Sql;
  readonly define: Sql;
}

export interface AddressTableInputs {
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  readonly setAsides: readonly SetAside[];
  /** Read once for a state: another process may put a newer source in place at any moment. */
  readonly data: LabelData;
}

/**
 * The labels of every address of the workspace, kept in Parquet files for exactly these batches, ranges,
 * set-asides and label sources (in `spare` where the workspace may only be read). Numbered in the order of the
 * addresses (`address_id`), so that sessions can be put together on small integers.
 */
export async function addressTable(
  engine: LocalEngine,
  folder: Folder,
  inputs: AddressTableInputs,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<AddressTable> {
  const { batches, scopes, setAsides, data } = inputs;
  const of = [identityOfLabels(data), identityOfBatches(batches)];
  const key = keyOf([tableFormat, scopes, setAsides, ...of]);
  const labelSets = keyOf([tableFormat, scopes, ...of]);
  const place = join(folder.derived, `${prefix}${key}`);
  const kept = (await isKept(place)) ? place : await compute(engine, inputs, place, spare, signal);
  const files = (await readdir(kept)).sort().map((name) => join(kept, name));
  const rows = sql`SELECT * EXCLUDE (number_high, number_low), ${whole} AS number
    FROM read_parquet([${list(files)}], hive_partitioning = false)`;
  const define = sql`CREATE OR REPLACE VIEW labelled_addresses AS ${rows}`;
  return { labels: key, labelSets, files, rows, define };
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
  engine: LocalEngine,
  { batches, scopes, setAsides, data }: AddressTableInputs,
  place: string,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const beside = join(spare, `${basename(place)}-${randomUUID()}`);
  await mkdir(beside, { recursive: true });
  const numbered = join(spare, `${basename(beside)}.parquet`);
  const distinct = sql`SELECT address, family, ${halves} FROM (${addressNumbers(sql`(${addressesOf(batches)})`)})`;
  await engine.define(
    copyTo(sql`SELECT * FROM (${distinct}) ORDER BY family, number_high, number_low, address`, numbered),
    signal,
  );
  const counted = sql`SELECT count(*) AS addresses FROM read_parquet(${numbered})`;
  const row = v.object({ addresses: v.number() });
  const [count] = await engine.ask({ name: 'distinct addresses', sql: counted, row }, signal);
  for (let first = 0; first === 0 || first < (count?.addresses ?? 0); first += sliceAddresses) {
    await engine.define(
      sql`CREATE OR REPLACE TEMP TABLE address_slice AS
        SELECT CAST(file_row_number + 1 AS INTEGER) AS address_id, address, family, ${whole} AS number
        FROM read_parquet(${numbered}, file_row_number = true, hive_partitioning = false)
        WHERE file_row_number >= ${first} AND file_row_number < ${first + sliceAddresses}`,
      signal,
    );
    const slice = { addresses: sql`address_slice`, numbered: true, scopes, setAsides, data };
    const labelled = sql`SELECT s.address_id, l.* EXCLUDE (number), ${halves}
      FROM (${labelledAddresses(slice)}) AS l JOIN (SELECT address_id, address FROM address_slice) AS s USING (address)`;
    const file = join(beside, `${String(first / sliceAddresses).padStart(4, '0')}.parquet`);
    await engine.define(copyTo(labelled, file), signal);
  }
  await engine.define(sql`DROP TABLE address_slice`, signal);
  await rm(numbered, { force: true });
  return keepMade(beside, place, new RegExp(`^${prefix}`), keptTables);
}

// Parquet has no 128-bit integer: DuckDB would write the number as DOUBLE and lose it.
const halves = sql`CAST(number >> 64 AS UBIGINT) AS number_high,
  CAST(number & CAST(18446744073709551615 AS UHUGEINT) AS UBIGINT) AS number_low`;
const whole = sql`(CAST(number_high AS UHUGEINT) << 64) | CAST(number_low AS UHUGEINT)`;
