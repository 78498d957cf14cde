import { expect, test } from 'vitest';
import { histogram } from './ip.ts';

test('gaps around a period are counted in bins up to twice the median, the longer ones in the last', () => {
  // Median of 3 × 58, 4 × 60, 2 × 62, 1 × 600: the fifth of ten, 60. Twice that in 12 bins: 10 s each.
  const { gaps, medianSeconds, bins } = histogram([
    { gap: 58, count: 3 },
    { gap: 60, count: 4 },
    { gap: 62, count: 2 },
    { gap: 600, count: 1 },
  ]);
  expect({ gaps, medianSeconds }).toEqual({ gaps: 10, medianSeconds: 60 });
  expect(bins).toHaveLength(12);
  expect(bins.filter(({ count }) => count > 0)).toEqual([
    { fromSeconds: 50, toSeconds: 60, count: 3 },
    { fromSeconds: 60, toSeconds: 70, count: 6 },
    { fromSeconds: 110, toSeconds: 601, count: 1 },
  ]);
});

test('starts within one second have a bin too', () => {
  expect(histogram([{ gap: 0, count: 7 }])).toEqual({
    gaps: 7,
    medianSeconds: 0,
    bins: [{ fromSeconds: 0, toSeconds: 1, count: 7 }],
  });
});
