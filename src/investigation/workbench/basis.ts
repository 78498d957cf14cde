import { conditionOf, groupConditions, totalColumns } from '../../filter/compile.ts';
import { parseFilter } from '../../filter/parse.ts';
import { type Facts, recordFacts } from '../../picture/facts.ts';
import type { Sql } from '../../sql/sql.ts';
import type { Period } from '../../traffic/period.ts';
import type { Narrowed } from '../narrowing.ts';
import type { Ground } from './ground.ts';

/** What narrows everything that the workbench shows. */
export interface Asked extends Period, Narrowed {}

/** The facts that can answer, and the conditions of the filter on their rows and on groups of them. */
export interface Chosen {
  readonly facts: Facts;
  readonly rows: Sql | undefined;
  readonly groups: Sql | undefined;
}

/** Chooses the facts for a picture of groups: `bytes>` and the like are asked of the groups. */
export function chooseForGroups({ noise }: Ground, { where }: Asked): Chosen {
  const facts = recordFacts(noise);
  if (where === undefined) return { facts, rows: undefined, groups: undefined };
  const { records, groups } = groupConditions(where, parseFilter(where), totalColumns);
  return { facts, rows: records, groups };
}

/** Chooses the facts for a picture of rows, as a timeline: every term is asked of them. */
export function chooseForRows({ noise }: Ground, { where }: Asked): Chosen {
  const facts = recordFacts(noise);
  const rows = where === undefined ? undefined : conditionOf(where, parseFilter(where), 'flows');
  return { facts, rows, groups: undefined };
}
