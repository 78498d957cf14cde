import { canAnswer, groupConditions, isTotal, totalColumns } from '../filter/compile.ts';
import type { Filter } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Narrowed } from '../hunt/narrowing.ts';
import { cubeFacts } from '../picture/cube.ts';
import { type Facts, recordFacts } from '../picture/facts.ts';
import type { Sql } from '../sql/sql.ts';
import type { Period } from '../traffic/period.ts';
import type { Snapshot } from './snapshot.ts';

/** What narrows everything that the workbench shows. */
export interface Asked extends Period, Narrowed {}

/** The facts that can answer, and the conditions of the filter on their rows and on groups of them. */
export interface Chosen {
  readonly facts: Facts;
  readonly rows: Sql | undefined;
  readonly groups: Sql | undefined;
}

/** Chooses facts for what goes to the Internet: the sums where they know enough, else the records. */
export function chooseForGroups(snapshot: Snapshot, asked: Asked): Chosen {
  const isOfAllTimes = asked.from === undefined && asked.to === undefined;
  const part = isOfAllTimes ? 'outbound of all times' : 'outbound';
  return chosen(snapshot, asked, parseFilter(asked.where ?? ''), cubeFacts(snapshot.cube, part));
}

/** Chooses facts for all traffic, as for a timeline. */
export function chooseForAll(snapshot: Snapshot, asked: Asked): Chosen {
  return chosen(snapshot, asked, parseFilter(asked.where ?? ''), cubeFacts(snapshot.cube, 'all'));
}

function chosen(snapshot: Snapshot, asked: Asked, filter: Filter, sums: Facts): Chosen {
  const { where = '' } = asked;
  const facts =
    isWhole(snapshot, asked) && canAnswer(filter, sums.columns) ? sums : recordFacts(snapshot.noise);
  // Where the records cannot answer either, it is said in their name.
  const { records, groups } = groupConditions(where, filter, totalColumns, facts.columns);
  return {
    facts,
    rows: filter.every(isTotal) ? undefined : records,
    groups: filter.length === 0 ? undefined : groups,
  };
}

/** True for a time range that is made of whole stretches of the sums. */
export function isWhole({ cube }: Snapshot, { from, to }: Period): boolean {
  return [from, to].every((bound) => bound === undefined || bound % cube.resolutionSeconds === 0);
}
