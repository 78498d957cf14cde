import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import { shareOut } from './budget.ts';
import { buildEstate } from './hosts.ts';
import { type DemoOptions, type DemoPlan, planDemo } from './options.ts';
import { plantAll } from './plant/all.ts';
import type { Planting } from './plant/planting.ts';
import type { Setting } from './profiles/profile.ts';
import { QueryLog } from './query-log.ts';
import { Simulation } from './simulation.ts';
import { sliceFile, writeGzip } from './slice-writer.ts';
import { connectionLine, type DemoTruth, demoTruth } from './truth.ts';

/** What was written, and where. */
export interface DemoSummary {
  /** Folder of the flow logs: what `load` and `hunt` take. */
  readonly logs: string;
  readonly truthFile: string;
  readonly connectionsFile: string;
  readonly files: number;
  /** Exactly. */
  readonly records: number;
  /** Queries in the DNS query logs; 0 where none were asked for. */
  readonly queries: number;
  readonly truth: DemoTruth;
  readonly seconds: number;
}

/** Files that may be compressed and written while the next slice is simulated. */
const filesAtOnce = 3;

/**
 * Writes seeded flow logs with planted truths into `options.out`. The same options give the same bytes.
 * When it fails or is aborted, it takes away everything that it wrote.
 */
export async function generateDemo(options: DemoOptions): Promise<DemoSummary> {
  const began = performance.now();
  const plan = planDemo(options);
  const paths = demoPaths(options.out);
  await claim(options.out, paths, options.force === true);
  try {
    const truth = await writeDemo(plan, paths, options);
    return {
      ...{ logs: paths.logs, truthFile: paths.truth, connectionsFile: paths.connections },
      files: plan.files,
      ...{ records: truth.totals.records, queries: truth.dns?.queries ?? 0 },
      truth,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    await remove(paths);
    throw explained(error, options);
  }
}

type DemoPaths = ReturnType<typeof demoPaths>;

function demoPaths(out: string) {
  return {
    logs: join(out, 'logs'),
    truth: join(out, 'truth.json'),
    connections: join(out, 'connections.ndjson.gz'),
  };
}

async function claim(out: string, paths: DemoPaths, isForced: boolean): Promise<void> {
  const isDemo = existsSync(paths.truth);
  if (isDemo && !isForced)
    throw new HuntError('usage.value', `${out} already holds a demo`, {
      hint: 'Choose another folder, or replace it with --force.',
    });
  if (!isDemo && (existsSync(paths.logs) || existsSync(paths.connections)))
    throw new HuntError('usage.value', `${out} holds logs that are no demo, and they are not replaced`, {
      hint: 'Choose another folder.',
    });
  try {
    await remove(paths);
    await mkdir(paths.logs, { recursive: true });
  } catch (error) {
    throw new HuntError('export.unwritable', `${out} cannot be written`, { cause: error });
  }
}

async function remove(paths: DemoPaths): Promise<void> {
  await rm(paths.truth, { force: true });
  await rm(paths.connections, { force: true });
  await rm(paths.logs, { recursive: true, force: true });
}

async function writeDemo(plan: DemoPlan, paths: DemoPaths, options: DemoOptions): Promise<DemoTruth> {
  const estate = buildEstate(plan);
  const setting: Setting = { plan, estate };
  const plantings = plantAll(plan, estate);
  const queryLog = plan.dns === true ? new QueryLog(plan, estate, plantings) : undefined;
  const simulation = new Simulation(setting, shareOut(setting, plantings), plantings, (connection) =>
    queryLog?.add(connection),
  );
  await writeSlices(setting, simulation, queryLog, paths, options);
  await writeGzip(paths.connections, connectionText(plantings), options.signal);
  const truth = demoTruth(plan, estate, plantings, simulation.totals, queryLog?.queries);
  await writeFile(paths.truth, `${JSON.stringify(truth, null, 2)}\n`);
  return truth;
}

async function writeSlices(
  { plan, estate }: Setting,
  simulation: Simulation,
  queryLog: QueryLog | undefined,
  paths: DemoPaths,
  { signal, onProgress }: DemoOptions,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const writing = new Set<Promise<void>>();
  let filesDone = 0;
  try {
    for (let slice = 0; slice < plan.files; slice++) {
      stop.throwIfAborted();
      const [from, to] = [sliceStart(plan, slice), sliceStart(plan, slice + 1)];
      const lines = simulation.advance(from, to);
      const queries =
        queryLog === undefined
          ? Promise.resolve()
          : writeGzip(join(paths.logs, queryLog.file(from)), queryLog.text(to), stop);
      const flows = writeGzip(join(paths.logs, sliceFile(plan, estate, from)), lines.text(), stop);
      const file = Promise.all([flows, queries]).then(() => {
        writing.delete(file);
        filesDone++;
        onProgress?.({ filesTotal: plan.files, filesDone, records: simulation.totals.records });
      });
      writing.add(file);
      if (writing.size >= filesAtOnce) await Promise.race(writing);
    }
    await Promise.all(writing);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(writing);
    throw error;
  }
}

function sliceStart(plan: DemoPlan, slice: number): number {
  return plan.from + Math.floor((slice * (plan.to - plan.from)) / plan.files);
}

function connectionText(plantings: readonly Planting[]): Buffer {
  const text = plantings.flatMap(({ question, kind, connections }) =>
    connections.map((connection) => connectionLine(question, kind, connection)),
  );
  return Buffer.from(text.join(''));
}

function explained(error: unknown, options: DemoOptions): unknown {
  if (options.signal?.aborted)
    return new HuntError('engine.cancelled', 'The demo was interrupted', { cause: error });
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC')
    return new HuntError('engine.disk-full', `No space is left for ${options.out}`, { cause: error });
  if (code === 'EACCES' || code === 'EROFS')
    return new HuntError('export.unwritable', `${options.out} cannot be written`, { cause: error });
  return error;
}
