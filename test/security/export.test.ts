import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../../src/engine/local.ts';
import { openLocal } from '../../src/engine/open.ts';
import { exportQuery } from '../../src/hunt/export.ts';
import { openWorkspace, type Workspace } from '../../src/index.ts';
import { id, sql, trusted } from '../../src/sql/sql.ts';
import { documentedViews } from '../../src/traffic/views.ts';
import { newFolder, northsouth, smallDemo } from '../cli/program.ts';

const folder = newFolder();
const root = join(folder, 'workspace');
let workspace: Workspace;
let engine: LocalEngine;
beforeAll(async () => {
  const logs = await smallDemo(folder, 2000, 4);
  writeFileSync(join(logs, 'broken.log'), 'this is no record\n2 also none\n');
  workspace = await openWorkspace({ workspace: root, create: true });
  await workspace.load([logs]);
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
});
afterAll(async () => {
  engine.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rowsIn(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM '${file}'`);
  connection.closeSync();
  instance.closeSync();
  return Number(reader.getRows()[0]?.[0]);
}

describe('export', () => {
  test.each(
    documentedViews.flatMap((view) => ['.parquet', '.csv', '.ndjson'].map((ending) => [view, ending])),
  )(
    '%s to %s has every row',
    async (view = '', ending = '') => {
      const file = join(folder, `${view}${ending}`);
      const { rows } = await workspace.exportView(view, file);
      const { rows: counted } = await workspace.query(`SELECT count(*) FROM ${view}`);
      expect(rows).toBe(counted[0]?.[0]);
      if (rows > 0) expect(await rowsIn(file)).toBe(rows);
      rmSync(file);
    },
    30_000,
  );

  test('puts a new file in the place of an old one, and nothing beside it', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    const file = join(place, `it's "quoted".csv`);
    writeFileSync(file, 'old');
    await workspace.exportView('files', file);
    expect(readFileSync(file, 'utf8')).toMatch(/^file_id,/);
    expect(readdirSync(place)).toEqual([`it's "quoted".csv`]);
  });

  test('that fails leaves the old file, and nothing beside it', async () => {
    const place = join(folder, 'failing');
    mkdirSync(place);
    const file = join(place, 'old.csv');
    writeFileSync(file, 'old');
    const broken = sql`(SELECT 1 / (range - 500_000) AS a, CAST(CASE WHEN range > 900_000 THEN 'x' ELSE '1' END AS INTEGER) AS b FROM range(1_000_000))`;
    await expect(exportQuery(engine, broken, file, undefined)).rejects.toMatchObject({
      code: 'export.unwritable',
    });
    expect(readFileSync(file, 'utf8')).toBe('old');
    const stop = new AbortController();
    const endless = sql`(SELECT a.range FROM range(10_000_000) AS a, range(1000) AS b)`;
    const asked = exportQuery(engine, endless, file, stop.signal).catch((error: unknown) => error);
    setTimeout(() => stop.abort(), 300);
    expect(await asked).toMatchObject({ code: 'engine.cancelled' });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(place)).toEqual(['old.csv']);
  });

  test('defuses cells that a spreadsheet would run', async () => {
    const cells = [
      '=1+1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      'a=1',
      '-',
      '-5',
      '+4.5e3',
      '=cmd|x',
      '',
    ];
    const values = trusted(cells.map((cell) => `('${cell}')`).join(','));
    const file = join(folder, 'formulas.csv');
    await exportQuery(engine, sql`(SELECT * FROM (VALUES ${values}) AS t("=HYPERLINK(1)"))`, file, undefined);
    const lines = parsedCsv(readFileSync(file, 'utf8'));
    const defused = new Set([
      '=1+1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      '-',
      '=cmd|x',
    ]);
    expect(lines).toEqual([
      `'=HYPERLINK(1)`,
      ...cells.map((cell) => (defused.has(cell) ? `'${cell}` : cell)),
    ]);
  });

  test.each([
    [['nothing_like_it', '-o', 'a.csv'], 2, /There is no view nothing_like_it to export/],
    [['flows', '-o', 'a.xlsx'], 2, /does not end in a format that can be written/],
    [['flows', '-o', 'a'], 2, /does not end in a format/],
    [['flows'], 2, /output/],
    [['-o', 'a.csv'], 2, /VIEW/i],
    [['flows', '-o', join(folder, 'nowhere', 'a.csv')], 1, /nowhere\/a\.csv cannot be written: .*\nhint: /],
    [['flows', '-o', '/proc/a.csv'], 1, /\/proc\/a\.csv cannot be written: .*\nhint: /],
  ] as const)('%j is refused in a sentence', async (args, code, message) => {
    const run = await northsouth(['export', ...args, '--workspace', root], { cwd: folder });
    expect(run.stderr).toMatch(message);
    expect(run).toMatchObject({ code, stdout: '' });
  });

  test('a folder in the place of the file is refused', async () => {
    mkdirSync(join(folder, 'folder.csv'));
    const asked = workspace.exportView('files', join(folder, 'folder.csv'));
    await expect(asked).rejects.toMatchObject({ code: 'export.unwritable' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('a link in the place of the file is replaced, and what it points to is kept', async () => {
    writeFileSync(join(folder, 'kept.txt'), 'kept');
    symlinkSync(join(folder, 'kept.txt'), join(folder, 'link.csv'));
    await workspace.exportView('files', join(folder, 'link.csv'));
    expect(readFileSync(join(folder, 'kept.txt'), 'utf8')).toBe('kept');
    expect(readFileSync(join(folder, 'link.csv'), 'utf8')).toMatch(/^file_id/);
  });

  test.runIf(spawnSync('python3', ['--version']).status === 0)(
    'CSV is what other readers expect',
    async () => {
      const file = join(folder, 'python.csv');
      const nasty = sql`(SELECT 'a"b' AS ${id('q"q')}, 'line
break' AS l, 'a,b' AS c, NULL AS n, '' AS e)`;
      await exportQuery(engine, nasty, file, undefined);
      const script =
        'import csv,json,sys; print(json.dumps(list(csv.reader(open(sys.argv[1], newline="")))))';
      const { stdout } = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
      expect(JSON.parse(stdout)).toEqual([
        ['q"q', 'l', 'c', 'n', 'e'],
        ['a"b', 'line\nbreak', 'a,b', '', ''],
      ]);
    },
  );
});

/** The first cells of the lines of a CSV text with one column. */
function parsedCsv(text: string): string[] {
  return [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^\n]*))\n/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}
