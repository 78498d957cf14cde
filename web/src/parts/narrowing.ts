import { change } from '../route.ts';
import { status } from '../shell/status.ts';

/** A moment in milliseconds as the URL has it. */
export const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Narrows everything to a time range, milliseconds, widened to whole steps of the sums that the server keeps: those
 * ranges are answered at once. A range of everything is no range.
 */
export function narrowTo(from: number, to: number): void {
  const { period, resolutionSeconds = 1 } = status.value ?? {};
  const step = resolutionSeconds * 1000;
  const [first, last] = [Math.floor(from / step) * step, Math.ceil(to / step) * step];
  const isAll =
    period?.from != null &&
    period.to != null &&
    first <= Date.parse(period.from) &&
    last > Date.parse(period.to);
  change(isAll ? { from: '', to: '' } : { from: iso(first), to: iso(last) });
}

/** Narrows everything to the bars of a timeline that were brushed. */
export function narrowToBars(
  buckets: readonly { readonly start: string | null }[],
  bucketSeconds: number,
  first: number,
  last: number,
): void {
  const [start, end] = [
    buckets[Math.max(0, first)]?.start,
    buckets[Math.min(buckets.length - 1, last)]?.start,
  ];
  if (start != null && end != null) narrowTo(Date.parse(start), Date.parse(end) + bucketSeconds * 1000);
}
