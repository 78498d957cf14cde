import type { Period } from '../../traffic/period.ts';
import { coverage } from '../coverage.ts';
import { knowledgeOf, noiseReport } from '../noise.ts';
import type { Ground } from './ground.ts';
import { remembered } from './remembered.ts';

/** What is there for each interface and hour. */
export function coverageIn(ground: Ground, period: Period, signal: AbortSignal) {
  return remembered(ground.connections, ['coverage', period.from, period.to], signal, (asked) =>
    ground.connections.lend(asked, (engine) => coverage(engine, period, asked)),
  );
}

/** Each noise rule, set-aside and benign mark with what it hides. */
export function noiseIn(ground: Ground, period: Period, signal: AbortSignal) {
  const { noise: rules, connections } = ground;
  return remembered(ground, ['noise', period.from, period.to], signal, (asked) => {
    const known = knowledgeOf(ground.findings, ground.marks);
    return connections.lend(asked, (engine) =>
      noiseReport({ ...ground, engine, rules, known, period, signal: asked }),
    );
  });
}
