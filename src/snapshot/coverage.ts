import { coverage } from '../hunt/coverage.ts';
import type { CoverageWindow } from '../traffic/coverage.ts';
import type { Period } from '../traffic/period.ts';
import { cachedAnswer } from './cached-answer.ts';
import type { Snapshot } from './snapshot.ts';

/** What is there for each interface and hour, of a part of the interfaces. */
export function coverageIn(snapshot: Snapshot, period: Period, window: CoverageWindow, signal: AbortSignal) {
  const question = ['coverage', period.from, period.to, window.offset, window.limit];
  return cachedAnswer(snapshot.connections, question, signal, (asked) =>
    snapshot.connections.lend(asked, (engine) => coverage(engine, period, window, asked)),
  );
}
