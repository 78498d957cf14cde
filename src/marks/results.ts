import type { Merge } from './book.ts';
import type { Mark, MarkShown, TrafficProfile } from './mark.ts';

// What the commands about marks answer, as JSON carries it.

/** A mark that was made or taken back, and what was there before. */
export interface MarkResult {
  readonly mark: Mark | null;
  readonly before: Mark | null;
  /** Loaded addresses that the target holds. */
  readonly addresses: number;
}

/** The marks of a workspace. */
export interface MarksReport {
  readonly file: string;
  readonly marks: readonly (MarkShown & {
    /** Loaded addresses that the target holds. */
    readonly addresses: number;
    readonly seen: TrafficProfile | null;
  })[];
  /** Marks that were taken back. */
  readonly removed: number;
}

/** What an import changed. */
export type ImportResult = Omit<Merge, 'book'>;
