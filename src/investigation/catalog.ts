import { join } from 'node:path';
import { labelData } from '../addresses/label-data.ts';
import { labelledAddresses } from '../addresses/labels.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import { columnType } from '../records/fields.ts';
import { baseColumns, kindOf } from '../records/record.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Batch, batchFiles } from '../store/manifest.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { trafficViews } from '../traffic/views.ts';

export interface CatalogInputs {
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  readonly noise: readonly NoiseRule[];
  readonly setAsides: readonly SetAside[];
}

/**
 * The statements that give an engine the relations of a workspace: `records`, `files`, `rejects` over the
 * Parquet files of the batches, the table `addresses` with the labels of every address, and the views.
 */
export function catalog({ batches, scopes, noise, setAsides }: CatalogInputs): Sql[] {
  const present = new Set(
    batches.flatMap(({ manifest }) => manifest.parts.flatMap(({ columns }) => columns)),
  );
  const views = trafficViews(present.size === 0 ? new Set(baseColumns) : present, noise);
  return [
    sql`CREATE OR REPLACE VIEW records AS ${recordsOf(batches)}`,
    sql`CREATE OR REPLACE VIEW files AS ${filesOf(batches)}`,
    sql`CREATE OR REPLACE VIEW rejects AS ${rejectsOf(batches)}`,
    // Numbered in the order of the addresses, so that sessions can be put together on small integers.
    sql`CREATE OR REPLACE TABLE addresses AS
      SELECT CAST(row_number() OVER (ORDER BY family, number, address) AS INTEGER) AS address_id, *
      FROM (${labelledAddresses({
        addresses: sql`(${addressesOf(batches)})`,
        scopes,
        setAsides,
        data: labelData(),
      })})`,
    ...views.map(({ name, sql: query }) => sql`CREATE OR REPLACE VIEW ${id(name)} AS ${query}`),
  ];
}

/** The distinct addresses of all batches. */
export function addressesOf(batches: readonly Batch[]): Sql {
  const paths = batches
    .filter(({ manifest }) => manifest.parts.length > 0)
    .map(({ folder }) => join(folder, batchFiles.addresses));
  if (paths.length === 0) return sql`SELECT CAST(NULL AS VARCHAR) AS address WHERE FALSE`;
  return sql`SELECT DISTINCT address FROM read_parquet([${list(paths)}], hive_partitioning = false)`;
}

function recordsOf(batches: readonly Batch[]): Sql {
  const paths = batches.flatMap(({ folder, manifest }) =>
    manifest.parts.map(({ file }) => join(folder, file)),
  );
  if (paths.length === 0) return noRecords();
  return sql`SELECT * FROM read_parquet([${list(paths)}], union_by_name = true, hive_partitioning = false)`;
}

function noRecords(): Sql {
  const columns = baseColumns.map(
    (column) => sql`CAST(NULL AS ${trusted(columnType(kindOf(column)))}) AS ${id(column)}`,
  );
  return sql`SELECT ${list(columns)}, CAST(NULL AS BIGINT) AS record_hash, CAST(NULL AS BIGINT) AS file_id WHERE FALSE`;
}

/**
 * The files, each as it was read last: one that no layout fitted is read again when `--format` states one, and its
 * first reading counts no more.
 */
function filesOf(batches: readonly Batch[]): Sql {
  const paths = batches.map(({ folder }) => join(folder, batchFiles.files));
  if (paths.length === 0) {
    return sql`SELECT CAST(NULL AS BIGINT) AS file_id, CAST(NULL AS VARCHAR) AS path, CAST(NULL AS BIGINT) AS size_bytes,
      CAST(NULL AS BIGINT) AS modified_ms, CAST(NULL AS VARCHAR) AS status, CAST(NULL AS VARCHAR) AS reason,
      CAST(NULL AS VARCHAR) AS shape, CAST(0 AS BIGINT) AS lines, CAST(0 AS BIGINT) AS header_lines,
      CAST(0 AS BIGINT) AS blank_lines, CAST(0 AS BIGINT) AS records, CAST(0 AS BIGINT) AS unreadable,
      CAST(0 AS BIGINT) AS duplicate, CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS VARCHAR) AS region,
      CAST(NULL AS INTEGER) AS batch, CAST([] AS VARCHAR[]) AS unknown_fields WHERE FALSE`;
  }
  return sql`SELECT * EXCLUDE (reading) FROM (
      SELECT *, row_number() OVER (PARTITION BY path, size_bytes, modified_ms ORDER BY file_id DESC) AS reading
      FROM read_parquet([${list(paths)}], hive_partitioning = false))
    WHERE reading = 1`;
}

function rejectsOf(batches: readonly Batch[]): Sql {
  const paths = batches.map(({ folder }) => join(folder, batchFiles.rejects));
  if (paths.length === 0) {
    return sql`SELECT CAST(NULL AS VARCHAR) AS path, CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS reason,
      CAST(NULL AS VARCHAR) AS raw, CAST(NULL AS BIGINT) AS file_id WHERE FALSE`;
  }
  return sql`SELECT f.path, r.line, r.reason, r.raw, r.file_id
    FROM read_parquet([${list(paths)}], hive_partitioning = false) AS r JOIN files AS f USING (file_id)`;
}
