import { tmpdir } from 'node:os';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { formatAddress, parseAddress } from './address.ts';
import { addressNumbers } from './number.ts';
import { rowsOf } from './segments.ts';

let duck: LocalEngine;
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => duck.close());

const row = v.object({ address: v.string(), family: v.nullable(v.number()), number: v.nullable(v.string()) });

async function numbersInSql(addresses: readonly string[]) {
  const relation: Sql = rowsOf(
    ['address'],
    ['VARCHAR'],
    [...new Set(addresses)].map((text) => [text]),
  );
  const rows = await duck.ask({
    name: 'numbers',
    sql: sql`SELECT address, family, CAST(number AS VARCHAR) AS number FROM (${addressNumbers(sql`(${relation})`)})`,
    row,
  });
  return new Map(rows.map(({ address, family, number }) => [address, { family, number }]));
}

function numberInJs(address: string) {
  const parsed = parseAddress(address);
  return { family: parsed?.family ?? null, number: parsed?.number.toString() ?? null };
}

async function expectAgreement(addresses: readonly string[]) {
  const found = await numbersInSql(addresses);
  for (const address of addresses) {
    expect({ address, ...found.get(address) }).toEqual({ address, ...numberInJs(address) });
  }
}

test('numbers of known addresses', async () => {
  const known: [string, number | null, string | null][] = [
    ['0.0.0.0', 4, '0'],
    ['1.2.3.4', 4, '16909060'],
    ['255.255.255.255', 4, '4294967295'],
    ['::', 6, '0'],
    ['::1', 6, '1'],
    ['1::', 6, '5192296858534827628530496329220096'],
    ['::1.2.3.4', 6, '16909060'],
    ['2001:DB8::A', 6, '42540766411282592856903984951653826570'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 6, (2n ** 128n - 1n).toString()],
    ['-', null, null],
    ['1.2.3', null, null],
    ['010.0.0.1', null, null],
  ];
  const found = await numbersInSql(known.map(([address]) => address));
  for (const [address, family, number] of known) expect(found.get(address)).toEqual({ family, number });
});

test('SQL and the strict parser agree on texts that look like addresses', () =>
  expectAgreement([
    ...[
      '',
      ' ',
      '.',
      ':',
      '::',
      ':::',
      '::::',
      '1::',
      '::1',
      ':1',
      '1:',
      '1::2::3',
      '1:::2',
      'x',
      'abcd',
      '١.2.3.4',
    ],
    ...[
      '1.2.3.4 ',
      ' 1.2.3.4',
      '1.2.3.4\n',
      '1.2.3.4.5',
      '1..3.4',
      '256.1.1.1',
      '1.2.3.1e1',
      '1.2.3.+4',
      '1.2.3.1_0',
    ],
    ...[
      '0x7f.0.0.1',
      '127.1',
      '1.2.3',
      '2130706433',
      '00.0.0.0',
      '1.2.3.04',
      '1.2.3.4/32',
      '１.2.3.4',
      '-1.2.3.4',
    ],
    ...[
      '1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7::',
      '::2:3:4:5:6:7:8',
      '1:2:3:4::6:7:8',
    ],
    ...[
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      '1:2:3:4::5:6:7:8',
      '12345::',
      '::12345',
      'g::',
      '1::g',
      '00001::',
    ],
    ...['::1.2.3.4', '1::1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5::1.2.3.4'],
    ...[
      '1:2:3:4:5:1.2.3.4',
      '::1.2.3',
      '::01.2.3.4',
      '::1.2.3.4:5',
      '1.2.3.4::',
      '::256.1.1.1',
      ':1.2.3.4',
      '1:1.2.3.4',
    ],
    ...[
      '::1.2.3.4.5',
      '::.1.2.3',
      '1.2.3.4:',
      '1.2.3.4:80',
      '[::1]',
      '::1%eth0',
      '::%1',
      'fe80::1%',
      '::ffff:1.2.3.4',
    ],
    ...[
      '::FFFF:ABCD',
      'Abcd::eF',
      '::0x1',
      '::+1',
      '::1_0',
      '::1e3',
      '::1\n',
      '\n::1',
      '::\n1',
      '::1 ',
      '::１',
      '::é',
    ],
    ...['0::0', '0:0:0:0:0:0:0:0', '::0000:0000', '0000::', "'::1'", "1.2.3.4'; DROP TABLE t; --"],
  ]));

const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
const piece = fc.oneof(
  { weight: 6, arbitrary: group },
  { weight: 5, arbitrary: fc.constantFrom(':', '::', '.', ':::') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '0',
      '00',
      '010',
      '255',
      '256',
      '1.2.3.4',
      'FFFF',
      '%',
      ' ',
      'g',
      '0x1',
      'é',
    ),
  },
);
const likeAddresses = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));
const colonGroups = fc
  .tuple(fc.array(group, { maxLength: 8 }), fc.array(group, { maxLength: 8 }), fc.constantFrom('::', ':', ''))
  .map(([left, right, between]) => left.join(':') + between + right.join(':'));
const quads = fc
  .array(fc.integer({ min: 0, max: 300 }), { minLength: 3, maxLength: 5 })
  .map((parts) => parts.join('.'));

test('SQL and the strict parser agree on any text', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(likeAddresses, colonGroups, quads, fc.ipV4(), fc.ipV6(), fc.string({ unit: 'grapheme' })),
        {
          minLength: 50,
          maxLength: 100,
        },
      ),
      (texts) => expectAgreement(texts.filter((text) => !text.includes('\0'))),
    ),
    { numRuns: 40 },
  ));

test('an address is the number that it is written from', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record({ family: fc.constant(4 as const), number: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }) }),
        fc.record({ family: fc.constant(6 as const), number: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }) }),
      ),
      ({ family, number }) => {
        expect(parseAddress(formatAddress(family, number))).toEqual({ family, number });
      },
    ),
  ));
