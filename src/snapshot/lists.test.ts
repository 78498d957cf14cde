import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connections } from '../engine/connections.ts';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { Lists } from './lists.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-lists-'));
let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const patient = new AbortController().signal;
const tables = async () => {
  const asked = sql`SELECT count(*) AS tables FROM duckdb_tables() WHERE starts_with(table_name, 'workbench_list_')`;
  const [row] = await engine.ask({ name: 'tables', sql: asked, row: v.object({ tables: v.number() }) });
  return row?.tables;
};

/** Lists of so many rows, and how often each key was made. */
function listsOf(limits: { readonly lists: number; readonly rows: number }) {
  const connections = new Connections(engine);
  const lists = new Lists<{ readonly total: number }>(connections, limits);
  const made: string[] = [];
  const use = <Result>(
    key: string,
    rows: number,
    read: (table: Sql) => Promise<Result>,
    signal = new AbortController().signal,
    before: Promise<void> = Promise.resolve(),
    stays = false,
  ) =>
    lists.use(
      key,
      signal,
      async (table, stop) => {
        made.push(key);
        await before;
        return connections.lend(stop, async (lent) => {
          await lent.define(sql`CREATE TABLE ${table} AS SELECT range AS number FROM range(${rows})`, stop);
          return { total: rows };
        });
      },
      read,
      stays,
    );
  const sumOf = (table: Sql) =>
    connections.lend(patient, async (lent) => {
      const asked = sql`SELECT CAST(sum(number) AS BIGINT) AS sum FROM ${table}`;
      const [row] = await lent.ask({ name: 'sum', sql: asked, row: v.object({ sum: v.number() }) });
      return row?.sum;
    });
  return { connections, lists, made, use, sumOf };
}

describe('lists', () => {
  test('larger than all may be together do not take each other away between making and reading', async () => {
    const { connections, lists, made, use, sumOf } = listsOf({ lists: 24, rows: 100 });
    let arrived = 0;
    let open = () => {};
    const allMade = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Each is read when all are made; sum of 0 to 999 is 499500.
    const sums = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((key) =>
        use(key, 1000, async (table) => {
          arrived += 1;
          if (arrived === 5) open();
          await allMade;
          return sumOf(table);
        }),
      ),
    );
    expect(sums).toEqual(Array(5).fill(499_500));
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e']);
    await connections.whenIdle();
    // The one that was used last stays, though it is larger than all may be.
    expect(await tables()).toBe(1);
    await lists.clear();
    expect(await tables()).toBe(0);
    connections.close();
  });

  test('are kept for the next reader, the least used ones go first', async () => {
    const { connections, lists, made, use, sumOf } = listsOf({ lists: 2, rows: 100 });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await use(key, 10, sumOf);
    // c took the place of b, since a was used after b.
    expect(made).toEqual(['a', 'b', 'c', 'b']);
    for (const key of ['d', 'e']) await use(key, 60, sumOf);
    expect(await use('d', 60, sumOf)).toBe(1770);
    // 60 and 60 rows are more than 100: d went for e.
    expect(made.slice(4)).toEqual(['d', 'e', 'd']);
    await lists.clear();
    expect(await tables()).toBe(0);
    connections.close();
  });

  test('may be made of each other, more of them at once than there are connections', async () => {
    const { connections, lists, use, sumOf } = listsOf({ lists: 24, rows: 100 });
    const nested = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
      lists.use(
        `of ${key}`,
        patient,
        (table, stop) =>
          use(key, 10, (inner) =>
            connections.lend(stop, async (lent) => {
              await lent.define(
                sql`CREATE TABLE ${table} AS SELECT number + 1 AS number FROM ${inner}`,
                stop,
              );
              return { total: 10 };
            }),
          ),
        sumOf,
      ),
    );
    expect(await Promise.all(nested)).toEqual(Array(6).fill(55));
    await lists.clear();
    connections.close();
  });

  test('whoever goes away leaves the list to those who wait; nobody waiting ends it', async () => {
    const { connections, lists, made, use, sumOf } = listsOf({ lists: 24, rows: 100 });
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const first = new AbortController();
    const asked = use('a', 10, sumOf, first.signal, held);
    const waiting = use('a', 10, sumOf);
    first.abort();
    await expect(asked).rejects.toMatchObject({ code: 'engine.cancelled' });
    go();
    expect(await waiting).toBe(45);
    expect(made).toEqual(['a']);

    const only = new AbortController();
    const endless = lists.use(
      'endless',
      only.signal,
      (table, stop) =>
        connections.lend(stop, async (lent) => {
          await lent.define(
            sql`CREATE TABLE ${table} AS SELECT a.range FROM range(1000000000) a, range(1000000000) b`,
            stop,
          );
          return { total: 0 };
        }),
      sumOf,
    );
    setTimeout(() => only.abort(), 50);
    await expect(endless).rejects.toMatchObject({ code: 'engine.cancelled' });
    await connections.whenIdle();
    // Who comes afterwards has it made, and leases of those who left are no leases.
    expect(await use('endless', 10, sumOf)).toBe(45);
    await lists.clear();
    expect(await tables()).toBe(0);
    connections.close();
  });

  test('that cannot be made leave nothing behind', async () => {
    const { connections, lists } = listsOf({ lists: 24, rows: 100 });
    const failing = lists.use(
      'a',
      patient,
      (table) =>
        connections.lend(undefined, async (lent) => {
          await lent.define(sql`CREATE TABLE ${table} AS SELECT 1 AS number`);
          throw new Error('counting failed');
        }),
      async () => 1,
    );
    await expect(failing).rejects.toThrow('counting failed');
    await connections.whenIdle();
    expect(await tables()).toBe(0);
    connections.close();
  });

  test('that others stand on stay, and do not count', async () => {
    const { lists, made, use, sumOf } = listsOf({ lists: 2, rows: 100 });
    const again = () => use('basis', 1000, sumOf, patient, undefined, true);
    await again();
    for (const key of ['a', 'b', 'c', 'd']) expect(await use(key, 40, sumOf)).toBe(780);
    expect(await again()).toBe(499_500);
    await use('c', 40, sumOf);
    expect(made).toEqual(['basis', 'a', 'b', 'c', 'd']);
    await lists.clear();
    expect(await tables()).toBe(0);
  });
});
