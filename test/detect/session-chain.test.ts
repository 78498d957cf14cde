import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { id, type Sql, sql } from '../../src/sql/sql.ts';
import { sessionChain } from '../../src/traffic/session-chain.ts';
import { analysed } from './analysed.ts';

test('the chain, kept step by step over all records, tells what portions and slices tell', async () => {
  const out = await mkdtemp(join(tmpdir(), 'northsouth-chain-'));
  await generateDemo({ out, records: 20_000, days: 1, seed: 5, force: true });
  const { engine, close } = await analysed([join(out, 'logs')], ['10.20.0.0/16']);
  const row = v.object({ rows: v.number() });
  const rowsOf = async (rows: Sql) =>
    (await engine.ask({ name: 'rows', sql: sql`SELECT count(*) AS rows FROM (${rows})`, row }))[0]?.rows ?? 0;
  const told = [
    'numbered_sessions',
    'numbered_conversations',
    'numbered_peers',
    'coverage_hours',
    'data_as_a_whole',
  ];
  for (const name of told)
    await engine.keep({
      name: `sliced_${name}`,
      about: '',
      reads: [name],
      sql: sql`SELECT * FROM ${id(name)}`,
    });
  const described = await engine.ask({
    name: 'columns of records',
    sql: sql`SELECT column_name AS name FROM (DESCRIBE records)`,
    row: v.object({ name: v.string() }),
  });
  for (const step of sessionChain(new Set(described.map(({ name }) => name)))) await engine.keep(step);
  for (const name of told) {
    const [whole, sliced] = [sql`SELECT * FROM ${id(name)}`, sql`SELECT * FROM ${id(`sliced_${name}`)}`];
    expect([name, await rowsOf(sql`${whole} EXCEPT ALL ${sliced}`)]).toEqual([name, 0]);
    expect([name, await rowsOf(whole)]).toEqual([name, await rowsOf(sliced)]);
    expect(await rowsOf(whole)).toBeGreaterThan(0);
  }
  await close();
  await rm(out, { recursive: true, force: true });
});
