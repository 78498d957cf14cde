import type { IntelList } from './list.ts';
import type { SkippedLine } from './parsed-list.ts';

// What the commands about threat lists answer, as JSON carries it.

/** A list that was taken in, and the one of the same name that it replaced. */
export interface IntelChange {
  readonly list: IntelList;
  readonly before: IntelList | null;
  /** The first lines that are nothing. */
  readonly firstSkipped: readonly SkippedLine[];
  /** The host that was asked; null where the list is a file. */
  readonly asked: string | null;
}

/** What became of one list when its origin was asked again. */
export interface IntelRefresh {
  readonly name: string;
  readonly outcome: 'updated' | 'unchanged' | 'failed';
  /** Why it failed. */
  readonly message: string | null;
  readonly asked: string | null;
  readonly change: IntelChange | null;
}

/** A list in use, with how many loaded addresses are on it. */
export interface IntelListReport extends IntelList {
  readonly addresses: number;
}
