import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HuntError } from './errors.ts';
import { replaceFile } from './in-place.ts';

/**
 * Gives a file its content in one step: `write` fills a file beside it, which then takes its place. Whoever reads has
 * the old content or the new one; what fails leaves the old one and nothing beside it.
 */
export async function wholeFile(path: string, write: (beside: string) => Promise<unknown>): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}-${randomUUID()}.tmp`);
  try {
    await write(beside);
    await replaceFile(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The same for a file that the user named; that it cannot be written is an expected failure. */
export async function exportedFile(path: string, write: (beside: string) => Promise<unknown>): Promise<void> {
  try {
    await wholeFile(path, write);
  } catch (error) {
    if (error instanceof HuntError && error.code !== 'engine.query') throw error;
    throw unwritableExport(path, error as Error);
  }
}

/** The failure of a file that the user named and that cannot be written. */
export function unwritableExport(path: string, error: Error): HuntError {
  const said = error.message.split('\n', 1)[0];
  return new HuntError('export.unwritable', `${path} cannot be written: ${said}`, {
    hint: 'Name a file in a folder that exists and that you may write to.',
    cause: error,
  });
}
