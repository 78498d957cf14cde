import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import type { WorkedOut } from '../hunt/worked-out.ts';
import type { OnPiece } from '../kept/progress.ts';
import { type CubeFacts, cubeFacts, stepsOfKinds } from '../picture/cube.ts';
import { sumSteps } from '../picture/sum-steps.ts';
import { viewOfFile } from '../sql/parquet.ts';
import { sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { makeTemporary } from '../store/folder.ts';
import { identityOfBatches, isKept, keepMade, keyOf } from '../store/kept.ts';
import { columnsOfBatches } from '../store/manifest.ts';
import type { FunnelStep } from '../traffic/funnel.ts';
import type { Period } from '../traffic/period.ts';

/** Raised when the sums change their meaning, so that what an older version kept is not taken for the same. */
const cubeFormat = 5;
const prefix = 'pictures-';
const keptCubes = 2;
const resolutions = [300, 900, 3600];
const mostSlots = 400;

/** As fine as fits: a week by the hour, a day by five minutes. */
export function resolutionFor(span: { readonly from: number | null; readonly to: number | null }): number {
  const seconds = (span.to ?? 0) - (span.from ?? 0);
  return resolutions.find((resolution) => seconds / resolution <= mostSlots) ?? 3600;
}

/** How long each takes, of 100 altogether, as with 100 million records; 1 where nothing is said. */
const shares: Readonly<Record<string, number>> = {
  ...{
    workbench_numbered: 3,
    workbench_sums: 55,
    workbench_ends: 22,
    workbench_ports: 8,
    workbench_whole: 8,
  },
};

/**
 * Gives the engine the sums that pictures are made of, kept in `derived/` for exactly these records, ranges, labels and
 * noise rules; set-asides and marks are looked at when asked, since they change more often.
 */
export async function cubeOf(
  workedOut: WorkedOut,
  resolutionSeconds: number,
  onPiece: OnPiece,
): Promise<CubeFacts> {
  const { engine, folder, batches, scopes, noise, signal } = workedOut;
  const key = keyOf([
    ...[cubeFormat, resolutionSeconds, scopes, noise, workedOut.labelSets, identityOfBatches(batches)],
  ]);
  const place = join(folder.derived, `${prefix}${key}`);
  const kept = (await isKept(place)) ? place : await compute(workedOut, resolutionSeconds, place, onPiece);
  for (const step of sumSteps(resolutionSeconds, noise).filter(({ isKept }) => isKept === true))
    await engine.define(viewOfFile(step.name, fileOf(step, kept)), signal);
  const columns = columnsOfBatches(batches);
  const hasInterfaces = !['tgw_attachment_id', 'resource_id'].some((column) => columns.has(column));
  return { resolutionSeconds, hasInterfaces };
}

async function compute(
  workedOut: WorkedOut,
  resolutionSeconds: number,
  place: string,
  onPiece: OnPiece,
): Promise<string> {
  const { folder, spare } = workedOut;
  const beside = await makeTemporary(folder, 'pictures').catch(() => join(spare, 'pictures'));
  try {
    await writeSums(workedOut, resolutionSeconds, beside, onPiece);
  } catch (error) {
    // Whoever interrupts it leaves nothing behind.
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
  return keepMade(beside, place, new RegExp(`^${prefix}`), keptCubes);
}

async function writeSums(
  { engine, noise, signal }: WorkedOut,
  resolutionSeconds: number,
  beside: string,
  onPiece: OnPiece,
) {
  await mkdir(beside, { recursive: true });
  const steps = sumSteps(resolutionSeconds, noise);
  let done = 0;
  for (const step of steps) {
    const own = shares[step.name] ?? 1;
    const onShare = (share: number) => onPiece(Math.floor(done + share * own), 100);
    await engine.keep(step, { file: fileOf(step, beside), onShare, signal });
    done += own;
    onPiece(done, 100);
  }
  for (const step of steps.filter(({ isKept }) => isKept !== true)) {
    await engine.forget(step.name);
    await rm(fileOf(step, beside), { force: true });
  }
}

function fileOf({ name }: Step, folder: string): string {
  return join(folder, `${name.replace('workbench_', '')}.parquet`);
}

const stepRow = v.object({
  setAside: v.nullable(v.string()),
  rejected: v.number(),
  noise: v.number(),
  toInternet: v.number(),
  fromInternet: v.number(),
  eastWest: v.number(),
  inSpite: v.number(),
  bytesToInternet: v.number(),
});
const hoursRow = v.object({
  noData: v.number(),
  skipData: v.number(),
  byRule: v.array(v.number()),
  from: v.nullable(v.number()),
  to: v.nullable(v.number()),
});

/** The counts of the funnel and the span of a period that is a multiple of the resolution. */
export async function countedSteps(
  engine: LocalEngine,
  cube: CubeFacts,
  rules: number,
  period: Period,
  signal: AbortSignal,
): Promise<{
  readonly steps: readonly FunnelStep[];
  readonly from: number | null;
  readonly to: number | null;
}> {
  const facts = cubeFacts(cube, 'all');
  const rows = await engine.ask({ name: 'funnel', sql: stepsOfKinds(facts, period), row: stepRow }, signal);
  const byRule = Array.from({ length: rules }, (_, index) => sql`coalesce(sum(by_rule[${index + 1}]), 0)`);
  const hours = sql`
    SELECT coalesce(sum(no_data), 0) AS "noData", coalesce(sum(skip_data), 0) AS "skipData",
      [${byRule.length === 0 ? sql`` : byRule.reduce((all, one) => sql`${all}, ${one}`)}] AS "byRule",
      min(first_start) AS "from", max(last_end) AS "to"
    FROM workbench_hours WHERE ${facts.during(period)}`;
  const [rest] = await engine.ask({ name: 'records without data', sql: hours, row: hoursRow }, signal);
  const { noData = 0, skipData = 0, byRule: matched = [], from = null, to = null } = rest ?? {};
  const nothing = { noData: 0, skipData: 0, byRule: matched.map(() => 0) };
  const steps = rows.map(({ eastWest, ...row }) => {
    const northSouth = row.noise + row.toInternet + row.fromInternet;
    return { ...row, ...nothing, northSouth, accepted: northSouth + eastWest };
  });
  // What has no destination on the Internet is counted once, beside the rows of set-asides.
  const none = { rejected: 0, noise: 0, toInternet: 0, fromInternet: 0, inSpite: 0, bytesToInternet: 0 };
  const counted = { ...none, setAside: null, northSouth: 0, accepted: 0, noData, skipData, byRule: matched };
  return { steps: [...steps, counted], from, to };
}
