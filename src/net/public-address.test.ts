import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isPublicAddress, NotPublicError, publicLookup } from './public-address.ts';

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2001:4860:4860::8888', '64:ff9b::808:808', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1'],
  ...['::7f00:1', '64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b:1::808:808', '2002:7f00:1::', '2001:0:1::1'],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '100.100.100.200', '169.254.169.254'],
  ...['fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', '168.63.129.16', '::ffff:168.63.129.16'],
  ...['224.0.0.1', 'ff02::1', '255.255.255.255', '192.0.0.192', '198.18.0.1', '203.0.113.7', '2001:db8::1'],
  ...['', 'localhost', '010.0.0.1', '0x7f.1'],
])('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

describe('a lookup for connections', () => {
  const answering =
    (...addresses: string[]): LookupFunction =>
    (_, { all }, callback) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (all) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family ?? 4);
    };
  const looked = (resolve: LookupFunction, all: boolean): Promise<unknown> =>
    new Promise((done) =>
      publicLookup(resolve)('name.example', { all }, (error, found) => done(error ?? found)),
    );

  test('gives public addresses', async () => {
    expect(await looked(answering('8.8.8.8'), false)).toBe('8.8.8.8');
    expect(await looked(answering('8.8.8.8', '2600::1'), true)).toHaveLength(2);
  });

  test.each([false, true])('refuses a name with one address that is not public (all: %s)', async (all) => {
    const error = await looked(answering(...(all ? ['8.8.8.8', '10.0.0.1'] : ['10.0.0.1'])), all);
    expect(error).toBeInstanceOf(NotPublicError);
    expect(String(error)).toContain('name.example is 10.0.0.1');
  });

  test('hands on what the system says of a name that it does not know', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(await looked((_, __, callback) => callback(unknown, ''), true)).toBe(unknown);
  });
});
