import { HuntError } from '../errors.ts';
import { conditionOf } from '../filter/compile.ts';
import type { Place, Term } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Narrowed } from '../hunt/narrowing.ts';
import { type FindingsOptions, findingsThat, selected } from '../kept/findings.ts';
import type { Sql } from '../sql/sql.ts';
import type { Identified, Snapshot } from './snapshot.ts';

/** A term of a filter that a part of a picture cannot answer, and is not narrowed by. */
export interface Ignored extends Place {
  readonly part: 'findings' | 'timeline';
  readonly message: string;
}

/** The findings that the options and the filter ask for, the most severe first. */
export async function findingsOf(
  snapshot: Snapshot,
  { where, ...options }: FindingsOptions & Narrowed,
  signal: AbortSignal,
): Promise<Identified[]> {
  const condition = where === undefined ? undefined : conditionOf(where, parseFilter(where), 'findings');
  return among(snapshot, condition, options, signal);
}

/** The same, narrowed by those terms only that findings can answer; the others are named. */
export async function findingsAsFarAs(
  snapshot: Snapshot,
  { where, ...options }: FindingsOptions & Narrowed,
  signal: AbortSignal,
): Promise<{ readonly found: Identified[]; readonly ignored: Ignored[] }> {
  if (where === undefined) return { found: await among(snapshot, undefined, options, signal), ignored: [] };
  const ignored: Ignored[] = [];
  const answered = parseFilter(where).filter((term) => {
    const message = unanswered(where, term);
    if (message !== undefined) ignored.push({ part: 'findings', ...term.place, message });
    return message === undefined;
  });
  return { found: await among(snapshot, conditionOf(where, answered, 'findings'), options, signal), ignored };
}

function unanswered(where: string, term: Term): string | undefined {
  try {
    conditionOf(where, [term], 'findings');
    return undefined;
  } catch (error) {
    if (error instanceof HuntError && error.code === 'filter.relation') return error.message;
    throw error;
  }
}

async function among(
  { listed, connections }: Snapshot,
  condition: Sql | undefined,
  options: FindingsOptions,
  signal: AbortSignal,
): Promise<Identified[]> {
  const met =
    condition === undefined
      ? undefined
      : await connections.lend(signal, async (engine) => {
          const rows = await engine.ask(findingsThat(condition, 'workbench_findings'), signal);
          return new Set(rows.map(({ id }) => id));
        });
  const chosen = new Set(
    selected(
      listed.map(({ finding }) => finding),
      options,
    ),
  );
  return listed.filter(({ id, finding }) => chosen.has(finding) && (met === undefined || met.has(id)));
}
