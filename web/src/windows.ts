import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { asFailure } from './answer.ts';
import type { AskFailure } from './ask.ts';
import { revision, statesSeen } from './shell/status.ts';

/** Rows of one request; a list is fetched in pieces of this size, where its rows are not larger than others. */
const usualSize = 200;

interface Piece<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

/** A long list of which only what is looked at is fetched. */
export interface Windows<Row, Head> {
  /** What came with the first rows. */
  readonly head: Head | undefined;
  readonly failure: AskFailure | undefined;
  readonly isWaiting: boolean;
  readonly count: number;
  /** How many states had been seen when the rows were asked for. */
  readonly asOf: number;
  readonly rowAt: (index: number) => Row | undefined;
  /** Says which rows are looked at: what is missing is fetched, what is no longer wanted is cancelled. */
  readonly need: (first: number, last: number) => void;
}

interface Kept<Row, Head> {
  pieces: Map<number, readonly Row[]>;
  asking: Map<number, AbortController>;
  /** The rows that are looked at, first and last. */
  wanted: readonly [number, number];
  head: Head | undefined;
  count: number;
  asOf: number;
  failure: AskFailure | undefined;
  isWaiting: boolean;
}

/** Fetches a list window by window. `key` says what the list is; another key is another list. */
export function useWindows<Row, Head extends Piece<Row>>(
  key: string,
  load: (offset: number, limit: number, signal: AbortSignal) => Promise<Head>,
  size = usualSize,
): Windows<Row, Head> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const kept = useRef<Kept<Row, Head>>({
    pieces: new Map(),
    asking: new Map(),
    wanted: [0, 0],
    head: undefined,
    count: 0,
    asOf: 0,
    failure: undefined,
    isWaiting: false,
  });
  const loader = useRef(load);
  loader.current = load;
  const isReady = revision.value !== undefined;
  const whole = isReady ? `${key} ${revision.value}` : '';

  const fetchPiece = (index: number) => {
    const now = kept.current;
    if (now.asking.has(index)) return;
    const abort = new AbortController();
    now.asking.set(index, abort);
    const asked = statesSeen.peek();
    loader.current(index * size, size, abort.signal).then(
      (piece) => {
        if (abort.signal.aborted) return;
        now.asking.delete(index);
        if (index === 0) {
          now.pieces.clear();
          now.head = piece;
          now.count = piece.total;
          now.asOf = asked;
          now.isWaiting = false;
        }
        now.pieces.set(index, piece.rows);
        if (index === 0) calls.need(...now.wanted);
        redraw(0);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        now.asking.delete(index);
        now.failure = asFailure(error);
        now.isWaiting = false;
        redraw(0);
      },
    );
  };

  useEffect(() => {
    const now = kept.current;
    for (const abort of now.asking.values()) abort.abort();
    now.asking.clear();
    now.failure = undefined;
    now.isWaiting = true;
    if (!isReady) return;
    // Rows of the list before stay until the first ones of this list are there.
    fetchPiece(0);
    redraw(0);
  }, [whole]);
  useEffect(
    () => () => {
      for (const abort of kept.current.asking.values()) abort.abort();
    },
    [],
  );

  const calls = useMemo(
    () => ({
      rowAt: (index: number) => kept.current.pieces.get(Math.floor(index / size))?.[index % size],
      need: (first: number, last: number) => {
        const now = kept.current;
        now.wanted = [first, last];
        if (now.isWaiting) return;
        const [from, to] = [Math.floor(first / size), Math.floor(last / size)];
        for (const [index, abort] of now.asking) {
          if (index === 0 || (index >= from - 1 && index <= to + 1)) continue;
          abort.abort();
          now.asking.delete(index);
        }
        for (let index = from; index <= to; index++) {
          if (index * size < now.count && !now.pieces.has(index)) fetchPiece(index);
        }
      },
    }),
    [],
  );
  const { head, failure, isWaiting, count, asOf } = kept.current;
  return { head, failure, isWaiting, count, asOf, ...calls };
}
