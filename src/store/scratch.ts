import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import { putFileFirst, replaceFile } from '../in-place.ts';
import { type Folder, ownTemporary, unwritable } from './folder.ts';

/**
 * Does work with a path in the workspace's `tmp/` that nobody else uses or tidies away, and removes what lies there in
 * the end. A file that is made there takes its place by a rename.
 */
export async function withScratch<Result>(
  folder: Folder,
  purpose: string,
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const scratch = join(folder.temporary, `${purpose}-${process.pid}-${randomUUID()}`);
  ownTemporary.add(scratch);
  try {
    await mkdir(folder.temporary, { recursive: true });
    return await work(scratch);
  } catch (error) {
    throw error instanceof HuntError ? error : unwritable(folder, error);
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
    ownTemporary.delete(scratch);
  }
}

/** Gives a file of the workspace its first text; one that another process gave it in between stays. */
export async function firstText(folder: Folder, path: string, text: string): Promise<void> {
  await withScratch(folder, 'text', async (scratch) => {
    await writeFile(scratch, text);
    await putFileFirst(scratch, path);
  });
}

/** Gives a file of the workspace a new text in one step: a crash leaves the old one or the new one. */
export async function replaceText(folder: Folder, path: string, text: string): Promise<void> {
  await withScratch(folder, 'text', async (scratch) => {
    await writeFile(scratch, text);
    await replaceFile(scratch, path);
  });
}
