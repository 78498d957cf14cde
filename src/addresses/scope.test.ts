import { tmpdir } from 'node:os';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql, trusted } from '../sql/sql.ts';
import { addressBits, formatAddress, parseAddress } from './address.ts';
import { parseCidr } from './cidr.ts';
import { type Scope, type ScopeOverrides, scopeOf, scopeSegments } from './scope.ts';
import { rowsOf, segmentRows } from './segments.ts';
import { specialRanges } from './special-ranges.ts';

let duck: LocalEngine;
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => duck.close());

/** The scopes of the addresses by the SQL ranges, in input order. */
async function scopesInSql(
  addresses: readonly string[],
  overrides: ScopeOverrides,
): Promise<(string | null)[]> {
  const segments = scopeSegments(overrides);
  const numbered = rowsOf(
    ['place', 'family', 'number'],
    ['INTEGER', 'UTINYINT', 'UHUGEINT'],
    addresses.flatMap((text, place) => {
      const address = parseAddress(text);
      return address === null ? [] : [[place, address.family, address.number.toString()]];
    }),
  );
  const ranges = ([4, 6] as const).map((family) => {
    const rows = segmentRows(segments, family, 'scope', { number: 'UHUGEINT', type: 'VARCHAR' });
    return sql`SELECT n.place, s.scope FROM (${numbered}) AS n ASOF JOIN (${rows}) AS s ON n.number >= s.first
      WHERE n.family = ${family}`;
  });
  const [four, six] = ranges as [typeof numbered, typeof numbered];
  const rows = await duck.ask({
    name: 'scopes',
    sql: sql`${four} UNION ALL ${six}`,
    row: v.object({ place: v.number(), scope: v.string() }),
  });
  const byPlace = new Map(rows.map(({ place, scope }) => [place, scope]));
  return addresses.map((_, place) => byPlace.get(place) ?? null);
}

/** The most specific row of the table that holds the address: what the scope should be, found the slow way. */
function expectedScope(address: string): Scope | undefined {
  const parsed = parseAddress(address);
  const holding = specialRanges
    .map((special) => ({ ...special, cidr: parseCidr(special.range) }))
    .filter(
      ({ cidr }) =>
        cidr.family === parsed?.family && cidr.first <= parsed.number && parsed.number <= cidr.last,
    )
    .sort((a, b) => b.cidr.length - a.cidr.length);
  return holding[0]?.scope;
}

const edges = specialRanges.map(({ range, name }) => {
  const { family, first, last } = parseCidr(range);
  const top = (1n << BigInt(addressBits(family))) - 1n;
  const numbers = [first - 1n, first, last, last + 1n].filter((number) => number >= 0n && number <= top);
  return { range, name, addresses: numbers.map((number) => formatAddress(family, number)) };
});

