import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reader } from 'mmdb-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAddress } from '../addresses/address.ts';
import { listMmdb } from './mmdb.ts';
import { mmdbFile } from './mmdb-file.test.ts';
import { leavesOf } from './mmdb-tree.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mmdb-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function listed(file: Buffer) {
  const [path, target] = [join(folder, 'test.mmdb'), join(folder, 'list.csv')];
  writeFileSync(path, file);
  const about = await listMmdb(path, target);
  return { about, lines: readFileSync(target, 'utf8').trimEnd().split('\n') };
}

const number = (text: string) => String(parseAddress(text)?.number);
const city = { country: { iso_code: 'DE' }, city: { names: { en: 'Köln "Süd"\u001b[31m\n' } } };

describe.each([24, 28, 32] as const)('records of %d bits', (recordSize) => {
  test('every block once, IPv4 below 2^32, aliases of it not at all', async () => {
    const file = mmdbFile(
      [
        ['192.0.2.0/24', city],
        ['192.0.2.128/25', { autonomous_system_number: 64500, autonomous_system_organization: 'Example' }],
        ['2001:db8::/32', { country_code: 'US', asn: 'AS64501', as_name: 'Other' }],
        ['2001:db9::/32', { traits: 'nothing of ours' }],
      ],
      { recordSize, ipVersion: 6 },
    );
    const reader = new Reader(file);
    expect(reader.get('2002:c000:0201::')).toMatchObject({ country: { iso_code: 'DE' } });
    const { about, lines } = await listed(file);
    expect(about).toEqual({ databaseType: 'Test-City', date: '2026-05-28' });
    expect(lines).toEqual([
      `"${number('192.0.2.0')}","${number('192.0.2.127')}",,,"DE","Köln ""Süd"" [31m "`,
      `"${number('192.0.2.128')}","${number('192.0.2.255')}",64500,"Example",,`,
      `"${number('2001:db8::')}","${number('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff')}","AS64501","Other","US",`,
    ]);
  });

  test('a file of IPv4 alone', async () => {
    const { lines } = await listed(
      mmdbFile(
        [
          ['0.0.0.0/1', city],
          ['255.255.255.255', city],
        ],
        { recordSize, ipVersion: 4 },
      ),
    );
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
      ['"0"', '"2147483647"'],
      ['"4294967295"', '"4294967295"'],
    ]);
  });
});

test('a file that is cut off, or whose tree leads in a circle, is an error that says so', async () => {
  const file = mmdbFile([['192.0.2.0/24', city]], { recordSize: 24, ipVersion: 4 });
  const unreadable = expect.objectContaining({ code: 'label.unreadable' });
  await expect(listed(file.subarray(0, -40))).rejects.toEqual(unreadable);
  await expect(listed(Buffer.from('<html>'))).rejects.toEqual(unreadable);
  file.writeUIntBE(0, 23 * 6, 3);
  await expect(listed(file)).rejects.toEqual(unreadable);
  expect(() => [...leavesOf(Buffer.alloc(6), { nodeCount: 1, recordSize: 24, ipVersion: 4 })]).toThrow(
    /deeper/,
  );
});
