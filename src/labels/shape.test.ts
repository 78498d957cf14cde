import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shapeOf } from './shape.ts';

const folder = mkdtempSync(join(tmpdir(), 'shape-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function shape(text: string) {
  const path = join(folder, 'list');
  writeFileSync(path, text);
  const { delimiter, skip, fields, numeric } = await shapeOf(path);
  return [delimiter, skip, fields.map((field) => field ?? '-').join(' '), numeric];
}

test.each([
  [
    'iptoasn',
    '1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n',
    ['\t', 0, 'first last asn country network', false],
  ],
  [
    'ip-location-db AS',
    '1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."\n',
    [',', 0, 'first last asn network', false],
  ],
  ['ip-location-db numbers', '16777216,16777471,13335,X\n', [',', 0, 'first last asn network', true]],
  ['ip-location-db country', '2001:200::,2001:200:ffff::,JP\n', [',', 0, 'first last country', false]],
  [
    'ip-location-db city',
    '1.0.0.0,1.0.0.255,AU,Queensland,,Brisbane,4000,-27.4,153.0,\n',
    [',', 0, 'first last country - - city - - - -', false],
  ],
  [
    'DB-IP city',
    '1.0.0.0,1.0.0.255,OC,AU,Queensland,"South Brisbane",-27.4,153\n',
    [',', 0, 'first last - country - city - -', false],
  ],
  ['a geofeed', '# comment\n192.0.2.0/24,DE,DE-NW,Köln,\n', [',', 1, 'cidr country - city -', false]],
  ['blocks with a number', '192.0.2.0/24,AS64500\n', [',', 0, 'cidr asn', false]],
  [
    'IPinfo',
    'network,country,country_code,continent,asn,as_name\n1.0.0.0/24,Australia,AU,Oceania,AS13335,X\n',
    [',', 1, 'cidr - country - asn network', false],
  ],
  [
    'IPinfo with ends',
    'start_ip,end_ip,country,city,region\n1.0.0.0,1.0.0.255,AU,Brisbane,Queensland\n',
    [',', 1, 'first last country city -', false],
  ],
  [
    'ours',
    '\uFEFFCIDR;Provider;Service;Region;Network\n1.0.0.0/24;X;Y;Z;N\n',
    [';', 1, 'cidr provider service region network', false],
  ],
] as const)('%s', async (_, text, expected) => {
  expect(await shape(text)).toEqual(expected);
});

test.each([
  ['an HTML page', '<!DOCTYPE html><html>'],
  ['an empty file', ''],
  ['ranges that say nothing', '192.0.2.0/24\n'],
  ['words', 'first,last\n'],
  ['too many fields', '1.0.0.0,1.0.0.255,a,b,c,d,e\n'],
])('%s is no list', async (_, text) => {
  await expect(shape(text)).rejects.toMatchObject({
    code: 'label.unreadable',
    hint: expect.stringContaining('CIDR'),
  });
});
