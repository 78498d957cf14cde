import type { Context } from '../detector.ts';
import { type ScorePart, weightedScore } from '../finding.ts';
import type { C2Row } from './query.ts';
import type { Reading } from './reading.ts';
import { type Pace, paceOf, part, sameness, smallness } from './score.ts';
import type { C2Values } from './settings.ts';
import { amount, duration, percent, size } from './words.ts';

/** The shortest period that starts can show, in seconds. */
export function floorOf(row: C2Row, settings: C2Values): number {
  return settings.floorWindows * row.windowSeconds;
}

/**
 * Below the floor there is no pace to speak of. Starts that are quantised to windows move the median by a few percent.
 */
export function isAboveFloor(row: C2Row, settings: C2Values): boolean {
  return row.period !== null && row.period >= 0.9 * floorOf(row, settings);
}

/** Reads the starts as a beacon; undefined where there are too few, or they come too fast for their windows. */
export function byStarts(row: C2Row, settings: C2Values, context: Context): Reading | undefined {
  const { period, visits, beatsDue } = row;
  if (period === null || visits === null || beatsDue === null || !isAboveFloor(row, settings))
    return undefined;
  // Held connections go on after their silences; when they were opened says little.
  if (row.connections !== null) return undefined;
  const pace = paceOf(row);
  const parts = partsOf(row, pace, context);
  const paced =
    pace.beyondChance >= settings.pacedShare &&
    pace.surprise >= surpriseNeeded(row) &&
    row.near35 !== null &&
    row.gaps !== null &&
    row.near35 * 2 >= row.gaps;
  const renewed = (row.seconds ?? 0) - 2 * row.windowSeconds > period / 2;
  const yes = paced && !renewed && weightedScore(parts) >= settings.minScore;
  return {
    kind: renewed ? 'keep-alive' : paced ? 'beacon' : 'on demand',
    verdict: yes ? 'yes' : 'no',
    base: 'medium',
    parts,
    evidence: paced ? [sentence(row, pace), sizes(row)] : [],
    counterEvidence: [
      ...(paced ? [] : [unpaced(row, pace)]),
      ...(renewed
        ? [
            `sessions last ${duration(row.seconds ?? 0)}, most of the ${duration(period)} between their starts: one that is opened anew when it ends`,
          ]
        : []),
      ...onTheClock(row, pace),
    ],
    missing: [],
  };
}

/**
 * Of many conversations some look paced by chance: one in ten of such captures may have one. Sizes that are alike say
 * the same independently, so that with them a weaker pace convinces.
 */
function surpriseNeeded(row: C2Row): number {
  const { outLow, outMid, outHigh, inLow, inMid, inHigh, looked } = row;
  const alike = (sameness(outLow, outMid, outHigh) + sameness(inLow, inMid, inHigh)) / 2;
  return Math.LN10 + (1 - alike) * Math.log(Math.max(1, looked));
}

function partsOf(row: C2Row, pace: Pace, context: Context): ScorePart[] {
  const { visits, beatsDue, firstStart, lastStart, outLow, outMid, outHigh, inLow, inMid, inHigh } = row;
  const span = (lastStart ?? 0) - (firstStart ?? 0);
  const perBeat = (outMid ?? 0) + (inMid ?? 0);
  const coverage = (visits ?? 0) / Math.max(1, beatsDue ?? 1);
  return [
    part(
      'pace',
      pace.beyondChance,
      4,
      `${percent(pace.share)} of the gaps within ${percent(pace.tolerance)} of the period; chance gives ${percent(pace.expected)}`,
    ),
    part(
      'beyond chance',
      pace.surprise / 12,
      2,
      `unpaced traffic looks like this once in 10^${(pace.surprise / Math.LN10).toFixed(1)}; 10^5.2 counts in full`,
    ),
    part('coverage', coverage, 2, `${amount(visits ?? 0)} of ${amount(beatsDue ?? 0)} expected starts`),
    part('same size out', sameness(outLow, outMid, outHigh), 1, range(outLow, outMid, outHigh)),
    part('same size in', sameness(inLow, inMid, inHigh), 1, range(inLow, inMid, inHigh)),
    part('small', smallness(perBeat), 1, `${size(perBeat)} each time, both ways`),
    part(
      'span',
      span / Math.max(1, Math.min(86_400, context.to - context.from)),
      0.5,
      `kept up for ${duration(span)}; a day, or all of a shorter capture, counts in full`,
    ),
  ];
}

export function range(low: number | null, mid: number | null, high: number | null): string {
  return `the middle half is ${amount(low ?? 0)} to ${amount(high ?? 0)} B, median ${amount(mid ?? 0)} B`;
}

export function sizes(row: C2Row): string {
  return `${size(row.outMid ?? 0)} out and ${size(row.inMid ?? 0)} in each time (middle half: ${amount(row.outLow ?? 0)} to ${amount(row.outHigh ?? 0)} B out, ${amount(row.inLow ?? 0)} to ${amount(row.inHigh ?? 0)} B in)`;
}

/** What the window itself adds to the gaps is taken off: the difference of two times known to one window. */
function jitterOf({ gapSpread, typicalAstray, windowSeconds, period }: C2Row): number {
  if (period === null || period <= 0) return 0;
  const own = Math.sqrt(Math.max(0, (gapSpread ?? 0) ** 2 - windowSeconds ** 2 / 6));
  return Math.min(own, 2 * (typicalAstray ?? own)) / period;
}

function sentence(row: C2Row, pace: Pace): string {
  const { period, visits, beatsDue, longestHole, gapSpread } = row;
  const missed = (beatsDue ?? 0) - (visits ?? 0);
  const hole = (longestHole ?? 1) - 1;
  const holes = missed > 0 ? `, ${amount(missed)} missed (at most ${amount(hole)} in a row)` : '';
  return `starts every ${duration(period ?? 0)} ± ${duration(gapSpread ?? 0)} (jitter ${percent(jitterOf(row))}), ${amount(visits ?? 0)} of ${amount(beatsDue ?? 0)} expected${holes}; ${percent(pace.share)} of the gaps are within ${percent(pace.tolerance)}`;
}

function unpaced({ gaps, early }: C2Row, pace: Pace): string {
  return `the gaps keep no period: ${percent(pace.share)} of ${amount(gaps ?? 0)} lie near the median, chance gives ${percent(pace.expected)}; ${amount(early ?? 0)} are far shorter`;
}

function onTheClock(row: C2Row, pace: Pace): string[] {
  const { period, gapSpread } = row;
  if (period === null || pace.tolerance > 0.1 || Math.abs(period - Math.round(period / 300) * 300) > 2)
    return [];
  if (period < 300 || (gapSpread ?? 0) > 0.02 * period + row.windowSeconds / 2) return [];
  return [`${duration(period)} on the dot: schedules (cron, agents) keep such a pace too`];
}
