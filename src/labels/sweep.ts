import { type LabelColumn, labelColumns } from '../addresses/label-source.ts';
import { HuntError } from '../errors.ts';

/** A range of a list with what it says. */
export interface SweptRange {
  readonly family: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly values: Readonly<Partial<Record<LabelColumn, string | null>>>;
}

/** A part of the address space in which one list says one thing. */
export interface Piece extends SweptRange {
  /** Host bits of the narrowest range that holds the piece, as it was listed. */
  readonly bits: number;
}

/** Ranges of one list over one address; real lists nest a few deep. */
const mostOverlaps = 1000;

/**
 * Cuts overlapping ranges of one list into disjoint pieces: the narrowest range wins, and what it does not say, the
 * next wider one does. Ranges come in ascending order of family and start; of equal ranges the earlier wins.
 */
export class Sweep {
  readonly #emit: (piece: Piece) => void;
  /** Ranges that hold the address where the sweep stands, the narrowest first. */
  #open: SweptRange[] = [];
  #family = 0;
  #at = 0n;

  constructor(emit: (piece: Piece) => void) {
    this.#emit = emit;
  }

  add(range: SweptRange): void {
    if (range.family !== this.#family) this.end();
    this.#family = range.family;
    this.#advance(range.first);
    this.#at = range.first;
    const width = range.last - range.first;
    const wider = this.#open.findIndex(({ first, last }) => last - first > width);
    this.#open.splice(wider < 0 ? this.#open.length : wider, 0, range);
    if (this.#open.length > mostOverlaps) {
      throw new HuntError('label.unreadable', `More than ${mostOverlaps} ranges hold the same address.`, {
        hint: 'That is no list of networks as anybody publishes one.',
      });
    }
  }

  /** Ends the sweep; it may begin anew. */
  end(): void {
    this.#advance(null);
  }

  /** Emits the pieces before `to`, or all that are left. */
  #advance(to: bigint | null): void {
    while (this.#open.length > 0 && (to === null || this.#at < to)) {
      let end = to === null ? null : to - 1n;
      for (const { last } of this.#open) if (end === null || last < end) end = last;
      const [narrowest] = this.#open;
      if (narrowest === undefined || end === null) return;
      this.#emit({
        ...{ family: this.#family, first: this.#at, last: end, values: this.#said() },
        bits: bitsOf(narrowest),
      });
      this.#at = end + 1n;
      this.#open = this.#open.filter(({ last }) => last >= this.#at);
    }
  }

  #said(): SweptRange['values'] {
    const said: Partial<Record<LabelColumn, string | null>> = {};
    for (const column of labelColumns) {
      for (const { values } of this.#open) said[column] ??= values[column] ?? null;
    }
    return said;
  }
}

/** The smallest number of host bits that holds as many addresses as the range has. */
function bitsOf({ first, last }: SweptRange): number {
  return last === first ? 0 : (last - first).toString(2).length;
}
