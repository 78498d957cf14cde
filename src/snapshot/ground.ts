import * as v from 'valibot';
import type { Finding } from '../detect/results.ts';
import { Connections } from '../engine/connections.ts';
import type { Footing } from '../hunt/footing.ts';
import { findingsView } from '../kept/findings.ts';
import type { OnStep } from '../kept/steps.ts';
import type { CubeFacts } from '../picture/cube.ts';
import { id, sql } from '../sql/sql.ts';
import { cubeOf, resolutionFor } from './cube.ts';
import type { AboutList } from './destinations.ts';
import { Lists } from './lists.ts';
import { setAsidePictures } from './set-asides.ts';

/**
 * A state of the workspace, ready for many questions at once. States that differ in marks alone share relations and
 * connections.
 */
export interface Ground extends Omit<Footing, 'listed'> {
  readonly connections: Connections;
  /** The relations for another engine as they were when the state was taken up, before other marks. */
  readonly takenUp: Footing['relations'];
  readonly lists: Lists<AboutList>;
  /** Answers that are yes or cannot be told, the most severe first, each with its id. */
  readonly listed: readonly Identified[];
  /** First start and last end of all records, in Unix seconds. */
  readonly files: number;
  readonly cube: CubeFacts;
  /** Time ranges that are multiples of it are answered from sums. */
  readonly resolutionSeconds: number;
  readonly span: { readonly from: number | null; readonly to: number | null };
}

export interface Identified {
  readonly id: string;
  readonly finding: Finding;
}

const spanRow = v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()), files: v.number() });

/** Readies a state for questions: its relations, its findings in memory, connections. */
export async function makeGround(footing: Footing, onStep: OnStep): Promise<Ground> {
  const { engine, findings, signal } = footing;
  await engine.define(findingsView(await findings.file()), signal);
  // Read once: a filter on findings must not read the file each time.
  await engine.define(sql`CREATE OR REPLACE TABLE workbench_findings AS SELECT * FROM findings`, signal);
  const asked = sql`SELECT min(start) AS "from", max(coalesce("end", start)) AS "to",
    (SELECT count(*) FROM files WHERE status <> 'other') AS files FROM records`;
  const [found] = await engine.ask({ name: 'span', sql: asked, row: spanRow }, signal);
  const { files, ...span } = found ?? { from: null, to: null, files: 0 };
  const step = 'adding up';
  onStep(step);
  const cube = await cubeOf(footing, resolutionFor(span), (done, total) => onStep(step, done, total));
  await setAsidePictures(engine, signal);
  const connections = new Connections(engine, 3, footing.schema);
  return {
    ...footing,
    connections,
    takenUp: footing.relations,
    lists: new Lists(connections),
    listed: footing.listed.map((finding) => ({ id: finding.id, finding })),
    ...{ span, files, cube, resolutionSeconds: cube.resolutionSeconds },
  };
}

/** Ends the questions of a state whose relations stay, as those of one that only one answer was wanted of. */
export async function closeGround({ connections, lists }: Ground): Promise<void> {
  await connections.whenIdle();
  await lists.clear();
  connections.close();
}

/** Removes what the engine holds for a state that nobody asks any more. */
export async function freeGround({ connections, schema }: Ground): Promise<void> {
  await connections
    .lend(undefined, (engine) => engine.define(sql`DROP SCHEMA ${id(schema)} CASCADE`))
    // Where the engine is being closed, everything goes.
    .catch(() => undefined);
  connections.close();
}
