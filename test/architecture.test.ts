import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folders in the order in which a record flows; a file imports from its own folder and from those before it. */
const order = [
  'sql',
  'net',
  'engine',
  'records',
  'addresses',
  'labels',
  'names',
  'registries',
  'store',
  'intel',
  'marks',
  'ingest',
  'traffic',
  'detect',
  'filter',
  'picture',
  'report',
  'document',
  'settings',
  'kept',
  'known',
  'hunt',
  'snapshot',
  'handover',
  'workspace',
  'workbench',
  'demo',
  'server',
  'cli',
];
/** Beside the road: files at the root that everything may import, or that import everything. */
const lowest = [
  'errors.ts',
  'home.ts',
  'home.test.ts',
  'file-lock.ts',
  'file-lock.test.ts',
  'in-place.ts',
  'in-place.test.ts',
  'whole-file.ts',
  'version.ts',
];
const highest = ['index.ts'];

const source = join(import.meta.dirname, '..', 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

function rankOf(file: string): number {
  if (lowest.includes(file)) return -1;
  if (highest.includes(file)) return order.length;
  return order.indexOf(file.split('/')[0] ?? '');
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const names = [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return names.map((name) => relative(source, join(source, dirname(file), name)).replaceAll('\\', '/'));
}

describe('folders', () => {
  test('the check sees the files and their imports', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(importsOf('cli/main.ts')).toContain('errors.ts');
    expect(importsOf('cli/main.ts')).toContain('workspace/workspace.ts');
    expect(importsOf('ingest/load.ts')).toContain('records/layout.ts');
  });

  test('every file lies in a folder that has its place', () => {
    const lost = files.filter((file) => rankOf(file) === -1 && !lowest.includes(file));
    expect(lost).toEqual([]);
  });

  test('imports go one way', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.startsWith('..') && rankOf(target) > rankOf(file))
        .map((target) => `${file} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test('an engine is met by its interface: only engine/ knows of which kind it is', () => {
    expect(importsOf('engine/open.ts')).toContain('engine/duckdb.ts');
    const above = files.filter((file) => !file.startsWith('engine/'));
    expect(above.filter((file) => importsOf(file).includes('engine/duckdb.ts'))).toEqual([]);
    const drivers = above.filter((file) =>
      readFileSync(join(source, file), 'utf8').includes("from '@duckdb/node-api'"),
    );
    // A lock on a file of its own, which only happens to be a database.
    expect(drivers).toEqual(['store/lock.ts']);
  });

  test('nothing is called utils, helpers or common', () => {
    expect(files.filter((file) => /(?:^|\/)(?:utils?|helpers?|misc)(?:\.|\/)/.test(file))).toEqual([]);
  });
});

describe('the page', () => {
  const web = join(import.meta.dirname, '..', 'web', 'src');
  const pageFiles = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const packages = ['preact', '@preact/signals', 'echarts', '@tanstack/virtual-core'];
  /** Imports of a file, with the word `type` where nothing of them is left at run time. */
  const pageImports = (file: string) =>
    [...readFileSync(join(web, file), 'utf8').matchAll(/^import\s(type\s)?[^;]*?'([^']+)';/gm)].map(
      ([, type, from = '']) => ({ file, isType: type !== undefined, from }),
    );
  const imports = pageFiles.flatMap(pageImports);

  test('the check sees the files and their imports', () => {
    expect(pageFiles.length).toBeGreaterThan(30);
    expect(imports).toContainEqual({ file: 'main.tsx', isType: false, from: './style.css' });
    expect(imports).toContainEqual({ file: 'ask.ts', isType: true, from: '../../src/server/api.ts' });
  });

  test('sees the types of the API and nothing else of the program', () => {
    const outside = imports.filter(({ file, isType, from }) => {
      if (!from.startsWith('.'))
        return !packages.some((name) => from === name || from.startsWith(`${name}/`));
      const target = relative(web, join(web, dirname(file), from)).replaceAll('\\', '/');
      return target.startsWith('..') && !(isType && target === '../../src/server/api.ts');
    });
    expect(outside).toEqual([]);
  });

  test('makes no HTML of text, and asks nobody but its own server', () => {
    const texts = pageFiles.map((file) => ({ file, text: readFileSync(join(web, file), 'utf8') }));
    const found = texts.filter(({ text }) =>
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|https?:\/\//.test(text),
    );
    expect(found.map(({ file }) => file)).toEqual([]);
  });
});
