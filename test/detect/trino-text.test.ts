import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { detectors } from '../../src/detect/all.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { type Query, statementOf } from '../../src/sql/query.ts';
import { print, trusted } from '../../src/sql/sql.ts';
import { coverageOf, coverageSums } from '../../src/traffic/coverage.ts';
import { funnelSteps } from '../../src/traffic/funnel.ts';
import {
  addressConversations,
  addressTotals,
  sessionsOfAddress,
  timelineOfAddress,
} from '../../src/traffic/ip.ts';
import { top, topGroups } from '../../src/traffic/top.ts';
import { type Analysed, analysed } from './analysed.ts';

/**
 * What Trino calls otherwise, taught to DuckDB: the text that Trino would read must answer as DuckDB's own does. Whole
 * numbers are divided as Trino divides them.
 */
const shim = [
  'SET integer_division = true',
  "SET lambda_syntax = 'ENABLE_SINGLE_ARROW'",
  'CREATE MACRO bitwise_and(a, b) AS a & b',
  'CREATE MACRO bitwise_or_agg(x) AS bit_or(x)',
  'CREATE MACRO bitwise_left_shift(a, b) AS a << b',
  'CREATE MACRO sequence(a, b) AS generate_series(a, b)',
  'CREATE MACRO slice(x, a, b) AS array_slice(x, a, b)',
  'CREATE MACRO array_min(x) AS list_min(x)',
  'CREATE MACRO array_max(x) AS list_max(x)',
];
const respelt: readonly (readonly [RegExp, string])[] = [
  [/\btransform\(/g, 'list_transform('],
  [/\bfilter\(ARRAY/g, 'list_filter(ARRAY'],
  [/\bcardinality\(/g, 'len('],
  [/\belement_at\(/g, 'list_extract('],
  [/, 64\)/g, ')'],
  [/\bARRAY\(VARCHAR\)/g, 'VARCHAR[]'],
];

function asTrino<Row>(query: Query<Row>): Query<Row> {
  const text = respelt.reduce(
    (text, [pattern, name]) => text.replaceAll(pattern, name),
    print(statementOf(query), 'trino'),
  );
  return { name: query.name, row: query.row, sql: trusted(text) };
}

let out: string;
let own: Analysed;
let shimmed: Analysed;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'northsouth-trino-'));
  await generateDemo({ out, records: 30_000, days: 2, seed: 11, force: true });
  own = await analysed([join(out, 'logs')], ['10.20.0.0/16']);
  shimmed = await analysed([join(out, 'logs')], ['10.20.0.0/16']);
  for (const statement of shim) await shimmed.engine.run(trusted(statement));
});
afterAll(async () => {
  await own.close();
  await shimmed.close();
  await rm(out, { recursive: true, force: true });
});

/** Sums of floating-point numbers depend on the order of their rows. */
const rounded = (rows: readonly unknown[]) =>
  JSON.parse(
    JSON.stringify(rows, (_, value) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value,
    ),
  );

async function same(query: Query<unknown>): Promise<number> {
  const rows = await own.engine.ask(query);
  expect(rounded(await shimmed.engine.ask(asTrino(query)))).toEqual(rounded(rows));
  return rows.length;
}

describe('the text for Trino answers as that for DuckDB', () => {
  test.each(detectors)('candidates of $question', async ({ settings, candidates }) => {
    expect(await same(candidates(defaultsOf(settings), own.context, {}))).toBeGreaterThan(0);
  });

  test.each([
    ...topGroups.map((group) => top({ group, by: 'bytes' })),
    funnelSteps([], {}),
    coverageOf({}),
    coverageSums({}),
  ])('$name', async (query) => {
    expect(await same(query)).toBeGreaterThan(0);
  });

  test('an address', async () => {
    const [row] = await own.engine.ask(top({ group: 'peer', by: 'bytes' }));
    const step = sessionsOfAddress(row?.peer ?? '', {});
    for (const { engine } of [own, shimmed]) await engine.keep(step);
    for (const query of [addressTotals(), addressConversations(10), timelineOfAddress(3600)])
      expect(await same(query)).toBeGreaterThan(0);
  });
});
