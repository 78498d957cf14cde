import { readFile } from 'node:fs/promises';
import { HuntError } from '../errors.ts';
import type { Folder } from '../store/folder.ts';
import { replaceText } from '../store/scratch.ts';
import { whileLocked } from '../store/short-lock.ts';
import { emptyBook, type MarkBook } from './mark.ts';
import { marksAsYaml, parseMarks } from './yaml.ts';

/** Marks in a file are as many as people make; a larger file is none. */
const mostBytes = 50_000_000;

/** The marks in a file; none where it is not there. */
export async function readMarks(path: string): Promise<MarkBook> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new HuntError('config.invalid', `${path} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return emptyBook;
  if (text.length > mostBytes)
    throw new HuntError('config.invalid', `${path} is too large for a file of marks.`);
  return parseMarks(text, path);
}

/**
 * Changes the marks of a workspace. The file is read again while no other process changes it, so that two writers at
 * once lose nothing, and renamed into its place, so that a crash leaves the old text or the new one.
 */
export async function changeMarks<Result extends { readonly book: MarkBook }>(
  folder: Folder,
  change: (book: MarkBook) => Result,
): Promise<Result> {
  return whileLocked(folder, 'marks', async () => {
    const result = change(await readMarks(folder.marks));
    await replaceText(folder, folder.marks, marksAsYaml(result.book));
    return result;
  });
}
