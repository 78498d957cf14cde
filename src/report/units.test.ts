import { expect, test } from 'vitest';
import { jsonText } from './json.ts';
import { bytesText, counted, countText, durationText, servicePortText, shareText } from './units.ts';

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
  [1_834_201_992_114, '1.8 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [0.42, '0.4 s'],
  [9.96, '10 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [7_500, '2 h 5 min'],
  [604_800, '7 d'],
  [615_600, '7 d 3 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test.each([
  [0, 10, ''],
  [1, 10_000_000, '<0.1 %'],
  [9_999_999, 10_000_000, '>99.9 %'],
  [10, 10, '100 %'],
  [1, 8, '12.5 %'],
])('%d of %d is %j', (part, whole, text) => {
  expect(shareText(part, whole)).toBe(text);
});

test.each([
  [443, 6, '443/tcp'],
  [53, 17, '53/udp'],
  [0, 1, 'icmp'],
  [0, 58, 'icmpv6'],
  [0, 253, '253'],
  [0, 6, '0/tcp'],
  [null, null, '-'],
  [443, null, '443'],
  [null, 6, '-/tcp'],
])('port %s, protocol %s is %s', (port, protocol, text) => {
  expect(servicePortText(port, protocol)).toBe(text);
});

test('counts have thousands separators', () => {
  expect(countText(1_418)).toBe('1,418');
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(2_000, 'file')).toBe('2,000 files');
});

test('JSON holds counts as numbers, too large ones as text, and nothing that steers a terminal', () => {
  const text = jsonText({
    count: 5n,
    large: 2n ** 64n,
    gone: undefined,
    none: null,
    evil: '\u009b2J\u202e\u{e0041}',
  });
  expect(text).not.toMatch(/[\u007f-\u009f\u202e\u{e0041}]/u);
  expect(JSON.parse(text)).toEqual({
    count: 5,
    large: '18446744073709551616',
    none: null,
    evil: '\u009b2J\u202e\u{e0041}',
  });
});
