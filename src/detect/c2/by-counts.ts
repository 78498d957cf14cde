import type { Context } from '../detector.ts';
import { weightedScore } from '../finding.ts';
import { floorOf, isAboveFloor, kindOf } from './by-starts.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { part, smallness, steadinessOf } from './score.ts';
import type { C2Values } from './settings.ts';
import { alikeness, perSession, sizeParts, sizes } from './sizes.ts';
import { amount, duration, percent } from './words.ts';

/** From here on sizes are alike, whatever the pace. */
const alike = 0.6;

/**
 * Reads the number of new sessions in each window, for starts that come too fast to be told apart. Undefined where
 * the starts show a period, or there are too few to count.
 */
export function byCounts(row: C2Row, settings: C2Values, context: Context): Reading | undefined {
  if (!row.slots || row.slotSum === null || row.connections !== null) return undefined;
  const steadiness = steadinessOf(row);
  // Dense starts leave gaps between their bursts that seem to be a period.
  const dense = steadiness.presence >= 0.8 || row.sessions > 3 * (row.visits ?? 0);
  if (isAboveFloor(row, settings) && !dense) return undefined;
  const { slots } = row;
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
    ...sizeParts(row),
  ];
  const uniform = alikeness(row) >= alike && row.outMid !== null && smallness(perSession(row)) === 1;
  const long = slots >= settings.steadyWindows || (slots >= 3 && steadiness.mean >= 10 && uniform);
  const steady = long && steadiness.value >= settings.pacedShare && weightedScore(parts) >= settings.minScore;
  const floor = `a period below ${duration(floorOf(row, settings))} (two windows) cannot be measured from starts`;
  const told = [
    `${amount(row.sessions)} sessions, on average one every ${duration((slots * row.windowSeconds) / Math.max(1, row.slotSum))}${boutsOf(row)}`,
    `about ${amount(row.startedMid ?? 0)} new sessions in each window of ${amount(row.windowSeconds)} s (middle 80 %: ${amount(row.startedLow ?? 0)} to ${amount(row.startedHigh ?? 0)}), in ${percent(steadiness.presence)} of ${amount(slots)} windows; told by the counts, because ${floor}`,
    sizes(row),
  ];
  const plain = {
    ...{ beats: row.sessions, seconds: slots * row.windowSeconds, counterEvidence: [], missing: [], parts },
  };
  if (steady) {
    const kind = kindOf(row, context, 'steady starts');
    return { ...plain, kind, verdict: 'yes', base: 'medium', evidence: told };
  }
  const uneven = `the number of new sessions changes like work on demand: variance ${amount(steadiness.variance)} at a mean of ${steadiness.mean.toFixed(1)}`;
  if (uniform && row.way !== 'in' && row.sessions >= settings.uniformSessions) {
    return {
      ...{ ...plain, kind: 'uniform exchanges', verdict: 'yes', base: 'low' },
      evidence: told,
      counterEvidence: [uneven],
    };
  }
  return {
    ...plain,
    kind: 'on demand',
    verdict: steadiness.value > 0 || slots < settings.steadyWindows ? 'cannot-tell' : 'no',
    base: 'low',
    evidence: told.slice(0, 2),
    counterEvidence: [uneven],
    missing: [floor],
  };
}

function boutsOf({ slotBouts, slots, windowSeconds, firstSeen, lastSeen }: C2Row): string {
  if ((slotBouts ?? 0) < 2) return '';
  return ` while it is active: ${amount(slotBouts ?? 0)} bouts of together ${duration((slots ?? 0) * windowSeconds)} within ${duration(lastSeen - firstSeen)}`;
}
