import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fields } from '../../src/records/fields.ts';

const root = join(import.meta.dirname, '..', '..');

test('the generated references are what their generator writes today', () => {
  const script = join(root, 'scripts', 'docs.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('the compiled source that they come from is today’s', () => {
  const columns = readFileSync(join(root, 'docs', 'reference', 'columns.md'), 'utf8');
  const missing = fields.filter(({ doc }) => !columns.includes(doc)).map(({ name }) => name);
  expect(missing).toEqual([]);
});
