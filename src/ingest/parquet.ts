import { type Sql, sql } from '../sql/sql.ts';

/**
 * A COPY of a query into one Parquet file. DuckDB writes beside the file and renames it at the end, so a file
 * that a query reads can be its target too (`replace`).
 */
export function copyTo(query: Sql, file: string, mode: 'new' | 'replace' = 'new'): Sql {
  const temporary = mode === 'replace' ? sql`true` : sql`false`;
  // Snappy: every reader of Parquet knows it, and it costs less here than the sixth that zstd saves.
  return sql`COPY (${query}) TO ${file} (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE ${temporary})`;
}
