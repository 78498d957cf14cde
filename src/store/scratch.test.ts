import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { folderAt, removeLeftovers } from './folder.ts';
import { replaceText, withScratch } from './scratch.ts';

const root = mkdtempSync(join(tmpdir(), 'northsouth-scratch-'));
const folder = folderAt(root);
beforeEach(() => rmSync(folder.temporary, { recursive: true, force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('what is being written is not tidied away by a load of the same process', async () => {
  await withScratch(folder, 'marks', async (scratch) => {
    writeFileSync(scratch, 'in the making');
    writeFileSync(join(folder.temporary, `marks-${process.pid}-of-another-container`), '');
    await removeLeftovers(folder);
    expect(readFileSync(scratch, 'utf8')).toBe('in the making');
    expect(readdirSync(folder.temporary)).toHaveLength(1);
  });
  expect(readdirSync(folder.temporary)).toEqual([]);
});

test('a text takes its place whole; what fails leaves the one before and nothing beside it', async () => {
  const path = join(root, 'marks.yaml');
  await replaceText(folder, path, 'one');
  await replaceText(folder, path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  mkdirSync(join(root, 'full', 'x'), { recursive: true });
  await expect(replaceText(folder, join(root, 'full'), 'three')).rejects.toMatchObject({
    code: 'workspace.unusable',
  });
  expect(existsSync(join(root, 'full', 'x'))).toBe(true);
  expect(readdirSync(folder.temporary)).toEqual([]);
});
