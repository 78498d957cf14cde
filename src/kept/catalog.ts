import { join } from 'node:path';
import { columnType } from '../records/fields.ts';
import { baseColumns, kindOf } from '../records/record.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Batch, batchFiles, columnsOfBatches, dnsFilesIn, recordFiles } from '../store/manifest.ts';
import { type BaselineFile, baselineViews } from '../traffic/baseline.ts';
import { nameViews } from '../traffic/names.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { trafficViews } from '../traffic/views.ts';

export interface CatalogInputs {
  readonly batches: readonly Batch[];
  readonly noise: readonly NoiseRule[];
  /** The statements that define `addresses`; see known-addresses.ts. */
  readonly addresses: readonly Sql[];
  /** The relation of names; see name-table.ts. */
  readonly names: Sql;
  /** Baselines in use. */
  readonly baselines?: readonly BaselineFile[];
}

/**
 * The statements that give an engine the relations of a workspace: `records`, `files`, `rejects` over the
 * Parquet files of the batches, `addresses` with the labels of every address, the names that
 * DNS logs give them, and the views.
 */
export function catalog({ batches, noise, addresses, names, baselines = [] }: CatalogInputs): Sql[] {
  const present = columnsOfBatches(batches);
  const views = trafficViews(present.size === 0 ? new Set(baseColumns) : present, noise);
  return [
    sql`CREATE OR REPLACE VIEW records AS ${recordsOf(batches)}`,
    filesView(batches),
    sql`CREATE OR REPLACE VIEW rejects AS ${rejectsOf(batches)}`,
    ...addresses,
    ...[...nameViews(names, dnsHours(batches)), ...baselineViews(baselines), ...views].map(
      ({ name, sql: query }) => sql`CREATE OR REPLACE VIEW ${id(name)} AS ${query}`,
    ),
  ];
}

/** The records of the batches, as a SELECT. */
export function recordsOf(batches: readonly Batch[]): Sql {
  const paths = recordFiles(batches);
  if (paths.length === 0) return noRecords();
  return sql`SELECT * FROM read_parquet([${list(paths)}], union_by_name = true, hive_partitioning = false)`;
}

function dnsHours(batches: readonly Batch[]): Sql {
  const files = dnsFilesIn(batches, 'dnsHours');
  if (files.length === 0)
    return sql`(SELECT CAST(NULL AS VARCHAR) AS host, CAST(NULL AS BIGINT) AS hour, CAST(0 AS BIGINT) AS queries WHERE FALSE)`;
  return sql`read_parquet([${list(files)}], hive_partitioning = false)`;
}

function noRecords(): Sql {
  const columns = baseColumns.map(
    (column) => sql`CAST(NULL AS ${trusted(columnType(kindOf(column)))}) AS ${id(column)}`,
  );
  return sql`SELECT ${list(columns)}, CAST(NULL AS BIGINT) AS record_hash, CAST(NULL AS BIGINT) AS file_id WHERE FALSE`;
}

/** The statement that defines `files`, which a load needs before there is anything else. */
export function filesView(batches: readonly Batch[]): Sql {
  return sql`CREATE OR REPLACE VIEW files AS ${filesOf(batches)}`;
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
      CAST(NULL AS INTEGER) AS batch, CAST([] AS VARCHAR[]) AS unknown_fields, CAST(NULL AS VARCHAR) AS kind,
      CAST(0 AS BIGINT) AS queries, CAST(0 AS BIGINT) AS answers, CAST(0 AS BIGINT) AS duplicate_queries WHERE FALSE`;
  }
  const logs = dnsFilesIn(batches, 'dnsFiles');
  const dns =
    logs.length === 0
      ? sql`(SELECT CAST(NULL AS BIGINT) AS file_id, 0 AS queries, 0 AS answers, 0 AS duplicate_queries WHERE FALSE)`
      : sql`read_parquet([${list(logs)}], hive_partitioning = false)`;
  const count = (column: 'queries' | 'answers' | 'duplicate_queries') =>
    sql`CAST(coalesce(d.${id(column)}, 0) AS BIGINT) AS ${id(column)}`;
  return sql`SELECT f.* EXCLUDE (reading),
      CASE WHEN f.status = 'other' THEN NULL WHEN d.file_id IS NULL THEN 'flow' ELSE 'dns' END AS kind,
      ${count('queries')}, ${count('answers')}, ${count('duplicate_queries')}
    FROM (
      SELECT *, row_number() OVER (PARTITION BY path, size_bytes, modified_ms ORDER BY file_id DESC) AS reading
      FROM read_parquet([${list(paths)}], hive_partitioning = false)) AS f
    LEFT JOIN ${dns} AS d ON d.file_id = f.file_id
    WHERE f.reading = 1`;
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
