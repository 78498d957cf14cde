import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DuckDb } from '../engine/duckdb.ts';
import { sql } from '../sql/sql.ts';
import { labelData, labelRanges } from './label-data.ts';
import { lookupQuery } from './lookup.ts';
import { providers } from './providers.ts';

// What `npm run build` packed: these tests read data/.
let duck: DuckDb;
beforeAll(async () => {
  duck = await DuckDb.open({ memoryBytes: 500_000_000, threads: 2, spillDirectory: tmpdir() });
});
afterAll(() => duck.close());

test('the sources are named, dated and licensed', () => {
  const { sources } = labelData();
  expect(sources.map((source) => source.file)).toEqual(['asn.parquet', 'country.parquet']);
  for (const source of sources) {
    expect(source).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      licence: expect.stringMatching(/CC/),
    });
    expect(source.ranges).toBeGreaterThan(500_000);
  }
});

test.each(['asn', 'country'] as const)(
  'the %s ranges are disjoint, right way round and labelled',
  async (table) => {
    const columns = table === 'asn' ? ['asn', 'network'] : ['country'];
    for (const family of [4, 6] as const) {
      const ranges = labelRanges(labelData()[table], columns, family);
      const [faults] = await duck.rows({
        name: 'faults',
        sql: sql`
        SELECT
          count(*) FILTER (WHERE last < first) AS reversed,
          count(*) FILTER (WHERE next_first <= last) AS overlapping,
          count(*) > 100000 AS enough
        FROM (SELECT first, last, lead(first) OVER (ORDER BY first) AS next_first FROM (${ranges}) AS ranges) AS pairs`,
        row: v.object({ reversed: v.number(), overlapping: v.number(), enough: v.boolean() }),
      });
      expect(faults).toEqual({ reversed: 0, overlapping: 0, enough: true });
    }
  },
);

test('an unknown name or country is NULL, never a placeholder', async () => {
  const asn = labelRanges(labelData().asn, ['asn', 'network'], 4);
  const country = labelRanges(labelData().country, ['country'], 4);
  const found = await duck.rows({
    name: 'placeholders',
    sql: sql`
      SELECT network AS text FROM (${asn}) AS a
      WHERE asn = 0 OR trim(network) IN ('', '-', 'N/A') OR network = 'AS' || asn
      UNION ALL SELECT country FROM (${country}) AS c WHERE NOT regexp_full_match(country, '[A-Z]{2}')`,
    row: v.object({ text: v.nullable(v.string()) }),
  });
  expect(found).toEqual([]);
});

test('every AS number of a provider is registered to it', async () => {
  const asns = providers.flatMap((provider) => provider.asns);
  expect(new Set(asns).size).toBe(asns.length);
  const names = new Map<number, string>();
  for (const family of [4, 6] as const) {
    const rows = await duck.rows({
      name: 'names',
      sql: sql`SELECT asn, min(network) AS network FROM (${labelRanges(labelData().asn, ['asn', 'network'], family)}) AS ranges
        WHERE network IS NOT NULL GROUP BY asn`,
      row: v.object({ asn: v.number(), network: v.string() }),
    });
    for (const { asn, network } of rows) names.set(asn, network);
  }
  for (const { name, asns: own, named } of providers) {
    const known = own.filter((asn) => names.has(asn));
    expect({ name, known: known.length > 0 }).toEqual({ name, known: true });
    for (const asn of known) expect(names.get(asn), `AS${asn} as ${name}`).toMatch(named);
  }
});

test('a lookup answers in the order asked, with no workspace', async () => {
  const asked = [
    '8.8.8.8',
    'no address',
    '10.0.0.1',
    '2606:4700:4700::1111',
    '8.8.8.8',
    '52.94.236.248',
    '185.125.190.36',
  ];
  const found = await duck.rows(
    lookupQuery(asked, { scopes: { local: ['52.94.0.0/16'] }, data: labelData() }),
  );
  expect(found.map(({ address, scope, provider }) => [address, scope, provider])).toEqual([
    ['8.8.8.8', 'internet', 'Google'],
    ['no address', null, null],
    ['10.0.0.1', 'private', null],
    ['2606:4700:4700::1111', 'internet', 'Cloudflare'],
    ['8.8.8.8', 'internet', 'Google'],
    ['52.94.236.248', 'private', null],
    ['185.125.190.36', 'internet', 'Canonical'],
  ]);
  expect(found[0]).toEqual({
    ...{
      address: '8.8.8.8',
      scope: 'internet',
      asn: 15169,
      network: 'Google LLC',
      country: 'US',
      provider: 'Google',
    },
  });
  expect(await duck.rows(lookupQuery([], { scopes: {}, data: labelData() }))).toEqual([]);
});

test('labels that are not there are an error that says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-labels-'));
  try {
    const missing = { code: 'label.data-missing', hint: expect.stringContaining('npm run build') };
    expect(() => labelData(folder)).toThrow(expect.objectContaining(missing));
    for (const file of ['asn.parquet', 'country.parquet']) writeFileSync(join(folder, file), '');
    writeFileSync(join(folder, 'labels.json'), '{');
    expect(() => labelData(folder)).toThrow(expect.objectContaining(missing));
    writeFileSync(join(folder, 'labels.json'), '{}');
    expect(() => labelData(folder)).toThrow(expect.objectContaining(missing));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
