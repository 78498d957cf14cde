import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../sql/sql.ts';
import { Connections } from './connections.ts';
import type { LocalEngine } from './local.ts';
import { openLocal } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-connections-'));
let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
  await engine.define(sql`CREATE TABLE shared AS SELECT 7 AS number`);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const number = (relation: 'shared' | 'own') => ({
  name: 'number',
  sql: relation === 'shared' ? sql`SELECT number FROM shared` : sql`SELECT number FROM own`,
  row: v.object({ number: v.number() }),
});
const endless = sql`SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 7`;

describe('connections', () => {
  test('share tables, and have temporary ones of their own', async () => {
    const connections = new Connections(engine, 2);
    const own = (value: number) =>
      connections.lend(undefined, async (lent) => {
        await lent.run(sql`CREATE OR REPLACE TEMP TABLE own AS SELECT ${value} AS number`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return [...(await lent.ask(number('own'))), ...(await lent.ask(number('shared')))];
      });
    const answers = await Promise.all([own(1), own(2), own(3), own(4)]);
    expect(answers).toEqual([1, 2, 3, 4].map((value) => [{ number: value }, { number: 7 }]));
    await connections.whenIdle();
    connections.close();
  });

  test('who goes away takes no turn with it, waiting or asking', async () => {
    const connections = new Connections(engine, 1);
    const asking = new AbortController();
    const asked = connections.lend(asking.signal, (lent) => lent.run(endless, asking.signal));
    const waiting = Array.from({ length: 5 }, () => new AbortController());
    const gone = Promise.allSettled(
      waiting.map(({ signal }) => connections.lend(signal, async () => 'answered')),
    );
    const last = connections.lend(undefined, (lent) => lent.ask(number('shared')));
    for (const one of waiting.slice(0, 4)) one.abort();
    setTimeout(() => asking.abort(), 50);
    await expect(asked).rejects.toMatchObject({ code: 'engine.cancelled' });
    expect((await gone).map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected', 'rejected', 'rejected', 'fulfilled'],
    ]);
    expect(await last).toEqual([{ number: 7 }]);
    await connections.whenIdle();
    connections.close();
  });
});

test('a long statement tells how far it is', async () => {
  const heard: number[] = [];
  await engine.define(
    sql`CREATE TABLE numbers AS SELECT CAST(range AS INTEGER) AS number FROM range(20_000_000)`,
  );
  const long = sql`CREATE TABLE long AS
    SELECT number % 1000 AS key, sum(sqrt(number) + cbrt(number) + ln(number + 1)) AS sum FROM numbers GROUP BY ALL`;
  await engine.defineTelling(long, (share) => heard.push(share), undefined);
  expect(heard.length).toBeGreaterThan(0);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect([heard.at(0), heard.at(-1)].every((share = -1) => share >= 0 && share <= 1)).toBe(true);
  expect(heard.some((share) => share > 0)).toBe(true);
});
