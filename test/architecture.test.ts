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
  'investigation',
  'demo',
  'server',
  'cli',
];
/** Beside the road: files at the root that everything may import, or that import everything. */
const lowest = ['errors.ts', 'home.ts', 'home.test.ts'];
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
    expect(importsOf('cli/main.ts')).toContain('investigation/workspace.ts');
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

  test('nothing is called utils, helpers or common', () => {
    expect(files.filter((file) => /(?:^|\/)(?:utils?|helpers?|misc)(?:\.|\/)/.test(file))).toEqual([]);
  });
});
