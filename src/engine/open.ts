import { DuckDb } from './duckdb.ts';
import type { LocalEngine, LocalOptions } from './local.ts';

/** An engine in this process, in memory. Close it when done. */
export function openLocal(options: LocalOptions): Promise<LocalEngine> {
  return DuckDb.open(options);
}
