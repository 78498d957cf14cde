import { id, list, type Sql, sql } from './sql.ts';

/**
 * A COPY of a query into one Parquet file. DuckDB writes beside the file and renames it at the end, so a file
 * that a query reads can be its target too (`replace`).
 */
export function copyTo(query: Sql, file: string, mode: 'new' | 'replace' = 'new'): Sql {
  const temporary = mode === 'replace' ? sql`true` : sql`false`;
  // Snappy: every reader of Parquet knows it, and it costs less here than the sixth that zstd saves.
  return sql`COPY (${query}) TO ${file} (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE ${temporary})`;
}

/**
 * A COPY of numbers that only this program reads, soon and as a whole. Dictionaries would cost a lookup for each value
 * and are given up for most columns of numbers in the end; differences take less room, too.
 */
export function copyNumbersTo(query: Sql, file: string): Sql {
  return sql`COPY (${query}) TO ${file}
    (FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1, USE_TMP_FILE false)`;
}

/**
 * The rows of Parquet files, columns matched by name. Never columns from `key=value` folders above them, which
 * DuckDB would add by itself; `options` are more arguments of `read_parquet`.
 */
export function fromParquet(files: readonly string[], ...options: readonly Sql[]): Sql {
  const all = [sql`union_by_name = true`, sql`hive_partitioning = false`, ...options];
  return sql`read_parquet([${list(files)}], ${list(all)})`;
}

/** The statement that gives the rows of one file a name. */
export function viewOfFile(name: string, file: string): Sql {
  return sql`CREATE OR REPLACE VIEW ${id(name)} AS SELECT * FROM read_parquet(${file}, hive_partitioning = false)`;
}
