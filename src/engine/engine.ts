import type { Query } from '../sql/query.ts';
import type { DialectName } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';

/** What an engine hears while it keeps a step, and whom it tells how far it is. */
export interface Keeping {
  /** An abort ends the statement within moments; nothing of the step is left then. */
  readonly signal?: AbortSignal | undefined;
  /** Hears now and then which share is done, from 0 to 1, where the engine knows. */
  readonly onShare?: ((share: number) => void) | undefined;
}

/**
 * What runs questions and keeps their steps. Whoever only asks takes this, and never an engine of one kind: DuckDB
 * keeps steps as tables and Parquet files in this process (see local.ts), a cluster as tables of a scratch schema.
 */
export interface Engine {
  /** Whose SQL it reads. */
  readonly name: DialectName;
  /** The rows of the answer, each checked against the query's row shape. */
  ask<Row>(query: Query<Row>, signal?: AbortSignal): Promise<Row[]>;
  /** Works out a step, in the place of one of the same name: from now on its rows are read under its name. */
  keep(step: Step, keeping?: Keeping): Promise<void>;
  /** Frees what was kept under the names; one that is not there is none already. */
  forget(...names: readonly string[]): Promise<void>;
  close(): void;
}
