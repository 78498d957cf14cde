import { tmpdir } from 'node:os';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bitAnd, bitsOf, greatestOf, leastOf, quantile, series, sumOf, wholes } from '../sql/dialect.ts';
import { print, type Sql, sql } from '../sql/sql.ts';
import type { LocalEngine } from './local.ts';
import { openLocal } from './open.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

const values = sql`(VALUES (0), (4), (10), (NULL)) AS t(x)`;
const pieces: readonly [string, Sql, unknown, string][] = [
  ['wholes', sql`SELECT ${wholes(7, 2)} AS answer`, 3, 'SELECT (7 / 2) AS answer'],
  [
    'sumOf',
    sql`SELECT ${sumOf(sql`x`)} AS answer FROM ${values}`,
    14,
    'SELECT sum(CAST(x AS DECIMAL(38, 0))) AS answer FROM (VALUES (0), (4), (10), (NULL)) AS t(x)',
  ],
  // (0, 4, 10): a quarter of the way is between the first and the second, at its half.
  ['quantile', sql`SELECT ${quantile(sql`x`, 0.25)} AS answer FROM ${values}`, 2, 'element_at(a, '],
  [
    'leastOf',
    sql`SELECT ${leastOf(sql`NULL`, 5, 3)} AS answer`,
    3,
    'SELECT array_min(filter(ARRAY[NULL, 5, 3], x -> x IS NOT NULL)) AS answer',
  ],
  [
    'greatestOf',
    sql`SELECT ${greatestOf(sql`NULL`, 5, 3)} AS answer`,
    5,
    'SELECT array_max(filter(ARRAY[NULL, 5, 3], x -> x IS NOT NULL)) AS answer',
  ],
  ['bitAnd', sql`SELECT ${bitAnd(22, 18)} AS answer`, 18, 'SELECT bitwise_and(22, 18) AS answer'],
  ['bitsOf', sql`SELECT ${bitsOf(sql`x`)} AS answer FROM ${values}`, 14, 'bitwise_or_agg(x)'],
  [
    'series',
    sql`SELECT max(h) AS answer FROM (SELECT 3 AS a, 5 AS b) AS r CROSS JOIN UNNEST(${series(sql`r.a`, sql`r.b`)}) AS t(h)`,
    5,
    'CROSS JOIN UNNEST(sequence(r.a, r.b)) AS t(h)',
  ],
];

describe('a dialect', () => {
  test.each(pieces)('has %s, which DuckDB answers', async (_, statement, answer) => {
    const row = v.object({ answer: v.unknown() });
    expect(await engine.ask({ name: 'piece', sql: statement, row })).toEqual([{ answer }]);
  });

  test.each(pieces)('has %s, which Trino spells its own way', (_, statement, _answer, text) => {
    expect(print(statement, 'trino')).toContain(text);
    expect(print(statement, 'trino')).not.toBe(print(statement));
  });

  test('spells pieces within pieces', () => {
    expect(print(sql`SELECT ${wholes(sumOf(sql`x`), bitAnd(sql`y`, 3))}`, 'trino')).toBe(
      'SELECT (sum(CAST(x AS DECIMAL(38, 0))) / bitwise_and(y, 3))',
    );
  });
});
