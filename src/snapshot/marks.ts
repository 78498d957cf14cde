import type { LocalEngine } from '../engine/local.ts';
import { profilesOf } from '../known/marked-traffic.ts';
import { type MarkOptions, makeMark, takeMarkBack } from '../known/marking.ts';
import { heldAddresses } from '../marks/addresses.ts';
import { readMarks } from '../marks/file.ts';
import type { MarkBook, MarkedSubject, Verdict } from '../marks/mark.ts';
import type { MarkResult, MarksReport } from '../marks/results.ts';
import { matchedAddresses } from '../marks/traffic.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { stampOfMarks } from '../store/changes.ts';
import type { Folder } from '../store/folder.ts';
import type { Snapshot } from './snapshot.ts';

/** The marks of a snapshot, with how the traffic of the benign ones changed since. */
export async function marksIn(
  { connections, folder, marks: shown }: Snapshot,
  signal: AbortSignal,
): Promise<MarksReport> {
  const { removed } = await readMarks(folder.marks);
  const marks = [...shown];
  const found = await connections.lend(signal, (engine) =>
    engine.ask(matchedAddresses(marks.map(([mark]) => mark)), signal),
  );
  const addresses = new Map(found.map((row) => [row.place, row.addresses]));
  return {
    file: folder.marks,
    marks: marks.map(([{ seen }, mark], place) => ({ ...mark, addresses: addresses.get(place) ?? 0, seen })),
    removed: removed.length,
  };
}

/** Writes a mark into the workspace, with what the traffic of its subject is like in the snapshot. */
export async function markIn(
  snapshot: Snapshot,
  subject: MarkedSubject,
  verdict: Verdict,
  options: MarkOptions,
): Promise<MarkResult> {
  return withEngine(snapshot, async (engine) => {
    const { context, findings, signal, folder } = snapshot;
    const addresses = await addressesOf(engine, subject, signal);
    const traffic = { engine, context, findings: findings.raw(), signal, addresses };
    const [seen = null] = snapshot.batches.length === 0 ? [] : await profilesOf([subject], traffic);
    const made = await makeMark(folder, subject, verdict, options, seen);
    return { ...made, addresses: await countOf(engine, subject, addresses, signal) };
  });
}

/** Takes a mark back, in the workspace. Throws where there is none of exactly this subject. */
export async function unmarkIn(
  snapshot: Snapshot,
  subject: MarkedSubject,
  options: MarkOptions,
): Promise<MarkResult> {
  return withEngine(snapshot, async (engine) => {
    const { folder, signal } = snapshot;
    const undone = await takeMarkBack(folder, subject, options.by);
    const addresses = await addressesOf(engine, subject, signal);
    return { ...undone, addresses: await countOf(engine, subject, addresses, signal) };
  });
}

/** The marks as they are in the workspace now, and the stamp of their file, read first: later changes are noticed. */
export async function marksNow(folder: Folder): Promise<{ readonly stamp: string; readonly book: MarkBook }> {
  const stamp = await stampOfMarks(folder);
  return { stamp, book: await readMarks(folder.marks) };
}

/** The addresses that the target holds, as a table of the connection: all addresses are looked through once. */
async function addressesOf(
  engine: LocalEngine,
  { target }: MarkedSubject,
  signal: AbortSignal | undefined,
): Promise<Sql> {
  const table = sql`subject_addresses`;
  const rows = heldAddresses([target], sql`addresses`);
  await engine.define(sql`CREATE TEMP TABLE ${table} AS ${rows}`, signal);
  return table;
}

async function countOf(
  engine: LocalEngine,
  subject: MarkedSubject,
  addresses: Sql,
  signal: AbortSignal | undefined,
): Promise<number> {
  const [found] = await engine.ask(matchedAddresses([subject], addresses), signal);
  return found?.addresses ?? 0;
}

/** A connection of its own: whoever marks something does not wait behind questions. */
async function withEngine<Result>(
  { engine, schema }: Snapshot,
  work: (engine: LocalEngine) => Promise<Result>,
): Promise<Result> {
  const fork = await engine.fork(schema);
  try {
    return await work(fork);
  } finally {
    fork.close();
  }
}
