import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql } from '../sql/sql.ts';
import { formatAddress } from './address.ts';
import { type LabelColumn, type LabelSource, labelColumns, labelType } from './label-source.ts';
import { labelledAddresses } from './labels.ts';
import { identityOfLabels } from './precedence.ts';
import { rowsOf } from './segments.ts';
import type { SetAside } from './set-asides.ts';

let duck: LocalEngine;
const folder = mkdtempSync(join(tmpdir(), 'precedence-'));
beforeAll(async () => {
  duck = await openLocal({ memoryBytes: 500_000_000, threads: 1, spillDirectory: folder });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true });
});

/** A source of a test: its ranges are offsets from 8.8.0.0 and from 2600::, disjoint and ascending. */
interface Source {
  readonly name: string;
  readonly kind: LabelSource['kind'];
  readonly date: string;
  readonly columns: readonly LabelColumn[];
  readonly ranges: readonly {
    readonly from: number;
    readonly to: number;
    readonly bits: number;
    readonly values: Partial<Record<LabelColumn, string | number | null>>;
  }[];
}

const start = { 4: 8n * 2n ** 24n + 8n * 2n ** 16n, 6: 0x2600n << 112n } as const;
let written = 0;

async function write(source: Source): Promise<LabelSource> {
  const file = join(folder, `${written++}.parquet`);
  const rows = ([4, 6] as const).flatMap((family) =>
    source.ranges.map(({ from, to, bits, values }) => {
      const first = start[family] + BigInt(from);
      const halves = [first >> 64n, first & (2n ** 64n - 1n), 0n, BigInt(to - from)].map(String);
      return [family, ...halves, bits, ...source.columns.map((column) => values[column] ?? null)];
    }),
  );
  const names = ['family', 'first_high', 'first_low', 'span_high', 'span_low', 'bits', ...source.columns];
  const types = [
    'UTINYINT',
    'UBIGINT',
    'UBIGINT',
    'UBIGINT',
    'UBIGINT',
    'UTINYINT',
    ...source.columns.map(labelType),
  ];
  await duck.define(sql`COPY (${rowsOf(names, types, rows)}) TO ${file} (FORMAT parquet)`);
  return {
    ...{ name: source.name, kind: source.kind, columns: source.columns, date: source.date, file },
    ...{ holds: 'test', fetched: null, ranges: rows.length, licence: null, attribution: null },
    ...{ origin: 'added', from: 'test', hash: 'test', blocks: true },
  };
}

const answerRow = v.record(v.string(), v.union([v.string(), v.number(), v.null()]));

async function labels(
  sources: readonly Source[],
  offsets: readonly number[],
  setAsides: readonly SetAside[] = [],
) {
  const data = { sources: await Promise.all(sources.map(write)) };
  const texts = ([4, 6] as const).flatMap((family) =>
    offsets.map((offset) => [formatAddress(family, start[family] + BigInt(offset))]),
  );
  const addresses = sql`(${rowsOf(['address'], ['VARCHAR'], texts)})`;
  const statement = labelledAddresses({ addresses, scopes: {}, setAsides, data, withSources: true });
  const rows = await duck.ask({
    name: 'labels',
    sql: sql`SELECT * REPLACE (CAST(number AS VARCHAR) AS number) FROM (${statement}) ORDER BY family, address`,
    row: answerRow,
  });
  const byAddress = new Map(rows.map((row) => [row['address'], row]));
  return (family: 4 | 6, offset: number) =>
    byAddress.get(formatAddress(family, start[family] + BigInt(offset)));
}

const table = (
  name: string,
  kind: Source['kind'],
  date: string,
  [from, to, bits]: [number, number, number],
  values: Source['ranges'][number]['values'],
): Source => ({
  ...{ name, kind, date, columns: Object.keys(values) as LabelColumn[] },
  ranges: [{ from, to, bits, values }],
});

test('a stale national list never beats a fresh specific one, whatever others left of it', async () => {
  // What is left of the wide range of the old list is one address; it was listed as a /8.
  const old = table('national', 'country', '2024-01-01', [5, 5, 24], { country: 'AA' });
  const fresh = table('fresh', 'country', '2026-06-01', [0, 255, 8], { country: 'BB' });
  expect((await labels([old, fresh], [5]))(4, 5)).toMatchObject({ country: 'BB' });
  // Narrow, but more than 90 days older: it fills gaps only.
  const narrow = table('narrow', 'country', '2026-03-01', [0, 7, 3], { country: 'CC' });
  const at = await labels(
    [narrow, table('fresh', 'country', '2026-06-01', [0, 5, 8], { country: 'BB' })],
    [5, 6],
  );
  expect(at(4, 5)).toMatchObject({ country: 'BB' });
  expect(at(6, 6)).toMatchObject({ country: 'CC' });
  // Not quite as old: the narrower range wins.
  const recent = { ...narrow, date: '2026-03-15' };
  expect((await labels([recent, fresh], [5]))(4, 5)).toMatchObject({ country: 'CC' });
});

