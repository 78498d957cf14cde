import { describe, expect, test } from 'vitest';
import { divergence, evenness, sameness, shareByChance, smallness } from './score.ts';

describe('shareByChance', () => {
  test('memoryless gaps with half of them below the period', () => {
    // Scale 100 / ln 2; beyond(g) = 2^(-g/100). Between 90 and 110: 0.5359 - 0.4665 = 0.0694.
    // On the beat of 2 to 12 periods: sum of 2^-(k-0.35) - 2^-(k+0.35) = (1.2746 - 0.7846) * (1/2 - 1/4096) = 0.2449.
    // 0.0694 / (1 - 0.2449) = 0.0919.
    const chance = { period: 100, dead: 0, windowSeconds: 1, stamped: false };
    expect(shareByChance(chance, 0.1)).toBeCloseTo(0.0919, 3);
  });

  test('in whole windows the gap of two windows is one of many', () => {
    // Half of the gaps are one or two windows long: each window is empty with 0.5^(1/2) = 0.7071, and the share of
    // gaps of exactly two windows is 0.7071 - 0.5 = 0.2071. On the beat of a multiple: gaps of 4, 6, ... 24 windows,
    // each 0.2929 * 0.7071^(g-1): 0.1036 + 0.0518 + ... = 0.2070. 0.2071 / (1 - 0.2070) = 0.2612.
    const chance = { period: 120, dead: 60, windowSeconds: 60, stamped: true };
    expect(shareByChance(chance, 0.35)).toBeCloseTo(0.2612, 3);
  });
});

// 0.8 ln(0.8/0.4) + 0.2 ln(0.2/0.6) = 0.5545 - 0.2197; equal shares tell nothing.
test.each([
  [0.8, 0.4, 0.3348],
  [0.5, 0.5, 0],
])('divergence of %d from %d is %d', (share, expected, value) => {
  expect(divergence(share, expected)).toBeCloseTo(value, 4);
});

// 1 - (120 - 80) / 100; 1 - 150 / 100 is below 0; nothing is the same as nothing.
test.each([
  [80, 100, 120, 0.6],
  [50, 100, 200, 0],
  [0, 0, 0, 0],
])('sizes with quartiles %d, %d, %d are the same to %d', (low, mid, high, value) => {
  expect(sameness(low, mid, high)).toBeCloseTo(value, 6);
});

// 8 kB is small, 1 MB is not, and 92,681 B lies half-way on the logarithmic scale.
test.each([
  [8192, 1],
  [92_681.9, 0.5],
  [2_000_000, 0],
])('%d bytes are small to %d', (bytes, value) => {
  expect(smallness(bytes)).toBeCloseTo(value, 4);
});

// Even: 1 - 4 / 2.56 / 40 / 0.5 = 0.9219. Bursts above a constant floor: 0.8 * (1 - 0). Work: 1 - 36 / 40 / 0.5 < 0.
test.each([
  [38, 40, 42, 0.9219],
  [40, 40, 400, 0.8],
  [4, 40, 400, 0],
])('packets of %d, %d, %d in each window are even to %d', (low, mid, high, value) => {
  expect(evenness(low, mid, high)).toBeCloseTo(value, 4);
});
