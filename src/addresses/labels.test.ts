import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { type Sql, sql, trusted } from '../sql/sql.ts';
import { parseAddress } from './address.ts';
import { everySetAside } from './every-set-aside.ts';
import type { LabelData, LabelSource } from './label-source.ts';
import { type LabelInputs, labelledAddresses } from './labels.ts';
import { rowsOf } from './segments.ts';
import type { SetAside } from './set-asides.ts';

let duck: LocalEngine;
let data: LabelData;
const folder = mkdtempSync(join(tmpdir(), 'labels-'));
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 1, spillDirectory: folder });
  const asn = source('asn', ['asn', 'network']);
  const country = source('country', ['country']);
  data = { sources: [asn, country] };
  await pack(
    asn.file,
    ['asn', 'network'],
    ['BIGINT', 'VARCHAR'],
    [
      ['8.8.8.0', '8.8.8.255', 15169, 'Google LLC'],
      ['9.0.0.0', '9.0.0.255', 64500, 'Example Networks'],
      ['10.0.0.0', '10.255.255.255', 64501, 'Nobody routes this'],
      ['2001:4860::', '2001:4860:ffff:ffff:ffff:ffff:ffff:ffff', 15169, 'Google LLC'],
      ['2600::', '2600::ffff', 64502, 'Deep below a /64'],
    ],
  );
  await pack(
    country.file,
    ['country'],
    ['VARCHAR'],
    [
      ['8.0.0.0', '8.255.255.255', 'US'],
      ['2001:4860::', '2001:4860:ffff:ffff:ffff:ffff:ffff:ffff', 'IE'],
    ],
  );
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true });
});

const source = (kind: LabelSource['kind'], columns: LabelSource['columns']): LabelSource => ({
  ...{ name: kind, kind, columns, file: join(folder, `${kind}.parquet`), holds: 'test', date: '2026-06-17' },
  ...{ fetched: null, ranges: 5, licence: null, attribution: null, origin: 'shipped', from: 'test' },
  ...{ hash: 'test', blocks: false },
});

/** Writes ranges in the layout of scripts/pack-labels.mjs. */
async function pack(path: string, names: string[], types: string[], rows: (string | number)[][]) {
  const halves = rows.map(([first, last, ...labels]) => {
    const [start, end] = [first, last].map((text) => parseAddress(String(text)));
    if (!start || !end) throw new Error(`${first} or ${last} is no address`);
    const numbers = [start.number, end.number - start.number].flatMap((number) => [
      number >> 64n,
      number & (2n ** 64n - 1n),
    ]);
    return [start.family, ...numbers.map(String), (end.number - start.number).toString(2).length, ...labels];
  });
  const columns = ['family', 'first_high', 'first_low', 'span_high', 'span_low', 'bits', ...names];
  const columnTypes = ['UTINYINT', 'UBIGINT', 'UBIGINT', 'UBIGINT', 'UBIGINT', 'UTINYINT', ...types];
  await duck.define(sql`COPY (${rowsOf(columns, columnTypes, halves)}) TO ${path} (FORMAT parquet)`);
}

const entry = (name: string, matches: Partial<SetAside>): SetAside => ({
  ...{ name, on: true, reason: 'test', asns: [], networks: [], cidrs: [], services: [], exceptServices: [] },
  ...matches,
});

const row = v.record(v.string(), v.union([v.string(), v.number(), v.null()]));

async function label(addresses: string[], inputs: Partial<LabelInputs> = {}) {
  const relation: Sql = sql`(${rowsOf(
    ['address'],
    ['VARCHAR'],
    addresses.map((text) => [text]),
  )})`;
  await duck.define(
    sql`CREATE OR REPLACE TABLE addresses AS ${labelledAddresses({ addresses: relation, scopes: {}, setAsides: [], data, ...inputs })}`,
  );
  const rows = await duck.ask({
    name: 'labels',
    sql: sql`SELECT * REPLACE (CAST(number AS VARCHAR) AS number) FROM addresses`,
    row,
  });
  return new Map(rows.map((labels) => [labels['address'], labels]));
}