test("the provider's own list comes before what its AS number says, and names service and region", async () => {
  const asn = table('as', 'asn', '2026-06-01', [0, 255, 8], {
    asn: 16509,
    network: 'Amazon.com, Inc.',
    country: 'US',
  });
  const list = table('aws', 'provider', '2026-01-01', [0, 15, 4], {
    ...{ provider: 'Amazon', service: 'EC2', region: 'eu-west-1' },
  });
  const github = table('github', 'provider', '2026-01-01', [4, 4, 0], { provider: 'GitHub', service: null });
  const at = await labels([asn, list, github], [0, 4, 16]);
  expect(at(4, 0)).toMatchObject({
    provider: 'Amazon',
    service: 'EC2',
    region: 'eu-west-1',
    network: 'Amazon.com, Inc.',
  });
  expect(at(4, 16)).toMatchObject({ provider: 'Amazon', service: null, region: null });
  // Another provider's service is not mixed in.
  expect(at(6, 4)).toMatchObject({ provider: 'GitHub', service: null, region: null, asn: 16509 });
});

test('the country of an AS table is that of its owner: any country table comes first', async () => {
  const asn = table('as', 'asn', '2026-06-01', [0, 3, 2], { asn: 64500, network: 'X', country: 'US' });
  const country = table('old', 'country', '2020-01-01', [0, 1, 8], { country: 'DE' });
  const city = table('city', 'city', '2026-06-01', [0, 3, 2], { country: null, city: 'Berlin' });
  const at = await labels([asn, country, city], [0, 2]);
  expect(at(4, 0)).toMatchObject({ country: 'DE', city: 'Berlin' });
  expect(at(4, 2)).toMatchObject({ country: 'US' });
});

test('a set-aside may be narrowed by services; the next entry may take what it leaves', async () => {
  const entry = (name: string, matches: Partial<SetAside>): SetAside => ({
    ...{
      name,
      on: true,
      reason: 'test',
      asns: [],
      networks: [],
      cidrs: [],
      services: [],
      exceptServices: [],
    },
    ...matches,
  });
  const asn = table('as', 'asn', '2026-06-01', [0, 255, 8], { asn: 16509, network: 'Amazon.com, Inc.' });
  const list: Source = {
    ...{ name: 'aws', kind: 'provider', date: '2026-06-01', columns: ['provider', 'service'] },
    ranges: [
      { from: 0, to: 3, bits: 2, values: { provider: 'Amazon', service: 'EC2' } },
      { from: 4, to: 7, bits: 2, values: { provider: 'Amazon', service: 'S3' } },
    ],
  };
  const found = async (setAsides: SetAside[]) => {
    const at = await labels([asn, list], [0, 4, 8], setAsides);
    return [0, 4, 8].flatMap((offset) => [at(4, offset)?.['set_aside'], at(6, offset)?.['set_aside']]);
  };
  const only = entry('Only S3', { asns: [16509], services: ['s3', 'DYNAMODB'] });
  const but = entry('All but EC2', { networks: ['amazon.com, inc.'], exceptServices: ['EC2'] });
  const range = entry('Range', { cidrs: ['8.8.0.0/30'] });
  expect(await found([only])).toEqual([null, null, 'Only S3', 'Only S3', null, null]);
  expect(await found([but])).toEqual([
    null,
    null,
    'All but EC2',
    'All but EC2',
    'All but EC2',
    'All but EC2',
  ]);
  expect(await found([but, only, range])).toEqual([
    'Range',
    null,
    ...Array.from({ length: 4 }, () => 'All but EC2'),
  ]);
  expect(await found([only, but])).toEqual([null, null, 'Only S3', 'Only S3', 'All but EC2', 'All but EC2']);
});

test('what is kept has another name when a source says something else or ranks otherwise, and no sooner', () => {
  const of = (name: string, more: Partial<LabelSource>): LabelSource => ({
    ...{
      name,
      kind: 'asn',
      columns: ['asn'],
      file: name,
      holds: 'test',
      date: null,
      fetched: null,
      ranges: 1,
    },
    ...{ licence: null, attribution: null, origin: 'downloaded', from: 'test', hash: name, blocks: true },
    ...more,
  });
  const state = (day: string, hash = 'a') =>
    JSON.stringify(
      identityOfLabels({
        sources: [
          of('old', { date: '2026-03-01' }),
          of('list', { date: '2026-01-01', fetched: `${day}T10:00:00Z`, hash }),
        ],
      }),
    );
  expect(state('2026-04-02')).toBe(state('2026-04-01'));
  expect(state('2026-04-02', 'b')).not.toBe(state('2026-04-02'));
  // It becomes the fresher one, and later the other one is stale.
  expect(state('2026-02-01')).not.toBe(state('2026-04-01'));
  expect(state('2026-09-01')).not.toBe(state('2026-04-01'));
});

