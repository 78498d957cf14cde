import { isoTime } from '../../traffic/period.ts';
import type { Context } from '../detector.ts';
import { type ScorePart, weightedScore } from '../finding.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { type Pace, paceOf, part } from './score.ts';
import type { C2Values } from './settings.ts';
import { alikeness, sizeParts, sizes } from './sizes.ts';
import { amount, duration, percent } from './words.ts';

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

/** The pace of the starts, and whether it is one. */
export function pacedOf(row: C2Row, settings: C2Values): { readonly pace: Pace; readonly isPaced: boolean } {
  const pace = paceOf(row);
  const { near35, gaps } = row;
  const isPaced =
    pace.beyondChance >= settings.pacedShare &&
    pace.surprise >= surpriseNeeded(row) &&
    near35 !== null &&
    gaps !== null &&
    near35 * 2 >= gaps;
  return { pace, isPaced };
}

/**
 * Of many conversations some look paced by chance: one in ten of such captures may have one. Sizes that are alike say
 * the same independently, so that with them a weaker pace convinces.
 */
function surpriseNeeded(row: C2Row): number {
  return Math.LN10 + (1 - alikeness(row)) * Math.log(Math.max(1, row.looked));
}

/** Reads the starts as a beacon; undefined where there are too few, or they come too fast for their windows. */
export function byStarts(row: C2Row, settings: C2Values, context: Context): Reading | undefined {
  const { period, visits, beatsDue } = row;
  if (period === null || visits === null || beatsDue === null || !isAboveFloor(row, settings))
    return undefined;
  // Held connections go on after their silences; when they were opened says little.
  if (row.connections !== null) return undefined;
  const { pace, isPaced } = pacedOf(row, settings);
  const parts = [...paceParts(row, pace), ...sizeParts(row), spanPart(row, context)];
  const renewed = (row.seconds ?? 0) - 2 * row.windowSeconds > period / 2;
  const yes = isPaced && !renewed && weightedScore(parts) >= settings.minScore;
  return {
    kind: renewed ? 'keep-alive' : isPaced ? kindOf(row, context) : 'on demand',
    verdict: yes ? 'yes' : 'no',
    base: 'medium',
    beats: row.boutVisits ?? visits,
    seconds: row.activeSeconds ?? 0,
    parts,
    evidence: isPaced ? [paceText(row, pace), ...boutsText(row), sizes(row)] : [],
    counterEvidence: [
      ...(isPaced ? [] : [unpaced(row, pace)]),
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

/** A pace that nobody answers is another thing than one that is. */
export function kindOf(row: C2Row, context: Context, answered = 'beacon'): string {
  if (row.way === 'in') return 'paced inbound';
  return context.hasBothDirections && row.answered === 0 ? 'calls in vain' : answered;
}

/** Parts of a score that the pace makes. */
export function paceParts(row: C2Row, pace: Pace): ScorePart[] {
  const { visits, beatsDue } = row;
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
  ];
}

/** For how long it was kept up. */
export function spanPart({ activeSeconds }: C2Row, context: Context): ScorePart {
  const seconds = activeSeconds ?? 0;
  return part(
    'span',
    seconds / Math.max(1, Math.min(86_400, context.to - context.from)),
    0.5,
    `kept up for ${duration(seconds)}; a day, or all of a shorter capture, counts in full`,
  );
}

/** What the window itself adds to the gaps is taken off: the difference of two times known to one window. */
function jitterOf({ gapSpread, typicalAstray, windowSeconds, period }: C2Row): number {
  if (period === null || period <= 0) return 0;
  const own = Math.sqrt(Math.max(0, (gapSpread ?? 0) ** 2 - windowSeconds ** 2 / 6));
  return Math.min(own, 2 * (typicalAstray ?? own)) / period;
}

/** The pace as a sentence. */
export function paceText(row: C2Row, pace: Pace): string {
  const { period, visits, beatsDue, longestHole, gapSpread } = row;
  const missed = (beatsDue ?? 0) - (visits ?? 0);
  const hole = (longestHole ?? 1) - 1;
  const holes = missed > 0 ? `, ${amount(missed)} missed (at most ${amount(hole)} in a row)` : '';
  return `starts every ${duration(period ?? 0)} ± ${duration(gapSpread ?? 0)} (jitter ${percent(jitterOf(row))}), ${amount(visits ?? 0)} of ${amount(beatsDue ?? 0)} expected${holes}; ${percent(pace.share)} of the gaps are within ${percent(pace.tolerance)}`;
}

/** The bouts that the pace is judged over, where there are several. */
export function boutsText(row: C2Row): string[] {
  const {
    bouts,
    visits,
    boutVisits,
    activeSeconds,
    firstStart,
    lastStart,
    longestBout,
    boutSince,
    boutUntil,
  } = row;
  const span = (lastStart ?? 0) - (firstStart ?? 0);
  const strays = (visits ?? 0) - (boutVisits ?? 0);
  if ((bouts ?? 0) < 2 && strays === 0) return [];
  const apart = strays === 0 ? '' : `; ${amount(strays)} starts lie apart`;
  return [
    `judged over ${amount(bouts ?? 0)} ${bouts === 1 ? 'bout' : 'bouts'} in which it is active, ${duration(activeSeconds ?? 0)} of ${duration(span)}; the longest has ${amount(longestBout ?? 0)} starts, ${isoTime(boutSince)} to ${isoTime(boutUntil)}${apart}`,
  ];
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