test('the columns and their types', async () => {
  await label(['8.8.8.8']);
  const columns = await duck.ask({
    name: 'columns',
    sql: trusted(
      `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'addresses' ORDER BY column_index`,
    ),
    row: v.object({ column_name: v.string(), data_type: v.string() }),
  });
  expect(columns.map((column) => `${column.column_name} ${column.data_type}`)).toEqual([
    ...[
      'address VARCHAR',
      'family UTINYINT',
      'number UHUGEINT',
      'scope VARCHAR',
      'asn BIGINT',
      'network VARCHAR',
    ],
    ...[
      'country VARCHAR',
      'city VARCHAR',
      'provider VARCHAR',
      'service VARCHAR',
      'region VARCHAR',
      'set_aside VARCHAR',
    ],
  ]);
});

const unlisted = { city: null, service: null, region: null };
const unknown = { asn: null, network: null, country: null, provider: null, set_aside: null, ...unlisted };

test('an address of the Internet has all that is known', async () => {
  const labels = await label(['8.8.8.8', '2001:4860:4860::8888', '9.0.0.255', '2600::ffff', '2600::1:0']);
  expect(labels.get('8.8.8.8')).toEqual({
    ...{ address: '8.8.8.8', family: 4, number: '134744072', scope: 'internet' },
    ...{ asn: 15169, network: 'Google LLC', country: 'US', provider: 'Google', set_aside: null, ...unlisted },
  });
  expect(labels.get('2001:4860:4860::8888')).toMatchObject({
    family: 6,
    asn: 15169,
    country: 'IE',
    provider: 'Google',
  });
  expect(labels.get('9.0.0.255')).toMatchObject({
    asn: 64500,
    network: 'Example Networks',
    country: null,
    provider: null,
  });
  expect(labels.get('2600::ffff')).toMatchObject({ asn: 64502 });
  expect(labels.get('2600::1:0')).toMatchObject(unknown);
});

test('before, between and behind the ranges nothing is known', async () => {
  const labels = await label(['1.1.1.1', '8.8.7.255', '8.8.9.0', '9.0.1.0', '223.0.0.1', '2001:4861::']);
  expect(labels.get('1.1.1.1')).toMatchObject({ ...unknown, scope: 'internet' });
  expect(labels.get('8.8.7.255')).toMatchObject({ ...unknown, country: 'US' });
  expect(labels.get('8.8.9.0')).toMatchObject({ ...unknown, country: 'US' });
  for (const address of ['9.0.1.0', '223.0.0.1', '2001:4861::'])
    expect(labels.get(address)).toMatchObject(unknown);
});

test('only addresses of the Internet are labelled', async () => {
  const scopes = { local: ['8.8.8.8/32', '2001:4860::/32'], internet: ['10.1.0.0/16'] };
  const labels = await label(['8.8.8.8', '8.8.8.9', '2001:4860::1', '10.0.0.1', '10.1.0.1'], { scopes });
  for (const address of ['8.8.8.8', '2001:4860::1', '10.0.0.1']) {
    expect(labels.get(address)).toMatchObject({ ...unknown, scope: 'private' });
  }
  expect(labels.get('8.8.8.9')).toMatchObject({ scope: 'internet', asn: 15169 });
  expect(labels.get('10.1.0.1')).toMatchObject({ scope: 'internet', asn: 64501 });
});

test('a text that is no address stays, with nothing known', async () => {
  const labels = await label(['-', '', 'x', '::1']);
  for (const address of ['-', '', 'x']) {
    expect(labels.get(address)).toEqual({ address, family: null, number: null, scope: null, ...unknown });
  }
  expect(labels.get('::1')).toMatchObject({ family: 6, scope: 'loopback' });
});

