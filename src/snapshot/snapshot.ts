import * as v from 'valibot';
import type { Finding } from '../detect/results.ts';
import { Connections } from '../engine/connections.ts';
import type { WorkedOut } from '../hunt/worked-out.ts';
import { findingsView } from '../kept/findings.ts';
import type { OnStep } from '../kept/progress.ts';
import type { CubeFacts } from '../picture/cube.ts';
import { id, sql } from '../sql/sql.ts';
import { cubeOf, resolutionFor } from './cube.ts';
import type { AboutList } from './destinations.ts';
import { Lists } from './lists.ts';
import { setAsidePictures } from './set-asides.ts';

/**
 * A workspace at one moment, ready for many questions at once. Snapshots that differ in marks alone share relations and
 * connections.
 */
export interface Snapshot extends Omit<WorkedOut, 'listed'> {
  readonly connections: Connections;
  /** The relations for another engine as they were when the snapshot was taken up, before other marks. */
  readonly takenUp: WorkedOut['relations'];
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

/** Readies what was worked out for questions: its relations, its findings in memory, connections. */
export async function makeSnapshot(workedOut: WorkedOut, onStep: OnStep): Promise<Snapshot> {
  const { engine, findings, signal } = workedOut;
  await engine.define(findingsView(await findings.file()), signal);
  // Read once: a filter on findings must not read the file each time.
  await engine.define(sql`CREATE OR REPLACE TABLE workbench_findings AS SELECT * FROM findings`, signal);
  const asked = sql`SELECT min(start) AS "from", max(coalesce("end", start)) AS "to",
    (SELECT count(*) FROM files WHERE status <> 'other') AS files FROM records`;
  const [found] = await engine.ask({ name: 'span', sql: asked, row: spanRow }, signal);
  const { files, ...span } = found ?? { from: null, to: null, files: 0 };
  const step = 'adding up';
  onStep(step);
  const cube = await cubeOf(workedOut, resolutionFor(span), (done, total) => onStep(step, done, total));
  await setAsidePictures(engine, signal);
  const connections = new Connections(engine, 3, workedOut.schema);
  return {
    ...workedOut,
    connections,
    takenUp: workedOut.relations,
    lists: new Lists(connections),
    listed: workedOut.listed.map((finding) => ({ id: finding.id, finding })),
    ...{ span, files, cube, resolutionSeconds: cube.resolutionSeconds },
  };
}

/** Ends the questions of a snapshot whose relations stay, as those of one that only one answer was wanted of. */
export async function closeSnapshot({ connections, lists }: Snapshot): Promise<void> {
  await connections.whenIdle();
  await lists.clear();
  connections.close();
}

/** Removes what the engine holds for a snapshot that nobody asks any more. */
export async function freeSnapshot({ connections, schema }: Snapshot): Promise<void> {
  await connections
    .lend(undefined, (engine) => engine.define(sql`DROP SCHEMA ${id(schema)} CASCADE`))
    // Where the engine is being closed, everything goes.
    .catch(() => undefined);
  connections.close();
}