// The rule once more, as naively as it can be said, for one address at a time.

const day = (date: string) => Date.parse(date) / 86_400_000;
const tables = ['asn', 'country', 'city'];
const places = ['country', 'city', 'provider'];
const meant: Record<LabelColumn, string[]> = {
  ...{ asn: tables, network: tables, country: places, city: places },
  ...{ provider: ['provider'], service: ['provider'], region: ['provider'] },
};
const followed: Partial<Record<LabelColumn, LabelColumn>> = {
  ...{ network: 'asn', city: 'country', service: 'provider', region: 'provider' },
};

function naive(
  sources: readonly Source[],
  offset: number,
): Partial<Record<LabelColumn, string | number | null>> {
  const answer: Partial<Record<LabelColumn, string | number | null>> = {};
  for (const column of ['asn', 'country', 'provider', 'network', 'city', 'service', 'region'] as const) {
    const having = sources.filter(({ columns }) => columns.includes(column));
    const isMeant = (source: Source) => meant[column].includes(source.kind);
    const said = having.flatMap((source) => {
      const range = source.ranges.find(({ from, to }) => from <= offset && offset <= to);
      const value = range?.values[column] ?? null;
      const leader = followed[column];
      const knows = leader !== undefined && source.columns.includes(leader);
      const theirs = knows ? (range?.values[leader] ?? null) : null;
      if (range === undefined || value === null) return [];
      if (leader !== undefined && theirs !== null && theirs !== answer[leader]) return [];
      return [{ source, value, bits: range.bits }];
    });
    const isStale = (source: Source) =>
      having.some((other) => isMeant(other) === isMeant(source) && day(other.date) - day(source.date) > 90);
    const [best] = said.sort(
      (a, b) =>
        Number(isMeant(b.source)) - Number(isMeant(a.source)) ||
        Number(isStale(a.source)) - Number(isStale(b.source)) ||
        a.bits - b.bits ||
        day(b.source.date) - day(a.source.date) ||
        (a.source.name < b.source.name ? -1 : 1),
    );
    answer[column] = best?.value ?? null;
  }
  return answer;
}

const size = 24;
const someSource = fc
  .record({
    kind: fc.constantFrom('asn' as const, 'country' as const, 'city' as const, 'provider' as const),
    date: fc.constantFrom('2025-01-01', '2026-03-01', '2026-03-04', '2026-05-30', '2026-06-01'),
    columns: fc.uniqueArray(fc.constantFrom(...labelColumns), { minLength: 1, maxLength: 7 }),
    cuts: fc.uniqueArray(fc.integer({ min: 0, max: size }), { minLength: 2, maxLength: 8 }),
    bits: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 }),
    // Few values, so that sources agree and contradict each other; AS numbers that are nobody's.
    values: fc.array(fc.array(fc.constantFrom(null, 1, 2), { minLength: 7, maxLength: 7 }), {
      ...{ minLength: 8, maxLength: 8 },
    }),
  })
  .map(({ kind, date, columns, cuts, bits, values }) => {
    const ends = cuts.sort((a, b) => a - b);
    const ranges = ends.slice(1).map((end, index) => ({
      ...{ from: ends[index] ?? 0, to: end - 1, bits: bits[index] ?? 0 },
      values: Object.fromEntries(
        labelColumns.map((column, place) => {
          const value = values[index]?.[place] ?? null;
          return [
            column,
            value === null || column === 'asn'
              ? value === null
                ? null
                : 64_500 + value
              : `${column}${value}`,
          ];
        }),
      ),
    }));
    return { kind, date, columns, ranges: ranges.filter((_, index) => index % 3 !== 2) };
  });

test('SQL and the naive rule agree on any sources', async () => {
  const offsets = Array.from({ length: size }, (_, offset) => offset);
  await fc.assert(
    fc.asyncProperty(fc.array(someSource, { minLength: 0, maxLength: 5 }), async (drawn) => {
      const sources = drawn.map((source, index) => ({ ...source, name: `s${index}` }));
      const at = await labels(sources, offsets);
      for (const family of [4, 6] as const) {
        for (const offset of offsets) {
          const found = at(family, offset) ?? {};
          const said = Object.fromEntries(labelColumns.map((column) => [column, found[column]]));
          expect(said).toEqual(naive(sources, offset));
        }
      }
    }),
    { numRuns: 30 },
  );
});
