import { expect, test } from 'vitest';
import { parseCidr } from './cidr.ts';

test('a network', () => {
  expect(parseCidr('10.0.0.0/8')).toEqual({
    family: 4,
    length: 8,
    first: 10n << 24n,
    last: (11n << 24n) - 1n,
  });
  expect(parseCidr('::/0')).toEqual({ family: 6, length: 0, first: 0n, last: 2n ** 128n - 1n });
  expect(parseCidr(' 192.0.2.0/24 ').length).toBe(24);
});

test('a single address is its own network', () => {
  expect(parseCidr('1.2.3.4')).toEqual(parseCidr('1.2.3.4/32'));
  expect(parseCidr('2001:DB8::1')).toEqual(parseCidr('2001:db8::1/128'));
});

test.each([
  ['10.1.2.3/8', 'an address inside a network', '10.0.0.0/8'],
  ['2001:db8::1/32', 'an address inside a network', '2001:db8::/32'],
  ['10.0.0.0/33', 'from 0 to 32', '203.0.113.0/24'],
  ['::/129', 'from 0 to 128', '2001:db8::/32'],
  ['10.0.0.0/', 'from 0 to 32', ''],
  ['10.0.0.0/08', 'from 0 to 32', ''],
  ['10.0.0.0/-1', 'from 0 to 32', ''],
  ['10.0.0.0/255.0.0.0', 'from 0 to 32', ''],
  ['10.0.0.0/8/8', 'no network', ''],
  ['10/8', 'no network', '203.0.113.0/24'],
  ['', 'no network', ''],
  ['example.com', 'no network', ''],
])('%j is refused', (text, message, hint) => {
  expect(() => parseCidr(text)).toThrow(
    expect.objectContaining({
      code: 'usage.value',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
