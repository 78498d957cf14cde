import { weightedScore } from '../finding.ts';
import { floorOf, isAboveFloor, range, sizes } from './by-starts.ts';
import type { C2Row } from './query.ts';
import type { Reading } from './reading.ts';
import { part, sameness, smallness, steadinessOf } from './score.ts';
import type { C2Values } from './settings.ts';
import { amount, duration, percent, size } from './words.ts';

/** From here on sizes are alike, whatever the pace. */
const alike = 0.6;

/**
 * Reads the number of new sessions in each window, for starts that come too fast to be told apart. Undefined where
 * the starts show a period, or there are too few to count.
 */
export function byCounts(row: C2Row, settings: C2Values): Reading | undefined {
  if (!row.slots || row.slotSum === null || row.connections !== null) return undefined;
  const steadiness = steadinessOf(row);
  // Dense starts leave gaps between their bursts that seem to be a period.
  const dense = steadiness.presence >= 0.8 || row.sessions > 3 * (row.visits ?? 0);
  if (isAboveFloor(row, settings) && !dense) return undefined;
  const { outLow, outMid, outHigh, inLow, inMid, inHigh, slots } = row;
  const perSession = (outMid ?? 0) + (inMid ?? 0);
  const parts = [
    part(
      'steady count',
      steadiness.value,
      4,
      `${steadiness.mean.toFixed(1)} new sessions in each window, variance ${steadiness.variance.toFixed(1)} (chance gives ${steadiness.mean.toFixed(1)})`,
    ),
    part(
      'length of the series',
      slots / settings.steadyWindows,
      2,
      `${amount(slots)} whole windows of ${amount(row.windowSeconds)} s`,
    ),
    part(
      'presence',
      steadiness.presence,
      1,
      `sessions start in ${percent(steadiness.presence)} of the windows`,
    ),
    part('same size out', sameness(outLow, outMid, outHigh), 1, range(outLow, outMid, outHigh)),
    part('same size in', sameness(inLow, inMid, inHigh), 1, range(inLow, inMid, inHigh)),
    part('small', smallness(perSession), 1, `${size(perSession)} each time, both ways`),
  ];
  const uniform = sameness(outLow, outMid, outHigh) >= alike && smallness(perSession) === 1;
  const long = slots >= settings.steadyWindows || (slots >= 3 && steadiness.mean >= 10 && uniform);
  const steady = long && steadiness.value >= settings.pacedShare && weightedScore(parts) >= settings.minScore;
  const floor = `a period below ${duration(floorOf(row, settings))} (two windows) cannot be measured from starts`;
  const told = [
    `${amount(row.sessions)} sessions, on average one every ${duration((row.lastSeen - row.firstSeen) / Math.max(1, row.sessions))}`,
    `about ${amount(row.startedMid ?? 0)} new sessions in each window of ${amount(row.windowSeconds)} s (middle 80 %: ${amount(row.startedLow ?? 0)} to ${amount(row.startedHigh ?? 0)}), in ${percent(steadiness.presence)} of ${amount(slots)} windows; told by the counts, because ${floor}`,
    sizes(row),
  ];
  if (steady) {
    return { ...plain, kind: 'steady starts', verdict: 'yes', base: 'medium', parts, evidence: told };
  }
  const uneven = `the number of new sessions changes like work on demand: variance ${amount(steadiness.variance)} at a mean of ${steadiness.mean.toFixed(1)}`;
  if (uniform && row.sessions >= settings.uniformSessions) {
    return {
      ...{ ...plain, kind: 'uniform exchanges', verdict: 'yes', base: 'low', parts },
      evidence: told,
      counterEvidence: [uneven],
    };
  }
  return {
    ...plain,
    kind: 'on demand',
    verdict: steadiness.value > 0 || slots < settings.steadyWindows ? 'cannot-tell' : 'no',
    base: 'low',
    parts,
    evidence: told.slice(0, 2),
    counterEvidence: [uneven],
    missing: [floor],
  };
}

const plain = { counterEvidence: [], missing: [] } as const;
