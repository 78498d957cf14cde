import { availableParallelism, totalmem } from 'node:os';
import type { LoadProgress } from '../ingest/load-result.ts';

/** What a run is about: the bounds that every command shares. */
export interface RunOptions {
  /** Folder of the workspace; created by `load`. */
  readonly workspace: string;
  /** DuckDB's memory in bytes. Default: a quarter of the machine's, at most 1.25 GB. */
  readonly memoryBytes?: number;
  readonly threads?: number;
  /** CIDRs that are the user's own: `private`, whatever the registries say. */
  readonly local?: readonly string[];
  /** CIDRs that are the Internet, whatever the registries say. */
  readonly internet?: readonly string[];
  readonly signal?: AbortSignal;
  /** Hears each question and each step before it is run: its name, and its statement as text. */
  readonly onStatement?: (name: string, text: string) => void;
}

export interface LoadOptions {
  /** Field names of files that have no header, as AWS writes them: `version account-id ...`. */
  readonly format?: string;
  readonly keepDuplicates?: boolean;
  /**
   * Unpacked text that is loaded in one step, in bytes. Default: 256 MB. What is loaded is kept step by step, so that
   * less has to be read again after an interruption; temporary files take about twice as much.
   */
  readonly batchBytes?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** What is loaded can be asked now, of so many new records; the load goes on when the answer is there. */
  readonly onCommitted?: (records: number) => Promise<void>;
  /** Ends this load after what is committed, besides the signal of the run. */
  readonly signal?: AbortSignal;
}

const memoryCeiling = 1_250_000_000;

export function memoryOf(options: Partial<RunOptions>): number {
  return options.memoryBytes ?? Math.min(totalmem() / 4, memoryCeiling);
}

export function threadsOf(options: Partial<RunOptions>): number {
  return options.threads ?? availableParallelism();
}
