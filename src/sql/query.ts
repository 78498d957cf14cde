import type * as v from 'valibot';
import type { Sql } from './sql.ts';
import { chained, type Step } from './step.ts';

/** The shape of one row of an answer, as a valibot schema: checked where the row enters the program. */
export type RowSchema<Row> = v.GenericSchema<unknown, Row>;

/**
 * A question about traffic, not yet asked: its name, its SQL, and the shape of its rows. Whoever holds an
 * engine can run it; anyone can print it.
 */
export interface Query<Row> {
  readonly name: string;
  /** The chain that the SQL reads, each after those that it reads. */
  readonly steps?: readonly Step[];
  readonly sql: Sql;
  readonly row: RowSchema<Row>;
}

/** The query with its chain, as one statement. */
export function statementOf({ steps = [], sql: statement }: Omit<Query<unknown>, 'name' | 'row'>): Sql {
  return chained(steps, statement);
}
