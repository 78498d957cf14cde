import { isoTime, type Period } from '../traffic/period.ts';

const sizes = [60, 300, 900, 3600, 2 * 3600, 4 * 3600, 6 * 3600, 12 * 3600, 86_400];
const mostBuckets = 240;

interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

/** Seconds of a bucket: as fine as a picture can show. */
export function bucketFor(span: Span, period: Period, least: number): number {
  const { from, to } = shownSpan(span, period);
  const fits = sizes.find((size) => size >= least && (to - from) / size <= mostBuckets);
  return fits ?? Math.ceil((to - from) / mostBuckets / 86_400) * 86_400;
}

function shownSpan(span: Span, period: Period): { readonly from: number; readonly to: number } {
  const from = Math.max(span.from ?? 0, period.from ?? Number.NEGATIVE_INFINITY);
  return { from, to: Math.max(from, Math.min(span.to ?? 0, period.to ?? Number.POSITIVE_INFINITY)) };
}

interface Row {
  readonly bucket: number;
  readonly kind: number;
  readonly flows: number;
  readonly bytes: number;
}

type Parts = Readonly<
  Record<
    'rejected' | 'noise' | 'outbound' | 'inbound' | 'eastWest',
    { readonly flows: number; readonly bytes: number }
  >
>;

/** The buckets of a timeline in order, those without traffic among them. */
export function bucketsOf(
  rows: readonly Row[],
  seconds: number,
  span: Span,
  period: Period,
  names: Readonly<Record<number, keyof Parts>>,
): (Parts & { readonly start: string })[] {
  const found = new Map<number, Row[]>();
  for (const row of rows) found.set(row.bucket, [...(found.get(row.bucket) ?? []), row]);
  const shown = shownSpan(span, period);
  const starts = [...found.keys()];
  // A clock that jumped must not make a picture of years: what lies outside the span has buckets of its own.
  const first = Math.floor(shown.from / seconds) * seconds;
  const all = new Set(starts);
  if (span.from !== null) for (let start = first; start <= shown.to; start += seconds) all.add(start);
  const none = { flows: 0, bytes: 0 };
  return [...all]
    .sort((a, b) => a - b)
    .map((start) => {
      const parts = { rejected: none, noise: none, outbound: none, inbound: none, eastWest: none };
      for (const { kind, flows, bytes } of found.get(start) ?? []) {
        const name = names[kind];
        if (name !== undefined) parts[name] = { flows, bytes };
      }
      return { start: isoTime(start) ?? '', ...parts };
    });
}
