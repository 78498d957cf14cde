import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Family, formatAddress } from '../addresses/address.ts';
import { labelRanges } from '../addresses/label-data.ts';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql } from '../sql/sql.ts';
import { packList } from './pack.ts';
import { shapeOf } from './shape.ts';

let duck: LocalEngine;
const folder = mkdtempSync(join(tmpdir(), 'pack-'));
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 1, spillDirectory: folder });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true });
});

const columns = ['asn', 'network', 'country', 'city', 'provider', 'service', 'region'];

/** Packs a text and gives the ranges back as texts. */
async function packed(text: string) {
  const [path, target] = [join(folder, 'list'), join(folder, 'packed.parquet')];
  writeFileSync(path, text);
  const result = await packList(duck, { path, shape: await shapeOf(path) }, target, folder);
  const ranges: string[] = [];
  for (const family of [4, 6] as Family[]) {
    const rows = await duck.ask({
      name: 'ranges',
      sql: sql`SELECT * REPLACE (CAST(first AS VARCHAR) AS first, CAST(last AS VARCHAR) AS last)
        FROM (${labelRanges(target, ['bits', ...columns], family)}) AS r ORDER BY r.first`,
      row: v.record(v.string(), v.nullable(v.union([v.string(), v.number()]))),
    });
    for (const row of rows) {
      const [first, last] = [row['first'], row['last']].map((end) => formatAddress(family, BigInt(end ?? 0)));
      const said = columns.map((column) => row[column]).filter((value) => value !== null);
      ranges.push(`${first}-${last} ${row['bits']}: ${said.join('|')}`);
    }
  }
  return { ...result, all: ranges };
}

test('blocks of both families that overlap become disjoint ones', async () => {
  const list = `cidr,provider,service,region
3.0.0.0/8,Amazon,,us-east-1
3.5.0.0/16,Amazon,S3,
3.5.0.0/16,Amazon,EC2,eu-west-1
3.5.1.0/24,Amazon,EC2,
2600:1f00::/24,Amazon,,eu-west-1
2600:1f18::/33,Amazon,EC2,
198.51.100.7,Amazon,Alone,
`;
  const { all, ranges, listed, unreadable, widest, columns: said } = await packed(list);
  expect(all).toEqual([
    '3.0.0.0-3.4.255.255 24: Amazon|us-east-1',
    // Of two services for one block the one with fewer blocks; it is S3, which has no region of its own.
    '3.5.0.0-3.5.0.255 16: Amazon|S3|eu-west-1',
    '3.5.1.0-3.5.1.255 8: Amazon|EC2|eu-west-1',
    '3.5.2.0-3.5.255.255 16: Amazon|S3|eu-west-1',
    '3.6.0.0-3.255.255.255 24: Amazon|us-east-1',
    '198.51.100.7-198.51.100.7 0: Amazon|Alone',
    '2600:1f00::-2600:1f17:ffff:ffff:ffff:ffff:ffff:ffff 104: Amazon|eu-west-1',
    '2600:1f18::-2600:1f18:7fff:ffff:ffff:ffff:ffff:ffff 95: Amazon|EC2|eu-west-1',
    '2600:1f18:8000::-2600:1fff:ffff:ffff:ffff:ffff:ffff:ffff 104: Amazon|eu-west-1',
  ]);
  expect({ ranges, listed, unreadable, widest, said }).toEqual({
    ...{ ranges: 9, listed: 7, unreadable: 0, widest: { v4: 24, v6: 104 } },
    said: ['provider', 'service', 'region'],
  });
});

test('placeholders are nothing, host bits are masked, lines that are no ranges are counted', async () => {
  const { all, listed, unreadable } = await packed(
    [
      '1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET',
      '1.0.1.0\t1.0.3.255\t0\tNone\tNot routed',
      '1.0.4.0\t1.0.4.9\tAS4294967295\tau\t"quoted" is a letter here',
      '1.0.9.0\t1.0.8.0\t5\tUS\tbackwards',
      '1.0.10.0\t2001:db8::\t5\tUS\ttwo families',
      'x\ty\t5\tUS\tno addresses',
      '2001:db8::\t2001:db8::ff\t64500\tZZ\tv6',
    ].join('\n'),
  );
  expect(all).toEqual([
    '1.0.0.0-1.0.0.255 8: 13335|CLOUDFLARENET|US',
    '1.0.4.0-1.0.4.9 4: 4294967295|"quoted" is a letter here|AU',
    '2001:db8::-2001:db8::ff 8: 64500|v6',
  ]);
  expect([listed, unreadable]).toEqual([4, 3]);
  const blocks = await packed(
    'cidr,country\n192.0.2.77/24,DE\n192.0.2.0/33,DE\n::/0,DE\n2001:db8::1/64,FR\n1.2.3.4/x,DE\n',
  );
  expect(blocks.all).toEqual([
    '192.0.2.0-192.0.2.255 8: DE',
    '2001:db8::-2001:db8::ffff:ffff:ffff:ffff 64: FR',
  ]);
  expect(blocks.unreadable).toBe(3);
});

test('hostile texts are cut and cleaned, and never become SQL or lines', async () => {
  const long = 'x'.repeat(10_000);
  const { all } = await packed(
    `cidr,org,city\n192.0.2.0/24,"'); DROP TABLE listed; --","<script>alert(1)</script>"\n192.0.2.0/25,${long},"two\nlines\u001b[2J"\n`,
  );
  expect(all).toEqual([
    `192.0.2.0-192.0.2.127 7: ${'x'.repeat(200)}|two lines [2J`,
    "192.0.2.128-192.0.2.255 8: '); DROP TABLE listed; --|<script>alert(1)</script>",
  ]);
});

test('numbers above 2^32 are IPv6, and whole spaces do not overflow', async () => {
  const { all } = await packed(
    `first,last,country\n0,4294967295,DE\n42540766411282592856903984951653826560,42540766411282592875350729025363378175,FR\n4294967296,340282366920938463463374607431768211455,US\n`,
  );
  expect(all[0]).toBe('0.0.0.0-255.255.255.255 32: DE');
  expect(all.slice(1)).toEqual([
    '::1:0:0-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 128: US',
    '2001:db8::-2001:db8::ffff:ffff:ffff:ffff 64: FR',
    '2001:db8:0:1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 128: US',
  ]);
});

test('text with another number of fields in some line is refused with its place', async () => {
  await expect(
    packed(`cidr,country\n192.0.2.0/24,DE,more,and,more\n192.0.3.0/24,"DE\n`),
  ).rejects.toMatchObject({
    code: 'label.unreadable',
  });
});
