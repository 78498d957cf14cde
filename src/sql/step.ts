import { id, list, type Sql, sql } from './sql.ts';

/**
 * A named piece of a question, as one statement: a relation that later steps and questions read under its name. An
 * engine runs the chain as one statement, or keeps each step where it keeps tables.
 */
export interface Step {
  readonly name: string;
  /** What its rows are, in one line. */
  readonly about: string;
  readonly sql: Sql;
  /** The relations it reads: steps before it, and what is kept or loaded. */
  readonly reads: readonly string[];
  /** True where the workspace keeps it, for as long as what it was made from stays the same. */
  readonly isKept?: boolean;
}

/** The chain and the statement that reads it as one statement. */
export function chained(steps: readonly Step[], statement: Sql): Sql {
  if (steps.length === 0) return statement;
  const tables = steps.map(({ name, sql: rows }) => sql`${id(name)} AS (${rows})`);
  return sql`WITH ${list(tables, ',\n')}\n${statement}`;
}
