import { join } from 'node:path';
import { compareListed } from '../detect/finding.ts';
import type { Finding, IdentifiedFinding } from '../detect/results.ts';
import type { LocalEngine } from '../engine/local.ts';
import type { Relations } from '../hunt/investigation.ts';
import { findingsView } from '../kept/findings.ts';
import { keptMarks, markedTable } from '../kept/known-addresses.ts';
import { type KnownFindings, writeFindings } from '../known/known-findings.ts';
import { isAbout, markCircumstances, shownMarks } from '../known/marked-traffic.ts';
import { type Mark, type MarkShown, subjectText } from '../marks/mark.ts';
import { Lists } from '../snapshot/lists.ts';
import { takeUpMarks } from '../snapshot/marked-relations.ts';
import type { Identified, Snapshot } from '../snapshot/snapshot.ts';
import { sql } from '../sql/sql.ts';

/**
 * The snapshot with other marks: what the changed ones are about is made anew, in one transaction over the relations that
 * both snapshots share, so that a mark counts within a moment however much is loaded. `made` was made just now, so that the
 * traffic cannot have changed since.
 */
export async function remarked(
  snapshot: Snapshot,
  marks: readonly Mark[],
  made: Mark | null,
): Promise<Snapshot> {
  const changed = differing([...snapshot.marks.keys()], marks);
  if (changed.length === 0) return snapshot;
  const engine = await snapshot.engine.fork(snapshot.schema);
  try {
    const shown = await shownAfter(snapshot, marks, made, engine);
    const findings = snapshot.findings.marked(
      shown.size === 0 ? [] : [markCircumstances(shown, snapshot.weights.marks)],
    );
    const [listed, read] = listedAfter(snapshot, findings, isAbout(changed));
    const file = read.length === 0 ? undefined : await writeFindings(join(snapshot.spare, 'findings'), read);
    await takeUpMarks(engine, snapshot, { marks, changed, findings: file });
    const rows = sql`SELECT address, mark FROM marked_addresses`;
    const { folder, labels, spare, signal } = snapshot;
    const kept = await keptMarks(engine, folder, { marks, labels, rows }, spare, signal);
    return {
      ...snapshot,
      ...{ marks: shown, findings, listed, lists: new Lists(snapshot.connections) },
      relations: once(() => relationsAfter(snapshot.takenUp, kept, findings)),
      revision: snapshot.revised(marks),
    };
  } finally {
    engine.close();
  }
}

/** The marks that are in one of the books only. */
function differing(before: readonly Mark[], after: readonly Mark[]): Mark[] {
  const [old, fresh] = [before, after].map((marks) => new Set(marks.map((mark) => JSON.stringify(mark))));
  const isIn = (book: ReadonlySet<string> | undefined) => (mark: Mark) =>
    book?.has(JSON.stringify(mark)) === true;
  const [wasThere, isThere] = [isIn(old), isIn(fresh)];
  return [...before.filter((mark) => !isThere(mark)), ...after.filter((mark) => !wasThere(mark))];
}

/** The marks as they are shown; what is known of those that stay is taken over. */
async function shownAfter(
  { marks: before, context, findings, weights, signal }: Snapshot,
  marks: readonly Mark[],
  made: Mark | null,
  engine: LocalEngine,
): Promise<Map<Mark, MarkShown>> {
  const known = new Map([...before].map(([mark, shown]) => [JSON.stringify(mark), shown]));
  const isMade = (mark: Mark) => made?.at === mark.at && subjectText(made) === subjectText(mark);
  const fresh = marks.filter((mark) => !known.has(JSON.stringify(mark)) && !isMade(mark));
  const traffic = async () => ({ engine, context, findings: findings.raw(), signal });
  const looked = await shownMarks(fresh, weights.marks, traffic);
  return new Map(
    marks.map((mark) => {
      const { seen: _, ...said } = mark;
      return [mark, known.get(JSON.stringify(mark)) ?? looked.get(mark) ?? { ...said, changes: [] }];
    }),
  );
}

/** The list with those findings read anew that the changed marks are about, and these alone. */
function listedAfter(
  { findings: before, listed }: Snapshot,
  after: KnownFindings,
  isTouched: (finding: Finding) => boolean,
): readonly [listed: readonly Identified[], read: readonly IdentifiedFinding[]] {
  const raw = after.raw().filter(isTouched);
  if (raw.length === 0) return [listed, []];
  const was = new Map(before.read(raw).map((finding) => [finding.id, finding]));
  const read = after.read(raw);
  const now = new Map(read.map((finding) => [finding.id, finding]));
  const list = listed.map((one) => {
    if (!isTouched(one.finding)) return one;
    const [old, fresh] = [was.get(one.id), now.get(one.id)];
    if (old === undefined || fresh === undefined) return one;
    // What names say was added behind the rest.
    const { names, namesTotal, evidence } = one.finding;
    const more = evidence.slice(old.evidence.length);
    return { ...one, finding: { ...fresh, names, namesTotal, evidence: [...fresh.evidence, ...more] } };
  });
  return [list.sort((a, b) => compareListed(a.finding, b.finding)), read];
}

/** What gives another engine the relations of the snapshot with its marks. */
async function relationsAfter(
  takenUp: Snapshot['takenUp'],
  file: string | undefined,
  findings: KnownFindings,
): Promise<Relations> {
  const { prepare, files, marked } = await takenUp();
  const answers = await findings.file();
  const fresh = markedTable(file);
  return {
    marked: fresh,
    prepare: [
      ...prepare.map((statement) => (statement === marked ? fresh : statement)),
      findingsView(answers),
    ],
    files: [...files, ...(file === undefined ? [] : [file]), answers],
  };
}

/** The same work once, when somebody first wants its result. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let done: Promise<Result> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
