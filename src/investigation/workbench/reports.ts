import type { Period } from '../../traffic/period.ts';
import { coverage } from '../coverage.ts';
import type { Ground } from './ground.ts';
import { remembered } from './remembered.ts';

/** What is there for each interface and hour. */
export function coverageIn(ground: Ground, period: Period, signal: AbortSignal) {
  return remembered(ground.connections, ['coverage', period.from, period.to], signal, (asked) =>
    ground.connections.lend(asked, (engine) => coverage(engine, period, asked)),
  );
}