describe('set aside', () => {
  test('by AS number, network name and range', async () => {
    const setAsides = [
      entry('By number', { asns: [15169] }),
      entry('By name', { networks: ['EXAMPLE networks'] }),
      entry('By range', { cidrs: ['8.9.0.0/16', '2600::/64'] }),
    ];
    const labels = await label(['8.8.8.8', '9.0.0.1', '8.9.1.1', '2600::1:0', '8.10.0.0', '10.0.0.1'], {
      setAsides,
    });
    expect([...labels.values()].map((found) => [found['address'], found['set_aside']]).sort()).toEqual([
      ['10.0.0.1', null],
      ['2600::1:0', 'By range'],
      ['8.10.0.0', null],
      ['8.8.8.8', 'By number'],
      ['8.9.1.1', 'By range'],
      ['9.0.0.1', 'By name'],
    ]);
  });

  test('a name matches whole', async () => {
    const setAsides = [entry('Part', { networks: ['Example', 'Example Networks Inc'] })];
    expect((await label(['9.0.0.1'], { setAsides })).get('9.0.0.1')).toMatchObject({ set_aside: null });
  });

  test('an entry that is off hides nothing; of several the first counts it, once', async () => {
    const setAsides = [
      entry('Off', { on: false, asns: [15169], cidrs: ['8.8.8.8'] }),
      entry('First', { cidrs: ['8.8.8.0/24', '8.8.8.8'] }),
      entry('Second', {
        asns: [15169, 15169],
        networks: ['google llc', 'Google LLC'],
        cidrs: ['8.8.8.8/32'],
      }),
    ];
    const labels = await label(['8.8.8.8', '2001:4860::1'], { setAsides });
    expect(labels.get('8.8.8.8')).toMatchObject({ set_aside: 'First' });
    expect(labels.get('2001:4860::1')).toMatchObject({ set_aside: 'Second' });
    const [count] = await duck.ask({ name: 'n', sql: trusted('SELECT count(*) AS n FROM addresses'), row });
    expect(count).toEqual({ n: 2 });
  });

  test('only what is on the Internet', async () => {
    const setAsides = [entry('All', { cidrs: ['0.0.0.0/0'] })];
    const labels = await label(['192.168.0.1', '1.1.1.1'], { setAsides });
    expect(labels.get('192.168.0.1')).toMatchObject({ set_aside: null });
    expect(labels.get('1.1.1.1')).toMatchObject({ set_aside: 'All' });
  });

  test('of addresses that are labelled, every set-aside is what it would be if all were on', async () => {
    const setAsides = [
      entry('Off', { on: false, networks: ['example networks'], cidrs: ['8.8.8.0/29', '2600::/16'] }),
      entry('Narrowed', { on: false, asns: [15169], services: ['s3'] }),
      entry('On', { asns: [15169] }),
      entry('Local', { on: false, cidrs: ['10.0.0.0/8', '2001:4860::1'] }),
    ];
    const all = ['8.8.8.8', '8.8.8.1', '9.0.0.9', '10.0.0.1', '1.1.1.1', '2001:4860::1', '2600::7', 'none'];
    const allOn = await label(all, { setAsides: setAsides.map((one) => ({ ...one, on: true })) });
    const expected = [...allOn].flatMap(([address, { set_aside: name = null }]) =>
      name === null ? [] : [{ address, set_aside: name }],
    );
    await label(all, { setAsides });
    const labelled = sql`(SELECT row_number() OVER () AS address_id, * FROM addresses)`;
    const found = await duck.ask({
      name: 'every set-aside',
      sql: sql`SELECT address, set_aside FROM (${everySetAside(labelled, setAsides)})`,
      row,
    });
    const inOrder = (rows: readonly object[]) => rows.map((one) => JSON.stringify(one)).sort();
    expect(inOrder(found)).toEqual(inOrder(expected));
    expect(expected).toHaveLength(5);
  });
});
