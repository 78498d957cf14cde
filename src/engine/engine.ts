import type { Query } from '../sql/query.ts';
import type { Sql } from '../sql/sql.ts';

/** Where questions are answered. DuckDB today; Trino and Athena have the same three verbs. */
export interface Engine {
  readonly name: string;
  /** The rows of the answer, each checked against the query's row shape. */
  rows<Row>(query: Query<Row>, signal?: AbortSignal): Promise<Row[]>;
  /** Runs a statement for its effect. */
  run(statement: Sql, signal?: AbortSignal): Promise<void>;
  close(): void;
}
