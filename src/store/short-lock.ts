import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import { takeFileLock } from '../file-lock.ts';
import { type Folder, unwritable } from './folder.ts';

/** Work that takes milliseconds has ended, or its process died, where its file is older than ten seconds. */
const limits = { patienceMs: 20_000, staleMs: 10_000 };

/**
 * Does a piece of work that takes milliseconds while nobody else does work of that name in this workspace; others wait
 * for their turn. A load, which has a lock of its own, keeps nobody waiting.
 */
export async function whileLocked<Result>(
  folder: Folder,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(folder.root, `.${name}.turn`);
  const end = await takeLock(folder, path);
  try {
    return await work();
  } finally {
    await end();
  }
}

async function takeLock(folder: Folder, path: string): Promise<() => Promise<void>> {
  const end = await mkdir(folder.root, { recursive: true })
    .then(() => takeFileLock(path, limits))
    .catch((error: unknown) => {
      throw unwritable(folder, error);
    });
  if (end !== undefined) return end;
  throw new HuntError('workspace.locked', `Another process has been changing ${folder.root} for long.`, {
    hint: `Try again; where nothing else runs, remove ${path}.`,
  });
}
