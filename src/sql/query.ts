import type * as v from 'valibot';
import type { Sql } from './sql.ts';

/** The shape of one row of an answer, as a valibot schema: checked where the row enters the program. */
export type RowSchema<Row> = v.GenericSchema<unknown, Row>;

/**
 * A question about traffic, not yet asked: its name, its SQL, and the shape of its rows. Whoever holds an
 * engine can run it; anyone can print it.
 */
export interface Query<Row> {
  readonly name: string;
  readonly sql: Sql;
  readonly row: RowSchema<Row>;
}
