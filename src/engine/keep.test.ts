import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sql, sql } from '../sql/sql.ts';
import type { LocalEngine } from './local.ts';
import { openLocal } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-keep-'));
let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const step = (rows: Sql, reads: readonly string[] = []) => ({
  ...{ name: 'numbers', about: 'Some numbers.', sql: rows, reads },
});
const total = {
  name: 'total',
  sql: sql`SELECT CAST(sum(number) AS INTEGER) AS total FROM numbers`,
  row: v.object({ total: v.number() }),
};
const places = [
  ['in memory', {}],
  ['in a file', { file: join(folder, 'words.parquet') }],
  ['in a file of numbers', { file: join(folder, 'numbers.parquet'), form: 'numbers' }],
] as const;

describe.each(places)('a step is kept %s', (_, place) => {
  test('under its name, in the place of the one before, until it is forgotten', async () => {
    await engine.keep(step(sql`SELECT range AS number FROM range(${5})`), place);
    expect(await engine.ask(total)).toEqual([{ total: 10 }]);
    await engine.keep(
      step(sql`SELECT 7 AS number`),
      'file' in place ? { ...place, file: `${place.file}2` } : {},
    );
    expect(await engine.ask(total)).toEqual([{ total: 7 }]);
    await engine.forget('numbers', 'never kept');
    await expect(engine.ask(total)).rejects.toThrow(/numbers does not exist/);
  });

  test('also where one in memory was before', async () => {
    await engine.keep(step(sql`SELECT 3 AS number`));
    await engine.keep(
      step(sql`SELECT 4 AS number`),
      'file' in place ? { ...place, file: `${place.file}3` } : {},
    );
    expect(await engine.ask(total)).toEqual([{ total: 4 }]);
    await engine.forget('numbers');
  });

  test('and what is interrupted leaves nothing', async () => {
    const endless = sql`SELECT a.range AS number FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 7`;
    const file = join(folder, 'endless.parquet');
    const asking = new AbortController();
    setTimeout(() => asking.abort(), 50);
    const kept = engine.keep(step(endless), { ...('file' in place ? { file } : {}), signal: asking.signal });
    await expect(kept).rejects.toMatchObject({ code: 'engine.cancelled' });
    await expect(engine.ask(total)).rejects.toThrow(/numbers does not exist/);
    expect(existsSync(file)).toBe(false);
  });
});

test('each question and step is told before it is run, on every connection', async () => {
  const told: [string, string][] = [];
  const own = await openLocal({
    ...{ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder },
    onStatement: (name, text) => told.push([name, text]),
  });
  await own.keep(step(sql`SELECT ${5} AS number`));
  await own.ask({ ...total, steps: [step(sql`SELECT ${2} AS number`)] });
  const fork = await own.fork();
  await expect(fork.ask(total)).rejects.toThrow(/numbers does not exist/);
  fork.close();
  own.close();
  expect(told).toEqual([
    ['numbers', 'SELECT 5 AS number'],
    [
      'total',
      'WITH "numbers" AS (SELECT 2 AS number)\nSELECT CAST(sum(number) AS INTEGER) AS total FROM numbers',
    ],
    ['total', 'SELECT CAST(sum(number) AS INTEGER) AS total FROM numbers'],
  ]);
});
