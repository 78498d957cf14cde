import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { atBothEnds, bar, inColumns, sparkline } from './pictures.ts';

test('a sparkline shows nothing for zero, something for little, and a full block for the most', () => {
  expect(sparkline([0, 1, 50, 100], 10)).toBe(' ▁▄█');
  expect(sparkline([0, 0], 10)).toBe('  ');
  expect(sparkline([10, 20], 10, 40)).toBe('▂▄');
});

test('values that do not fit are summed with their neighbours', () => {
  expect(inColumns([1, 2, 3, 4, 5], 2, (own) => own.length)).toEqual([3, 2]);
  expect(sparkline([1, 1, 4, 4], 2)).toBe('▂█');
});

test('bars and ends', () => {
  expect(bar(0.5, 4)).toBe('██');
  expect(bar(0.001, 4)).toBe('▏');
  expect(bar(Number.NaN, 4)).toBe('');
  expect(atBothEnds('from', 'to', 10)).toBe('from    to');
  expect(atBothEnds('from', 'to', 7)).toBe('from');
});

test('no picture is wider than its width', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: false })), fc.integer({ min: 1, max: 200 }), (values, width) => {
      expect(stringWidth(sparkline(values, width))).toBeLessThanOrEqual(width);
      for (const value of values) expect(stringWidth(bar(value, width))).toBeLessThanOrEqual(width);
    }),
  );
});
