import type { Sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import type { Engine, Keeping } from './engine.ts';

/** What an engine in this process may take. */
export interface LocalOptions {
  /** Upper bound of the engine's own memory, in bytes. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where what does not fit into memory is spilled. */
  readonly spillDirectory: string;
  /** Hears each question and each step before it is run: its name, and its statement as text. */
  readonly onStatement?: ((name: string, text: string) => void) | undefined;
}

/** How a step is kept on this machine: in memory for this connection, or in a file. */
export interface LocalKeeping extends Keeping {
  /** A Parquet file, which whoever named it removes; without one, a temporary table. */
  readonly file?: string;
  /** `numbers`: rows that only this program reads, soon and as a whole. */
  readonly form?: 'words' | 'numbers';
}

/**
 * The engine in this process: it reads and writes files, and statements that define something have an effect at once.
 * What can only live here asks for it: ingest, the packing of labels and lists, files in `derived/`, the page's sums
 * and the marks that are taken up in place.
 */
export interface LocalEngine extends Engine {
  keep(step: Step, keeping?: LocalKeeping): Promise<void>;
  /** Runs a statement for its effect. */
  run(statement: Sql, signal?: AbortSignal): Promise<void>;
  /** Runs a statement that takes no parameters (CREATE VIEW, COPY), with its values written as literals. */
  define(statement: Sql, signal?: AbortSignal): Promise<void>;
  /** The same, telling now and then which share of it is done, from 0 to 1. */
  defineTelling(
    statement: Sql,
    onShare: (share: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void>;
  /**
   * Another connection to the same tables and views, those of the schema where one is named: a connection answers one
   * question at a time. Temporary tables are its own. Close it when done.
   */
  fork(schema?: string): Promise<LocalEngine>;
}
