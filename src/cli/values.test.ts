import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTime } from '../traffic/period.ts';
import { oneOf, parseMemory, parseSize, someOf, wholeNumber } from './values.ts';

test.each([
  ['2GB', 2_000_000_000],
  ['2gb', 2_000_000_000],
  ['512MB', 512_000_000],
  ['1.5GiB', 1_610_612_736],
  ['64 MiB', 67_108_864],
  ['1000', 1000],
  ['4G', 4_000_000_000],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'GB', '-1GB', '2XB', '1e9', '2GB!', '99999999TB'])('%j is no size', (text) => {
  expect(() => parseSize(text)).toThrow('is not a size');
});

test('a memory limit that no engine can work with is refused', () => {
  expect(() => parseMemory('10MB')).toThrow('10MB of memory is too little');
});

test.each([
  ['2026-05-28', '2026-05-28T00:00:00Z'],
  ['2026-05-28T20:26', '2026-05-28T20:26:00Z'],
  ['2026-05-28 20:26:40', '2026-05-28T20:26:40Z'],
  ['2026-05-28T20:26:40Z', '2026-05-28T20:26:40Z'],
  ['2026-05-28T20:26:40.999Z', '2026-05-28T20:26:40Z'],
  ['2026-05-28T20:26:40+02:00', '2026-05-28T18:26:40Z'],
  ['2026-05-28T20:26:40-0530', '2026-05-29T01:56:40Z'],
  ['2028-02-29', '2028-02-29T00:00:00Z'],
])('%s is %s', (text, iso) => {
  expect(parseTime(text)).toBe(Date.parse(iso) / 1000);
});

test.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-05-28T25:00',
  '28.05.2026',
  '1780000000',
  '2026-05-28T20:26:40+99:00',
])('%j is no time', (text) => {
  expect(() => parseTime(text)).toThrow('is not a time');
});

test('every instant comes back from its ISO text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
      expect(parseTime(new Date(seconds * 1000).toISOString())).toBe(seconds);
    }),
  );
});

test('numbers and words', () => {
  expect(wholeNumber(1)('1_000')).toBe(1000);
  expect(wholeNumber(1)('1,000')).toBe(1000);
  for (const text of ['0', '-1', '1.5', 'x', '', '9999999999999999999']) {
    expect(() => wholeNumber(1)(text)).toThrow('is not a number that fits here');
  }
  expect(oneOf(['a', 'b'])('B')).toBe('b');
  expect(() => oneOf(['a', 'b'])('c')).toThrow('"c" is not known here');
  expect(someOf(['a', 'b'])('a, b')).toEqual(['a', 'b']);
});