describe('the registry', () => {
  test.each(edges)('$range $name begins and ends where the registry says', async ({ addresses }) => {
    const expected = addresses.map(expectedScope);
    expect(addresses.map((address) => scopeOf(address))).toEqual(expected);
    expect(await scopesInSql(addresses, {})).toEqual(expected);
  });

  test.each<[string, Scope | null]>([
    ['8.8.8.8', 'internet'],
    ['0.0.0.0', 'reserved'],
    ['9.255.255.255', 'internet'],
    ['10.0.0.0', 'private'],
    ['100.63.255.255', 'internet'],
    ['100.64.0.0', 'shared'],
    ['100.128.0.0', 'internet'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.15.255.255', 'internet'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'internet'],
    ['192.0.0.8', 'reserved'],
    ['192.0.0.9', 'internet'],
    ['192.0.0.10', 'internet'],
    ['192.0.0.11', 'reserved'],
    ['192.0.2.1', 'documentation'],
    ['192.31.196.1', 'internet'],
    ['192.88.99.1', 'reserved'],
    ['198.19.255.255', 'reserved'],
    ['198.20.0.0', 'internet'],
    ['223.255.255.255', 'internet'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'reserved'],
    ['::1', 'loopback'],
    ['::2', 'reserved'],
    ['::ffff:8.8.8.8', 'reserved'],
    ['64:ff9b::8.8.8.8', 'internet'],
    ['64:ff9b:1::1', 'reserved'],
    ['1fff::', 'reserved'],
    ['2001::1', 'reserved'],
    ['2001:1::1', 'internet'],
    ['2001:1::4', 'reserved'],
    ['2001:20::1', 'internet'],
    ['2001:200::', 'internet'],
    ['2001:db8::1', 'documentation'],
    ['2002:808:808::', 'reserved'],
    ['2600:1f18::1', 'internet'],
    ['3fff:0fff::', 'documentation'],
    ['3fff:1000::', 'internet'],
    ['4000::', 'reserved'],
    ['fd00:ec2::254', 'private'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'reserved'],
    ['ff02::1', 'multicast'],
    ['-', null],
    ['10.0.0', null],
    ['fe80::1%eth0', null],
  ])('%s is %s', (address, scope) => expect(scopeOf(address)).toBe(scope));

  test('segments cover every address once, in order', () => {
    for (const family of [4, 6] as const) {
      const segments = scopeSegments().filter((segment) => segment.family === family);
      expect(segments[0]?.first).toBe(0n);
      expect(segments.at(-1)?.last).toBe((1n << BigInt(addressBits(family))) - 1n);
      segments.slice(1).forEach((segment, index) => {
        expect(segment.first).toBe((segments[index]?.last ?? 0n) + 1n);
        expect(segment.label).not.toBe(segments[index]?.label);
      });
    }
  });
});

describe('overrides', () => {
  test('beat the registry', () => {
    expect(scopeOf('8.8.8.8', { local: ['8.8.8.0/24'] })).toBe('private');
    expect(scopeOf('10.0.0.1', { internet: ['10.0.0.0/8'] })).toBe('internet');
    expect(scopeOf('169.254.169.254', { local: ['0.0.0.0/0'] })).toBe('private');
  });

  test('the longer prefix wins, at equal length local', () => {
    const nested = { local: ['10.0.0.0/8', '10.1.2.0/24'], internet: ['10.1.0.0/16'] };
    expect(scopeOf('10.0.0.1', nested)).toBe('private');
    expect(scopeOf('10.1.0.1', nested)).toBe('internet');
    expect(scopeOf('10.1.2.1', nested)).toBe('private');
    expect(scopeOf('8.8.8.8', { local: ['8.8.8.8'], internet: ['8.8.8.8/32'] })).toBe('private');
  });

  test('are of one family', () => {
    expect(scopeOf('2001:4860::1', { local: ['0.0.0.0/0'] })).toBe('internet');
  });

  const cidrs = fc.array(
    fc
      .record({
        number: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
        length: fc.integer({ min: 0, max: 32 }),
      })
      .map(({ number, length }) => {
        const size = 1n << BigInt(32 - length);
        return `${formatAddress(4, number - (number % size))}/${length}`;
      }),
    { maxLength: 6 },
  );

  test('SQL and JavaScript agree', () =>
    fc.assert(
      fc.asyncProperty(
        cidrs,
        cidrs,
        fc.array(fc.oneof(fc.ipV4(), fc.ipV6())),
        async (local, internet, random) => {
          const overrides = { local, internet };
          const ends = [...local, ...internet].flatMap((text) => {
            const { family, first, last } = parseCidr(text);
            return [formatAddress(family, first), formatAddress(family, last)];
          });
          const addresses = [...random, ...ends, ...edges.flatMap((edge) => edge.addresses)];
          expect(await scopesInSql(addresses, overrides)).toEqual(
            addresses.map((text) => scopeOf(text, overrides)),
          );
        },
      ),
      { numRuns: 15 },
    ));
});

test('the numbers of ranges are exact in SQL', async () => {
  const rows = segmentRows(scopeSegments(), 6, 'scope', { number: 'UHUGEINT', type: 'VARCHAR' });
  const [answer] = await duck.ask({
    name: 'last',
    sql: sql`SELECT CAST(max(last) AS VARCHAR) AS last FROM (${rows}) AS ranges ${trusted('')}`,
    row: v.object({ last: v.string() }),
  });
  expect(answer?.last).toBe((2n ** 128n - 1n).toString());
});
