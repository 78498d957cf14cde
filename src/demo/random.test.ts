import { describe, expect, test } from 'vitest';
import { mix, Random } from './random.ts';

const drawn = 20_000;
const many = (draw: (random: Random) => number): number[] => {
  const random = new Random(11, 'many');
  return Array.from({ length: drawn }, () => draw(random));
};
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

test('a stream belongs to its key', () => {
  const first = new Random(7, 'a', 1);
  const again = new Random(7, 'a', 1);
  const other = new Random(7, 'a', 2);
  const units = Array.from({ length: 8 }, () => first.unit());
  expect(Array.from({ length: 8 }, () => again.unit())).toEqual(units);
  expect(Array.from({ length: 8 }, () => other.unit())).not.toEqual(units);
  expect(mix('ab', 'c')).not.toBe(mix('a', 'bc'));
  expect(mix(1)).not.toBe(mix(1 + 2 ** 32));
});

describe('distributions', () => {
  test('uniform: half on average, bounds of whole numbers included', () => {
    expect(mean(many((random) => random.unit()))).toBeCloseTo(0.5, 1);
    expect(new Set(many((random) => random.integer(3, 6)))).toEqual(new Set([3, 4, 5, 6]));
  });

  test.each([0.3, 4, 80])('Poisson with mean %d', (expected) => {
    const counts = many((random) => random.poisson(expected));
    expect(mean(counts) / expected).toBeCloseTo(1, 1);
    expect(mean(counts.map((count) => (count - expected) ** 2)) / expected).toBeCloseTo(1, 1);
  });

  // Of 99 ranks, the log-uniform rule gives the first one ln 2 / ln 100 = 15 %.
  test('Zipf: the first rank is the most frequent, all are in bounds', () => {
    const ranks = many((random) => random.zipf(99));
    expect(Math.min(...ranks)).toBe(0);
    expect(Math.max(...ranks)).toBeLessThan(99);
    expect(ranks.filter((rank) => rank === 0).length / drawn).toBeCloseTo(0.15, 1);
  });

  test('log-normal has its median, Pareto its bounds', () => {
    const sizes = many((random) => random.logNormal(500, 1)).sort((left, right) => left - right);
    expect((sizes[drawn / 2] ?? 0) / 500).toBeCloseTo(1, 1);
    const heavy = many((random) => random.pareto(10, 1, 1000));
    expect(Math.min(...heavy)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...heavy)).toBe(1000);
  });
});
