import type { FindingsResult } from '../detect/results.ts';
import type { DataContext } from '../kept/derived.ts';
import { isoTime } from '../traffic/period.ts';

/** What findings were computed over: the period of all records, and the shares of its minutes that these cover. */
export function computedOver({
  from,
  to,
  covered,
  skipped,
}: DataContext): Pick<FindingsResult, 'computedOver' | 'coverage' | 'skipped'> {
  return {
    computedOver: { from: isoTime(from || null), to: isoTime(to || null) },
    coverage: rounded(covered),
    skipped: rounded(skipped),
  };
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
