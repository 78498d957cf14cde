import { mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { putFileFirst, replaceFile } from './in-place.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'northsouth-in-place-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const left = async () => (await readdir(folder)).sort();
const failing = (code: string) => Object.assign(new Error(code), { code });

describe('a file that takes its place first', () => {
  test('is there under its name alone', async () => {
    await writeFile(at('made'), 'one');
    await putFileFirst(at('made'), at('kept'));
    expect([await left(), await readFile(at('kept'), 'utf8')]).toEqual([['kept'], 'one']);
  });

  test('leaves the one that is there, the very same file', async () => {
    await writeFile(at('kept'), 'first');
    const { ino } = await stat(at('kept'));
    await writeFile(at('made'), 'second');
    await putFileFirst(at('made'), at('kept'));
    expect(await readFile(at('kept'), 'utf8')).toBe('first');
    expect((await stat(at('kept'))).ino).toBe(ino);
    expect(await left()).toEqual(['kept']);
  });

  test('does so too where files can have one name only', async () => {
    const noLinks = () => Promise.reject(failing('EPERM'));
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await writeFile(at(name), name);
    await putFileFirst(at('a'), at('kept'), noLinks);
    await Promise.all(names.slice(1).map((name) => putFileFirst(at(name), at('kept'), noLinks)));
    expect([await left(), await readFile(at('kept'), 'utf8')]).toEqual([['kept'], 'a']);
  });

  test('fails where the place cannot be had, and is still there', async () => {
    await writeFile(at('made'), 'one');
    await expect(putFileFirst(at('made'), at('nowhere/kept'))).rejects.toThrow('ENOENT');
    expect(await left()).toEqual(['made']);
  });
});

describe('a small file that takes the place of another', () => {
  test('is there at the first try', async () => {
    await writeFile(at('old'), 'old');
    await writeFile(at('new'), 'new');
    const reading = await open(at('old'));
    await replaceFile(at('new'), at('old'));
    expect(await reading.readFile('utf8')).toBe('old');
    await reading.close();
    expect([await left(), await readFile(at('old'), 'utf8')]).toEqual([['old'], 'new']);
  });

  test.each(['EPERM', 'EBUSY', 'EACCES'])(
    'waits on Windows while somebody has that one open (%s)',
    async (code) => {
      await writeFile(at('new'), 'new');
      let tries = 0;
      const move = async (from: string, to: string) => {
        tries += 1;
        if (tries < 4) throw failing(code);
        await rename(from, to);
      };
      await replaceFile(at('new'), at('old'), { platform: 'win32', move: move as typeof rename });
      expect([tries, await readFile(at('old'), 'utf8')]).toEqual([4, 'new']);
      tries = -100;
      await writeFile(at('new'), 'newer');
      await expect(
        replaceFile(at('new'), at('old'), { platform: 'linux', move: move as typeof rename }),
      ).rejects.toThrow(code);
      expect([tries, await readFile(at('old'), 'utf8')]).toEqual([-99, 'new']);
    },
  );
});
