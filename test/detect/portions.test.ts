// Sessions are put together portion by portion: what comes out must not depend on where the portions end.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { threatNames } from '../../src/demo/options.ts';
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

test('with another file, only its own portion is worked out', async () => {
  const folder = await newFolder();
  const files = (await logsOf(folder)).sort();
  const workspace = join(folder, 'grown');
  const kept = async () => {
    const names = (await readdir(join(workspace, 'derived'))).filter((name) => /^(hours|parts)-/.test(name));
    return Promise.all(
      names.map(async (name) => `${name} ${(await stat(join(workspace, 'derived', name))).mtimeMs}`),
    );
  };
  for (const file of files.slice(0, 4)) await load(workspace, [file]);
  await rowsIn(workspace);
  const before = await kept();
  expect(before).toHaveLength(8);
  await load(workspace, files.slice(4, 5));
  await rowsIn(workspace);
  const after = await kept();
  expect(after.filter((name) => before.includes(name))).toHaveLength(8);
  expect(after).toHaveLength(10);
});
