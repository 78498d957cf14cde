import type { DuckDb } from '../../engine/duckdb.ts';
import { countedKinds } from '../../picture/cube.ts';
import { hiddenAddresses, labels, networks } from '../../picture/labels.ts';
import { id, sql } from '../../sql/sql.ts';
import { isExposed } from '../../traffic/views.ts';

/**
 * Gives the engine what pictures ask of addresses by number. It is made for each state, since set-asides are in it; a
 * mark turns a few rows.
 */
export async function labelPictures(engine: DuckDb, signal: AbortSignal | undefined): Promise<void> {
  const made = { networks, labels, hidden: hiddenAddresses, kinds: countedKinds(isExposed) };
  for (const [name, query] of Object.entries(made))
    await engine.define(sql`CREATE OR REPLACE TABLE ${id(`workbench_${name}`)} AS ${query}`, signal);
}
