import type { ScorePart } from '../finding.ts';
import type { C2Row } from './row.ts';

export function within01(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

/** What is needed to say how the gaps of unpaced traffic lie: half of them below `period`, none below `dead` seconds. */
interface Chance {
  readonly period: number;
  readonly dead: number;
  readonly windowSeconds: number;
  /** Starts are stamped by their windows, so that every gap is a whole number of windows. */
  readonly stamped: boolean;
}

/**
 * The share of gaps that lie within `tolerance` of the period by chance, of those that are not on the beat of a
 * multiple of it (these count as missed beats, not as rhythm).
 */
export function shareByChance(chance: Chance, tolerance: number): number {
  const { period, windowSeconds, stamped } = chance;
  const beyond = stamped ? beyondStamped(chance) : beyondAny(chance);
  const between = (from: number, to: number) => beyond(from) - beyond(to);
  const reach = stamped ? tolerance * period : Math.max(tolerance * period, windowSeconds / 2);
  const skipped = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].reduce(
    (sum, beats) => sum + between((beats - 0.35) * period, (beats + 0.35) * period),
    0,
  );
  return within01(between(period - reach, period + reach) / (1 - skipped));
}

/** The share of memoryless gaps of at least so many seconds. */
function beyondAny({ period, dead }: Chance): (gap: number) => number {
  const scale = Math.max(period - dead, period * 0.05) / Math.LN2;
  return (gap) => (gap <= dead ? 1 : Math.exp((dead - gap) / scale));
}

/** The same for whole numbers of windows, each of which holds a start with the same probability. */
function beyondStamped({ period, dead, windowSeconds }: Chance): (gap: number) => number {
  const first = Math.max(1, Math.round(dead / windowSeconds));
  const empty = 0.5 ** (1 / Math.max(1, period / windowSeconds - first + 1));
  return (gap) => empty ** Math.max(0, Math.ceil(gap / windowSeconds - 0.01) - first);
}

export interface Pace {
  /** Share of the gaps on the beat beyond chance, 0 (as chance has it) to 1 (all of them). */
  readonly beyondChance: number;
  readonly tolerance: number;
  readonly share: number;
  readonly expected: number;
  /** Natural logarithm of how much better a pace explains the gaps than chance does. */
  readonly surprise: number;
}

/** The tolerance at which the gaps speak most clearly for a pace; a tight one counts in full. */
export function paceOf(row: C2Row): Pace {
  const { period, deadSeconds, gaps, skippedOnBeat, near10, near20, near35 } = row;
  const none = { beyondChance: 0, tolerance: 0.35, share: 0, expected: 1, surprise: 0 };
  if (period === null || gaps === null || period <= 0) return none;
  const counted = gaps - (skippedOnBeat ?? 0);
  if (counted < 1) return none;
  const chance = {
    ...{ period, dead: deadSeconds ?? 0, windowSeconds: row.windowSeconds },
    stamped: (row.onGrid ?? 0) >= 0.9 * gaps,
  };
  const steps: readonly (readonly [number, number | null, number])[] = [
    [0.1, near10, 1],
    [0.2, near20, 0.95],
    [0.35, near35, 0.85],
  ];
  return steps
    .map(([tolerance, near, worth]) => {
      const share = within01((near ?? 0) / counted);
      const expected = shareByChance(chance, tolerance);
      const beyondChance = worth * within01((share - expected) / Math.max(0.01, 1 - expected));
      return {
        beyondChance,
        tolerance,
        share,
        expected,
        surprise: share <= expected ? 0 : counted * divergence(share, expected),
      };
    })
    .reduce((best, next) => (next.beyondChance > best.beyondChance ? next : best), none);
}

/** Kullback-Leibler divergence of two shares, in natural units. */
export function divergence(share: number, expected: number): number {
  const q = Math.min(0.99, Math.max(0.01, expected));
  const term = (p: number, other: number) => (p <= 0 ? 0 : p * Math.log(p / other));
  return term(share, q) + term(1 - share, 1 - q);
}

/** 1 when all sizes are the same, 0 when the middle half of them spreads as far as the median is large. */
export function sameness(low: number | null, mid: number | null, high: number | null): number {
  if (low === null || mid === null || high === null || mid <= 0) return 0;
  return within01(1 - (high - low) / mid);
}

/** 1 up to 8 kB, 0 from 1 MB on, evenly in between on a logarithmic scale. */
export function smallness(bytes: number): number {
  return within01(1 - Math.log(Math.max(1, bytes) / 8192) / Math.log(1_048_576 / 8192));
}

export interface Steadiness {
  readonly value: number;
  readonly mean: number;
  readonly variance: number;
  /** Share of the windows between first and last in which sessions started. */
  readonly presence: number;
}

/**
 * Whether as many sessions start in each window: their variance is below their mean (chance makes it equal, people
 * make it larger), or small against the mean. 0.8 and 0.3 are where it counts no more.
 */
export function steadinessOf(row: C2Row): Steadiness {
  const { slots, activeSlots, slotSum, slotSquares, startedLow, startedMid, startedHigh } = row;
  if (!slots || !activeSlots || slotSum === null || slotSquares === null)
    return { value: 0, mean: 0, variance: 0, presence: 0 };
  const presence = within01(activeSlots / slots);
  const mean = slotSum / slots;
  const variance = Math.max(0, slotSquares / slots - mean * mean);
  // The middle 80 % of a bell curve is 2.56 standard deviations wide.
  const usual = startedMid ?? 0;
  const spread = ((startedHigh ?? 0) - (startedLow ?? 0)) / 2.56;
  const value = Math.max(
    1 - variance / mean / 0.8,
    1 - Math.sqrt(variance) / mean / 0.3,
    usual >= 3 ? presence * (1 - spread / usual / 0.3) : 0,
  );
  return { value: within01(value), mean, variance, presence };
}

/** 1 for the same number of packets in each window, or for a constant floor with bursts on top (0.8 at most). */
export function evenness(low: number | null, mid: number | null, high: number | null): number {
  if (low === null || mid === null || high === null || mid <= 0) return 0;
  return within01(Math.max(1 - (high - low) / 2.56 / mid / 0.5, 0.8 * (1 - (mid - low) / mid / 0.5)));
}

export function part(name: string, value: number, weight: number, because: string): ScorePart {
  return { name, value: Math.round(within01(value) * 1000) / 1000, weight, because };
}
