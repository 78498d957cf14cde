import type { CircumstancesOf } from '../detect/circumstances.ts';
import { severities } from '../detect/finding.ts';
import { type MarkValues, markedCircumstance } from '../detect/marked.ts';
import type { Finding } from '../detect/results.ts';
import type { Engine } from '../engine/engine.ts';
import type { DataContext } from '../kept/derived.ts';
import type { Mark, MarkedSubject, MarkShown, TrafficProfile } from '../marks/mark.ts';
import { type Marked, markFinder } from '../marks/precedence.ts';
import { changesSince, profileOf } from '../marks/profile.ts';
import { type MarkedDay, markedDays, markedShapes } from '../marks/traffic.ts';
import type { Sql } from '../sql/sql.ts';

/** What profiles of marked traffic are made from: the derived relations of the engine and the answers over them. */
export interface TrafficInputs {
  readonly engine: Engine;
  readonly context: DataContext;
  readonly findings: readonly Finding[];
  readonly signal: AbortSignal | undefined;
  /** The addresses that the targets hold, where they are known already. */
  readonly addresses?: Sql;
}

/** What the traffic of each subject is like now; null where it has none. */
export async function profilesOf(
  subjects: readonly MarkedSubject[],
  { engine, context, findings, signal, addresses }: TrafficInputs,
): Promise<(TrafficProfile | null)[]> {
  const shapes = await engine.ask(markedShapes(subjects, addresses), signal);
  const days = await engine.ask(markedDays(subjects, addresses), signal);
  const shapeAt = new Map(shapes.map((shape) => [shape.place, shape]));
  const daysAt = new Map<number, MarkedDay[]>();
  for (const day of days) {
    const own = daysAt.get(day.place);
    if (own === undefined) daysAt.set(day.place, [day]);
    else own.push(day);
  }
  // Marks of the subjects, so that the same precedence tells which findings are theirs.
  const finder = markFinder(subjects.map((subject) => ({ ...subject, ...unsaid })));
  const kinds = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.answer !== 'yes' || severities.indexOf(finding.severity) < severities.indexOf('low'))
      continue;
    for (const { target, port, local } of finder.of(markedBy(finding))) {
      const key = JSON.stringify([target, port, local]);
      kinds.set(key, [...(kinds.get(key) ?? []), `${finding.question} ${finding.kind}`]);
    }
  }
  return subjects.map(({ target, port, local }, place) =>
    profileOf(
      shapeAt.get(place),
      daysAt.get(place) ?? [],
      kinds.get(JSON.stringify([target, port, local])) ?? [],
      context,
    ),
  );
}

const unsaid = { verdict: 'benign', note: null, by: '', at: '1970-01-01T00:00:00Z', seen: null } as const;

/** The marks as they are shown, each benign one with how its traffic changed since; only those ask for `traffic`. */
export async function shownMarks(
  marks: readonly Mark[],
  values: MarkValues,
  traffic: () => Promise<TrafficInputs>,
): Promise<Map<Mark, MarkShown>> {
  const watched = marks.filter(({ verdict, seen }) => verdict === 'benign' && seen !== null);
  const now = watched.length === 0 ? [] : await profilesOf(watched, await traffic());
  const changes = new Map(
    watched.map((mark, place) => [mark, changesSince(mark, now[place] ?? null, values)]),
  );
  return new Map(
    marks.map((mark) => {
      const { seen: _, ...said } = mark;
      return [mark, { ...said, changes: changes.get(mark) ?? [] }];
    }),
  );
}

/** What marks say of each finding. */
export function markCircumstances(shown: ReadonlyMap<Mark, MarkShown>, values: MarkValues): CircumstancesOf {
  const finder = markFinder([...shown.keys()]);
  return (finding) => {
    const marks = finder.of(markedBy(finding)).flatMap((mark) => shown.get(mark) ?? []);
    return marks.length === 0 ? [] : [markedCircumstance(marks, values)];
  };
}

/** Whether marks of these subjects say something of a finding. */
export function isAbout(subjects: readonly MarkedSubject[]): (finding: Finding) => boolean {
  const finder = markFinder(subjects.map((subject) => ({ ...subject, ...unsaid })));
  return (finding) => finder.of(markedBy(finding)).length > 0;
}

/** The marks that hold for an address, those for one port or local end too; the most specific first. */
export function marksOfAddress(
  shown: ReadonlyMap<Mark, MarkShown>,
  { address, asn, network, provider }: Pick<Marked, 'address' | 'asn' | 'network' | 'provider'>,
): MarkShown[] {
  const labels = { address, asn, network, provider };
  const all = [...shown.keys()];
  const found = markFinder(all.map((mark) => ({ ...mark, port: null, local: null, mark })));
  return found.of({ ...labels, port: null, local: null }).flatMap(({ mark }) => shown.get(mark) ?? []);
}

function markedBy({ peer, asn, network, provider, servicePort, local }: Finding): Marked {
  return { address: peer, asn, network, provider, port: servicePort, local };
}
