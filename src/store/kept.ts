import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { putFileFirst } from '../in-place.ts';
import type { Batch } from './manifest.ts';

/** A short name for what a kept result was worked out from: the same inputs, the same name. */
export function keyOf(inputs: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}

/** What tells the records of one state of a workspace from those of another; for {@link keyOf}. */
export function identityOfBatches(batches: readonly Batch[]): readonly unknown[] {
  return batches.map(({ number, manifest }) => [number, manifest.createdAt]);
}

/** True where something is kept there. It is in use then, and outlives what nobody used since: {@link keepNewest}. */
export async function isKept(path: string): Promise<boolean> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
  return isThere(path);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Gives a file or folder its place; of two processes that made the same, what the first one put there stays, since
 * others may be reading it. Made again it has the same rows and other bytes.
 */
export async function putInPlace(made: string, place: string): Promise<void> {
  if (!(await stat(made)).isDirectory()) return putFileFirst(made, place);
  await rename(made, place).catch(async (error: NodeJS.ErrnoException) => {
    // Windows says EPERM of a folder that is there, and of one that may not be written.
    const mayBeTaken = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(error.code ?? '');
    if (!mayBeTaken || !(await isThere(place))) throw error;
    await rm(made, { recursive: true, force: true });
  });
}

/**
 * Keeps a file or folder that was made, and of those whose names match the newest `count`. Gives where it is: where the
 * workspace may only be read, that is where it was made.
 */
export async function keepMade(made: string, place: string, matches: RegExp, count: number): Promise<string> {
  try {
    await mkdir(dirname(place), { recursive: true });
    await putInPlace(made, place);
  } catch {
    return made;
  }
  await keepNewest(dirname(place), matches, count);
  return place;
}

/** Removes all but the newest `count` of the files and folders in `place` whose names match; `used` ones stay anyway. */
export async function keepNewest(
  place: string,
  matches: RegExp,
  count: number,
  used: ReadonlySet<string> = new Set(),
): Promise<void> {
  const all = await readdir(place);
  const names = all.filter((name) => matches.test(name) && !used.has(name));
  const found = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(place, name)).catch(gone))?.mtimeMs ?? 0 })),
  );
  found.sort((a, b) => b.at - a.at);
  const leftovers = all.filter((name) => name.startsWith(leaving));
  for (const { name } of found.slice(count)) {
    // A folder in the middle of its removal would pass for a whole one of fewer files.
    const away = `${leaving}${randomUUID()}`;
    await rename(join(place, name), join(place, away)).catch(goneOrInUse);
    leftovers.push(away);
  }
  for (const name of leftovers)
    await rm(join(place, name), { recursive: true, force: true }).catch(goneOrInUse);
}

const leaving = 'gone-';

/** Another process was there first. */
function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

/** What somebody reads cannot be taken away on Windows: the next time, then. */
function goneOrInUse(error: NodeJS.ErrnoException): void {
  if (!['ENOENT', 'EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'].includes(error.code ?? '')) throw error;
}
