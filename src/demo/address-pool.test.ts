import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import {
  dotted,
  type NetworkName,
  networks,
  publicAddress,
  range,
  server6,
  serverOf,
} from './address-pool.ts';

const scopeOf = (address: string): string => ipaddr.parse(address).range();

test('random public addresses are in nobody’s special-purpose range', () => {
  for (let n = 0; n < 20_000; n++) expect(scopeOf(publicAddress(1, 'test', n))).toBe('unicast');
});

test('the named networks hold Internet addresses only', () => {
  for (const name of Object.keys(networks) as NetworkName[])
    for (let n = 0; n < 60; n++) expect(scopeOf(serverOf(name, 3, n))).toBe('unicast');
  for (let n = 0; n < 60; n++) expect(scopeOf(server6(3, n))).toBe('unicast');
});

test('an address belongs to its key', () => {
  expect(publicAddress(1, 'a', 5)).toBe(publicAddress(1, 'a', 5));
  expect(publicAddress(1, 'a', 5)).not.toBe(publicAddress(2, 'a', 5));
});

test('a range is written as it is read', () => {
  expect(range('62.210.0.0/16')).toEqual({ first: 1_053_949_952, size: 65_536 });
  expect(dotted(range('62.210.1.7').first)).toBe('62.210.1.7');
});

test('no two planted things get the same server', () => {
  const servers = Array.from({ length: 3000 }, (_, n) => serverOf('rented', 5, n));
  expect(new Set(servers).size).toBe(3000);
});
