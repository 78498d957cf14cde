import { describe, expect, test } from 'vitest';
import { parseAddress } from '../addresses/address.ts';
import { bootstrapOf, entryFor, shipped } from './bootstrap.ts';
import { retryAfterMs } from './retry-after.ts';

const asked = (address: string): string | undefined => {
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error('no address');
  return entryFor(shipped(parsed.family === 4 ? 'ipv4' : 'ipv6'), parsed)?.url;
};

test.each([
  ['8.8.8.8', 'https://rdap.arin.net/registry/'],
  ['62.153.108.169', 'https://rdap.db.ripe.net/'],
  ['1.1.1.1', 'https://rdap.apnic.net/'],
  ['200.160.0.1', 'https://rdap.lacnic.net/rdap/'],
  ['196.216.2.1', 'https://rdap.afrinic.net/rdap/'],
  ['2a02:2e0::1', 'https://rdap.db.ripe.net/'],
  ['2001:1200::1', 'https://rdap.lacnic.net/rdap/'],
  ['2410::1', 'https://rdap.apnic.net/'],
  ['10.0.0.1', undefined],
  ['224.0.0.1', undefined],
  ['3fff::1', undefined],
])('the registry of %s is %s', (address, url) => {
  expect(asked(address)).toBe(url);
});

test('each of the 221 parts of IPv4 that registries have is listed once, and 34 of IPv6', () => {
  for (const [family, count] of [
    ['ipv4', 221],
    ['ipv6', 34],
  ] as const) {
    const { entries, publication } = shipped(family);
    expect(new Set(entries.map(({ cidr }) => `${cidr.first}/${cidr.length}`)).size).toBe(count);
    expect(entries).toHaveLength(count);
    expect(Date.parse(publication ?? '')).not.toBeNaN();
  }
});

describe('a bootstrap file', () => {
  const services = (...list: unknown[]) => bootstrapOf({ version: '1.0', services: list });

  test('prefers https and the longest prefix, and completes the slash', () => {
    const found = services(
      [['62.0.0.0/8'], ['http://wide.example/', 'https://wide.example/x']],
      [['62.1.0.0/16'], ['HTTP://narrow.example']],
    );
    const of = (address: string) =>
      found && entryFor(found, parseAddress(address) ?? { family: 4, number: 0n })?.url;
    expect([of('62.1.2.3'), of('62.2.2.3'), of('63.0.0.1')]).toEqual([
      'HTTP://narrow.example/',
      'https://wide.example/x/',
      undefined,
    ]);
    expect(
      bootstrapOf(
        { version: '1.0', services: [[['62.0.0.0/8'], ['http://a.example/']]] },
        { httpsOnly: true },
      ),
    ).toBeNull();
  });

  test('leaves out what it does not understand', () => {
    const found = services(
      [['62.0.0.0/8', 'nonsense', '62.0.0.1/8'], ['https://a.example/']],
      [['63.0.0.0/8'], ['ftp://b.example/']],
    );
    expect(found?.entries).toHaveLength(1);
  });

  test.each([
    null,
    7,
    [],
    {},
    { version: '2.0', services: [] },
    { version: '1.0', services: [] },
    { version: '1.0', services: [[]] },
  ])('%j is none', (value) => {
    expect(bootstrapOf(value)).toBeNull();
  });
});

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Tue, 24 Nov 2026 08:01:00 GMT', 60_000],
  ['Tue, 24 Nov 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['99999999999', null],
  ['', null],
  [undefined, null],
])('Retry-After: %s is %s ms', (header, milliseconds) => {
  expect(retryAfterMs(header, Date.parse('2026-11-24T08:00:00Z'))).toBe(milliseconds);
});
