import { expect, test } from 'vitest';
import { LineSorter } from './line-sorter.ts';

test('lines come back minute by minute, in the order in which they came', () => {
  const lines = new LineSorter(3);
  lines.add(2, 'late');
  lines.add(0, 'early');
  lines.add(2, 'later');
  lines.add(0, 'next');
  expect(lines.text('header').toString()).toBe('header\nearly\nnext\nlate\nlater\n');
});

test('no lines: the header alone', () => {
  expect(new LineSorter(1).text('header').toString()).toBe('header\n');
});

test('more than the first buffer holds', () => {
  const lines = new LineSorter(2);
  const line = 'x'.repeat(999);
  for (let n = 0; n < 3000; n++) lines.add(n % 2, line);
  expect(lines.text('h').length).toBe(2 + 3000 * 1000);
});
