import { coverage } from '../hunt/coverage.ts';
import type { CoverageWindow } from '../traffic/coverage.ts';
import type { Period } from '../traffic/period.ts';
import type { Ground } from './ground.ts';
import { remembered } from './remembered.ts';

/** What is there for each interface and hour, of a part of the interfaces. */
export function coverageIn(ground: Ground, period: Period, window: CoverageWindow, signal: AbortSignal) {
  const question = ['coverage', period.from, period.to, window.offset, window.limit];
  return remembered(ground.connections, question, signal, (asked) =>
    ground.connections.lend(asked, (engine) => coverage(engine, period, window, asked)),
  );
}
