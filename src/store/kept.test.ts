import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isKept, keepMade, keepNewest, putInPlace } from './kept.ts';

let place = '';
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'northsouth-kept-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

/** A kept folder of two files, so many minutes old. */
async function kept(name: string, minutes: number): Promise<void> {
  await mkdir(join(place, name));
  for (const slice of ['0000', '0001']) await writeFile(join(place, name, slice), '');
  const time = Date.now() / 1000 - minutes * 60;
  await utimes(join(place, name), time, time);
}

const left = async () => (await readdir(place)).sort();

describe('what is kept', () => {
  test('of two that made the same is what the first one put there, and nothing else stays', async () => {
    await kept('a-1', 1);
    await kept('made', 0);
    await writeFile(join(place, 'made', 'second'), '');
    await putInPlace(join(place, 'made'), join(place, 'a-1'));
    expect(await left()).toEqual(['a-1']);
    expect(await readdir(join(place, 'a-1'))).toEqual(['0000', '0001']);
  });

  test('is a file that nobody puts another one under the hands of', async () => {
    for (const name of ['hours-1', 'made']) await writeFile(join(place, name), name);
    const { ino } = await stat(join(place, 'hours-1'));
    await putInPlace(join(place, 'made'), join(place, 'hours-1'));
    expect((await stat(join(place, 'hours-1'))).ino).toBe(ino);
    expect(await left()).toEqual(['hours-1']);
  });

  test('and used outlives what nobody used since', async () => {
    for (const [index, name] of ['a-1', 'a-2', 'a-3'].entries()) await kept(name, 10 - index);
    expect(await isKept(join(place, 'a-1'))).toBe(true);
    await keepNewest(place, /^a-/, 2);
    expect(await left()).toEqual(['a-1', 'a-3']);
  });

  test('stays where it was made where nothing can be put in its place', async () => {
    await kept('made', 0);
    await writeFile(join(place, 'file'), '');
    const made = join(place, 'made');
    expect(await keepMade(made, join(place, 'file', 'a-1'), /^a-/, 1)).toBe(made);
    expect(await keepMade(made, join(place, 'kept', 'a-1'), /^a-/, 1)).toBe(join(place, 'kept', 'a-1'));
    expect(await left()).toEqual(['file', 'kept']);
  });

  test('is the newest of its kind, and what is in use', async () => {
    for (const [index, name] of ['a-1', 'a-2', 'a-3', 'a-4', 'b-1'].entries()) await kept(name, 10 - index);
    await keepNewest(place, /^a-/, 1, new Set(['a-1']));
    expect(await left()).toEqual(['a-1', 'a-4', 'b-1']);
  });

  test('is whole: a folder loses its name before its files, and what a killed process left goes', async () => {
    await kept('a-1', 2);
    await kept('a-2', 1);
    await kept('gone-of-a-killed-process', 3);
    const seen = new Set<string>();
    const watching = setInterval(() => {
      void readdir(join(place, 'a-1')).then(
        (files) => seen.add(files.join()),
        () => seen.add('nothing'),
      );
    });
    await keepNewest(place, /^a-/, 1);
    clearInterval(watching);
    expect([...seen].filter((files) => files !== 'nothing' && files !== '0000,0001')).toEqual([]);
    expect(await left()).toEqual(['a-2']);
  });

  test('is tidied by several processes at once', async () => {
    for (let index = 0; index < 20; index++) await kept(`a-${index}`, index + 1);
    await Promise.all([1, 2, 3, 4].map(() => keepNewest(place, /^a-/, 3)));
    expect(await left()).toEqual(['a-0', 'a-1', 'a-2']);
  });
});
