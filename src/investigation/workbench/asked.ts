import type { Period } from '../../traffic/period.ts';

/** The time range of something that has more to it. */
export function periodOf({ from, to }: Period): Period {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Seconds since a time of `performance.now()`, to the millisecond. */
export function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
