import * as v from 'valibot';
import type { DuckDb } from '../../engine/duckdb.ts';
import { countedKinds } from '../../picture/cube.ts';
import { labelledWhole, labels, networks } from '../../picture/labels.ts';
import { sql } from '../../sql/sql.ts';
import { isExposed } from '../../traffic/views.ts';

/** More rows than this stay in their file: some 50 bytes each would be in the memory of the engine. */
const mostInMemory = 4_000_000;

/**
 * Gives the engine what pictures ask of addresses by number, and the sums of all times beside it, in memory where they
 * are not too many, which it tells. They are made for each state, since set-asides are in them; a mark turns a few rows.
 */
export async function labelPictures(engine: DuckDb, signal: AbortSignal | undefined): Promise<boolean> {
  await engine.define(sql`CREATE OR REPLACE TABLE workbench_networks AS ${networks}`, signal);
  await engine.define(sql`CREATE OR REPLACE TABLE workbench_labels AS ${labels}`, signal);
  await engine.define(sql`CREATE OR REPLACE TABLE workbench_kinds AS ${countedKinds(isExposed)}`, signal);
  const counted = sql`SELECT count(*) AS sums FROM workbench_whole`;
  const row = v.object({ sums: v.number() });
  const [found] = await engine.rows({ name: 'sums of all times', sql: counted, row }, signal);
  const isSmall = (found?.sums ?? 0) <= mostInMemory;
  await engine.define(
    isSmall
      ? sql`CREATE OR REPLACE TABLE workbench_outbound AS ${labelledWhole} ORDER BY dst, src`
      : sql`CREATE OR REPLACE VIEW workbench_outbound AS ${labelledWhole}`,
    signal,
  );
  return isSmall;
}
