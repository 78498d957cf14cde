import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql } from '../sql/sql.ts';
import { labelRanges, shippedLabels } from './label-data.ts';
import { lookupQuery } from './lookup.ts';
import { providers } from './providers.ts';

// What `npm run build` packed: these tests read data/.
let duck: LocalEngine;
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 2, spillDirectory: tmpdir() });
});
afterAll(() => duck.close());

const fileOf = (kind: string) => shippedLabels().sources.find((source) => source.kind === kind)?.file ?? '';

test('the sources are named, dated and licensed', () => {
  const { sources } = shippedLabels();
  expect(sources.map((source) => [source.name, source.kind])).toEqual([
    ['shipped-asn', 'asn'],
    ['shipped-country', 'country'],
  ]);
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
    const columns = table === 'asn' ? ['asn', 'network', 'bits'] : ['country', 'bits'];
    for (const family of [4, 6] as const) {
      const ranges = labelRanges(fileOf(table), columns, family);
      const [faults] = await duck.ask({
        name: 'faults',
        sql: sql`
        SELECT
          count(*) FILTER (WHERE last < first) AS reversed,
          count(*) FILTER (WHERE next_first <= last) AS overlapping,
          count(*) FILTER (WHERE length(bin(last - first)) > bits AND last > first) AS narrowed,
          count(*) > 100000 AS enough
        FROM (SELECT first, last, bits, lead(first) OVER (ORDER BY first) AS next_first FROM (${ranges}) AS ranges) AS pairs`,
        row: v.object({
          reversed: v.number(),
          overlapping: v.number(),
          narrowed: v.number(),
          enough: v.boolean(),
        }),
      });
      expect(faults).toEqual({ reversed: 0, overlapping: 0, narrowed: 0, enough: true });
    }
  },
);

test('an unknown name or country is NULL, never a placeholder', async () => {
  const asn = labelRanges(fileOf('asn'), ['asn', 'network'], 4);
  const country = labelRanges(fileOf('country'), ['country'], 4);
  const found = await duck.ask({
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
    const rows = await duck.ask({
      name: 'names',
      sql: sql`SELECT asn, min(network) AS network FROM (${labelRanges(fileOf('asn'), ['asn', 'network'], family)}) AS ranges
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
  const found = await duck.ask(
    lookupQuery(asked, { scopes: { local: ['52.94.0.0/16'] }, data: shippedLabels() }),
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
      city: null,
      provider: 'Google',
      service: null,
      region: null,
    },
  });
  expect(await duck.ask(lookupQuery([], { scopes: {}, data: shippedLabels() }))).toEqual([]);
});

test('labels that are not there are an error that says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-labels-'));
  try {
    const missing = { code: 'label.data-missing', hint: expect.stringContaining('npm run build') };
    expect(() => shippedLabels(folder)).toThrow(expect.objectContaining(missing));
    for (const file of ['asn.parquet', 'country.parquet']) writeFileSync(join(folder, file), '');
    writeFileSync(join(folder, 'labels.json'), '{');
    expect(() => shippedLabels(folder)).toThrow(expect.objectContaining(missing));
    writeFileSync(join(folder, 'labels.json'), '{}');
    expect(() => shippedLabels(folder)).toThrow(expect.objectContaining(missing));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
