import type { CoverageRow } from '../../traffic/coverage.ts';
import { isoTime } from '../../traffic/period.ts';

/** Shares of the minutes that records speak of and that AWS lost, over all interfaces, by hour and altogether. */
export function coverageByHour(rows: readonly CoverageRow[]) {
  const interfaces = new Map<string, { first: number; last: number }>();
  const hours = new Map<number, { minutes: number; skipped: number }>();
  for (const { accountId, interfaceId, hour, firstStart, lastEnd, minutes, skippedMinutes } of rows) {
    const key = `${accountId} ${interfaceId}`;
    const known = interfaces.get(key) ?? { first: firstStart, last: lastEnd };
    interfaces.set(key, { first: Math.min(known.first, firstStart), last: Math.max(known.last, lastEnd) });
    const sums = hours.get(hour) ?? { minutes: 0, skipped: 0 };
    hours.set(hour, { minutes: sums.minutes + minutes, skipped: sums.skipped + skippedMinutes });
  }
  const spans = [...interfaces.values()];
  const all = spans.reduce((sum, { first, last }) => sum + Math.ceil((last - first + 1) / 60), 0);
  const total = (key: 'minutes' | 'skippedMinutes') => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    covered: share(total('minutes'), all),
    skipped: share(total('skippedMinutes'), all),
    hours: [...hours]
      .sort(([a], [b]) => a - b)
      .map(([hour, { minutes, skipped }]) => {
        const present = spans.filter(({ first, last }) => first < hour + 3600 && last >= hour).length;
        return {
          hour: isoTime(hour) ?? '',
          covered: share(minutes, present * 60),
          skipped: share(skipped, present * 60),
          interfaces: present,
        };
      }),
  };
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.round((part / whole) * 10_000) / 10_000);
}
