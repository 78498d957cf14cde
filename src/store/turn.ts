import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HuntError } from '../errors.ts';
import { type Folder, unwritable } from './folder.ts';

const patienceMs = 20_000;
/** Work that takes milliseconds has ended, or its process died, where its file is older. */
const staleMs = 10_000;

/**
 * Does a piece of work that takes milliseconds while nobody else does work of that name in this workspace; others wait
 * for their turn. A load, which has a lock of its own, keeps nobody waiting.
 */
export async function inTurn<Result>(
  folder: Folder,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(folder.root, `.${name}.turn`);
  await takeTurn(folder, path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeTurn(folder: Folder, path: string): Promise<void> {
  const until = Date.now() + patienceMs;
  await mkdir(folder.root, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(folder, error);
    }
    await removeStale(path);
    if (Date.now() > until) {
      throw new HuntError('workspace.locked', `Another process has been changing ${folder.root} for long.`, {
        hint: `Try again; where nothing else runs, remove ${path}.`,
      });
    }
    await sleep(5 + Math.random() * 20);
  }
}

/** Takes a file away whose process died. Should another one have come first, its fresh file is put back. */
async function removeStale(path: string): Promise<void> {
  const isStale = async (file: string) => {
    const found = await stat(file).catch(() => undefined);
    return found !== undefined && Date.now() - found.mtimeMs > staleMs;
  };
  if (!(await isStale(path))) return;
  const aside = `${path}-${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  if (await isStale(aside)) return rm(aside, { force: true });
  const owner = await readFile(aside, 'utf8').catch(() => undefined);
  if (owner !== undefined) await writeFile(path, owner, { flag: 'wx' }).catch(() => undefined);
  await rm(aside, { force: true });
}
