import { HuntError } from '../errors.ts';
import { conditionOf, type GroupConditions, groupConditions } from '../filter/compile.ts';
import type { Relation } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import { id, type Sql, sql } from '../sql/sql.ts';

/** A filter, as docs/reference/filter.md has it. */
export interface Narrowed {
  readonly where?: string;
}

/** The condition of the filter on a relation; undefined where there is no filter. Throws at a mistake in it. */
export function narrowing({ where }: Narrowed, relation: Relation): Sql | undefined {
  return where === undefined ? undefined : conditionOf(where, parseFilter(where), relation);
}

/** The conditions of the filter on groups of records. */
export function narrowedGroups({ where }: Narrowed): GroupConditions | undefined {
  return where === undefined ? undefined : groupConditions(where, parseFilter(where));
}

const relationOfView: Readonly<Record<string, Relation>> = {
  flows: 'flows',
  north_south: 'flows',
  east_west: 'flows',
  outbound_flows: 'flows',
  sessions: 'sessions',
  conversations: 'conversations',
  peers: 'peers',
  findings: 'findings',
};

/** A documented view, or what of it meets the filter. */
export function narrowedView(view: string, { where }: Narrowed): Sql {
  const relation = relationOfView[view];
  if (where === undefined) return id(view);
  if (relation !== undefined)
    return sql`(SELECT * FROM ${id(view)} WHERE ${conditionOf(where, parseFilter(where), relation)})`;
  throw new HuntError('usage.value', `${view} cannot be narrowed by a filter.`, {
    hint: `These can: ${Object.keys(relationOfView).join(', ')}.`,
  });
}
