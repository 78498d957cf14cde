import { and, type Sql, sql } from '../sql/sql.ts';
import type { Period } from '../traffic/period.ts';
import { isExposed } from '../traffic/views.ts';
import { type Facts, kinds } from './facts.ts';

/** What a picture shows of the facts: a time range, a filter on rows, set-asides or not. */
export interface View {
  readonly period: Period;
  /** A condition on the columns of the facts. */
  readonly rows?: Sql | undefined;
  /** Show set-asides too. */
  readonly asides: boolean;
}

/** The condition on `addresses` that are set aside, and not shown in spite of it. */
export const isHidden = sql`set_aside IS NOT NULL AND NOT ${isExposed}`;

/** The condition on what is not set aside. */
export function isShown(facts: Facts): Sql {
  // NOT IN, for what goes to the Internet has a destination: beside a filter, NOT EXISTS is asked of each one apart.
  return facts.basis === 'cube'
    ? sql`dst NOT IN (SELECT address_id FROM workbench_hidden)`
    : sql`NOT EXISTS (SELECT 1 FROM addresses AS a WHERE a.address = dst AND ${isHidden})`;
}

/** The rows that go to the Internet and are in the view. */
export function outbound(facts: Facts, view: View): Sql {
  return sql`${facts.relation} WHERE ${and(
    sql`kind = ${kinds.outbound}`,
    facts.during(view.period),
    view.rows,
    view.asides ? undefined : isShown(facts),
  )}`;
}

/** The column of `addresses` that the ends of the facts are compared with. */
export function endKey({ columns }: Facts): Sql {
  return columns.ends === 'address' ? sql`address` : sql`address_id`;
}
