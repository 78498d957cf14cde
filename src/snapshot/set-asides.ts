import type { LocalEngine } from '../engine/local.ts';
import { countedKinds } from '../picture/cube.ts';
import { hiddenAddresses } from '../picture/labels.ts';
import { id, sql } from '../sql/sql.ts';
import { isExposed } from '../traffic/views.ts';

/** Gives the engine what pictures have of set-asides. It is made for each snapshot; a mark turns a few rows. */
export async function setAsidePictures(engine: LocalEngine, signal: AbortSignal | undefined): Promise<void> {
  const made = { hidden: hiddenAddresses, kinds: countedKinds(isExposed) };
  for (const [name, query] of Object.entries(made))
    await engine.define(sql`CREATE OR REPLACE TABLE ${id(`workbench_${name}`)} AS ${query}`, signal);
}
