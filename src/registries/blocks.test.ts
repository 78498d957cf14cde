import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Family } from '../addresses/address.ts';
import { parseCidr } from '../addresses/cidr.ts';
import { blockBetween, cidrsOf, contains } from './blocks.ts';

describe('the CIDRs of a block', () => {
  test.each([
    ['203.0.113.0', '203.0.113.255', ['203.0.113.0/24']],
    ['203.0.113.7', '203.0.113.7', ['203.0.113.7/32']],
    ['203.0.113.0', '203.0.114.255', ['203.0.113.0/24', '203.0.114.0/24']],
    ['10.0.0.1', '10.0.0.6', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
    ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254', '255.255.255.255', ['255.255.255.254/31']],
    ['2001:db8::', '2001:db8:2:ffff:ffff:ffff:ffff:ffff', ['2001:db8::/47', '2001:db8:2::/48']],
    ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
  ])('from %s to %s', (first, last, expected) => {
    const block = blockBetween(first, last);
    expect(block === null ? null : cidrsOf(block)).toEqual(expected);
  });

  test.each<Family>([4, 6])(
    'cover it exactly, in order, without overlap, and none joins its neighbour (IPv%d)',
    (family) => {
      const number = fc.bigInt(0n, family === 4 ? 2n ** 32n - 1n : 2n ** 128n - 1n);
      fc.assert(
        fc.property(number, number, (a, b) => {
          const [first, last] = a < b ? [a, b] : [b, a];
          const parts = cidrsOf({ family, first, last }).map(parseCidr);
          expect(parts[0]?.first).toBe(first);
          expect(parts.at(-1)?.last).toBe(last);
          const starts = parts.slice(1).map((part) => part.first);
          expect(starts).toEqual(parts.slice(0, -1).map((part) => part.last + 1n));
          expect(parts.length).toBeLessThanOrEqual(family === 4 ? 62 : 254);
          const isPair = parts.slice(1).map((part, index) => {
            const before = parts[index];
            const size = part.last - part.first + 1n;
            return before?.length === part.length && before.first % (2n * size) === 0n;
          });
          expect(isPair).not.toContain(true);
        }),
      );
    },
  );
});

test('ends that are no addresses, of two families or in the wrong order are no block', () => {
  expect(blockBetween('203.0.113.9', '203.0.113.7')).toBeNull();
  expect(blockBetween('203.0.113.9', '2001:db8::')).toBeNull();
  expect(blockBetween('203.0.113.0/24', '203.0.113.255')).toBeNull();
  expect(blockBetween(null, 7)).toBeNull();
});

test('a block contains itself and what lies inside', () => {
  const block = (first: string, last: string) => {
    const found = blockBetween(first, last);
    if (found === null) throw new Error('no block');
    return found;
  };
  const outer = block('203.0.112.0', '203.0.113.255');
  expect(contains(outer, outer)).toBe(true);
  expect(contains(outer, block('203.0.113.7', '203.0.113.7'))).toBe(true);
  expect(contains(outer, block('203.0.113.7', '203.0.114.0'))).toBe(false);
  expect(contains(outer, block('::cb00:7100', '::cb00:7107'))).toBe(false);
});
