// Sessions are put together portion by portion: what comes out must not depend on where the portions end.
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { threatNames } from '../../src/demo/options.ts';
import { openLocal } from '../../src/engine/open.ts';
import { copyTo, fromParquet } from '../../src/sql/parquet.ts';
import { id, sql } from '../../src/sql/sql.ts';
import { newFolder } from '../cli/program.ts';

const views = ['sessions', 'conversations', 'peers', 'coverage_hours'];
const everything = 'ORDER BY ALL';

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv('NORTHSOUTH_PORTION_RECORDS', '1');
});
afterEach(() => vi.unstubAllEnvs());

async function logsOf(folder: string): Promise<string[]> {
  const { logs } = await generateDemo({
    out: join(folder, 'demo'),
    records: 10_000,
    files: 6,
    seed: 5,
    plants: threatNames,
  });
  const names = await readdir(logs, { recursive: true });
  return names.filter((name) => name.endsWith('.gz')).map((name) => join(logs, name));
}

async function rowsIn(workspace: string): Promise<Record<string, unknown>> {
  const { openWorkspace } = await import('../../src/workspace/workspace.ts');
  const opened = await openWorkspace({ workspace });
  const found: Record<string, unknown> = {};
  for (const view of views) found[view] = (await opened.query(`SELECT * FROM ${view} ${everything}`)).rows;
  await opened.close();
  return found;
}

async function load(workspace: string, paths: readonly string[]): Promise<void> {
  const { openWorkspace } = await import('../../src/workspace/workspace.ts');
  const opened = await openWorkspace({ workspace, create: true });
  await opened.load(paths);
  await opened.close();
}

test('loaded at once, file by file, and file by file backwards, the sessions are the same', async () => {
  const folder = await newFolder();
  const files = (await logsOf(folder)).sort();
  const workspaces = ['once', 'forwards', 'backwards'].map((name) => join(folder, name));
  const [once = '', forwards = '', backwards = ''] = workspaces;
  await load(once, files);
  for (const file of files) await load(forwards, [file]);
  for (const file of files.toReversed()) await load(backwards, [file]);
  const expected = await rowsIn(once);
  expect((expected['sessions'] as unknown[]).length).toBeGreaterThan(1000);
  expect(await rowsIn(forwards)).toEqual(expected);
  expect(await rowsIn(backwards)).toEqual(expected);
});

test('however many addresses are taken at once, the sessions are the same', async () => {
  const folder = await newFolder();
  const files = await logsOf(folder);
  const [whole, sliced] = [join(folder, 'whole'), join(folder, 'sliced')];
  await load(whole, files);
  const expected = await rowsIn(whole);
  expect((expected['peers'] as unknown[]).length).toBeGreaterThan(500);
  vi.resetModules();
  vi.stubEnv('NORTHSOUTH_SLICE_ADDRESSES', '1000');
  await load(sliced, files);
  expect(await rowsIn(sliced)).toEqual(expected);
  const derived = await readdir(join(sliced, 'derived'), { recursive: true });
  expect(derived.filter((name) => /sessions-\d+\.parquet$/.test(name)).length).toBeGreaterThan(1);
});

/** A number that no records add up to. */
const foreign = 1_000_000_000;

/** Adds {@link foreign} to a column in each row of a Parquet file. */
async function addTo(file: string, column: string): Promise<void> {
  const changed = sql`SELECT * REPLACE (${id(column)} + ${foreign} AS ${id(column)}) FROM ${fromParquet([file])}`;
  const engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
  await engine.define(copyTo(changed, file, 'replace'));
  engine.close();
}

async function largest(workspace: string, view: string, column: string): Promise<number> {
  const { openWorkspace } = await import('../../src/workspace/workspace.ts');
  const opened = await openWorkspace({ workspace });
  const { rows } = await opened.query(`SELECT max(${column}) FROM ${view}`);
  await opened.close();
  return Number(rows[0]?.[0]);
}

test('with another file, only its own portion is worked out', async () => {
  const folder = await newFolder();
  const files = (await logsOf(folder)).sort();
  const workspace = join(folder, 'grown');
  const derived = join(workspace, 'derived');
  const kept = async () => (await readdir(derived)).filter((name) => /^(hours|parts)-/.test(name));
  for (const file of files.slice(0, 4)) await load(workspace, [file]);
  await rowsIn(workspace);
  const before = await kept();
  expect(before).toHaveLength(8);
  // Numbers that no records have show where what was kept is used; they vanish where it is worked out anew.
  for (const name of before) {
    const place = join(derived, name);
    if (name.startsWith('hours-')) await addTo(place, 'records');
    else await addTo(join(place, 'parts.parquet'), 'bytes_b');
  }
  await load(workspace, files.slice(4, 5));
  expect(await largest(workspace, 'coverage_hours', 'records')).toBeGreaterThan(foreign);
  expect(await largest(workspace, 'sessions', 'bytes_in')).toBeGreaterThan(foreign);
  const after = await kept();
  expect(after.filter((name) => before.includes(name))).toHaveLength(8);
  expect(after).toHaveLength(10);
});
