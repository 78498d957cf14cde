import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HuntError } from '../errors.ts';
import { putFileFirst } from '../in-place.ts';
import { wholeFile } from '../whole-file.ts';
import { aboutFile, type SourceAbout, sourceFormat } from './source-files.ts';

/** A folder beside the sources for one change, removed at its end. */
export async function withScratch<Result>(
  folder: string,
  use: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const scratch = join(folder, `tmp-${process.pid}-${randomUUID()}`);
  try {
    await mkdir(scratch, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  try {
    await removeOld(folder);
    return await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Makes the packed ranges the ones of the source. The file that describes a source names its ranges, and one rename
 * of it replaces both: whoever reads has the old source or the new one. The ranges of the source before stay until
 * the next change, for those who read them now.
 */
export async function keepSource(
  folder: string,
  packed: string,
  about: Omit<SourceAbout, 'format' | 'file'>,
): Promise<void> {
  const { name } = about;
  const file = `${name}-${about.hash.slice(0, 12)}-${Date.now().toString(36)}.parquet`;
  try {
    const before = await rangesFiles(folder, name);
    await putFileFirst(packed, join(folder, file));
    await describe(folder, { ...about, format: sourceFormat, file });
    const kept = before.slice(0, 1);
    for (const old of before) if (!kept.includes(old)) await rm(join(folder, old), { force: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Writes beside the description of a source and renames. */
export async function describe(folder: string, about: SourceAbout): Promise<void> {
  const path = aboutFile(folder, about.name);
  const text = `${JSON.stringify(about, null, 2)}\n`;
  await wholeFile(path, (beside) => writeFile(beside, text)).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
}

/** Takes a source out; false where there is none of that name. */
export async function removeSource(folder: string, name: string): Promise<boolean> {
  const about = aboutFile(folder, name);
  const isThere = await stat(about).then(
    () => true,
    () => false,
  );
  try {
    await rm(about, { force: true });
    for (const file of await rangesFiles(folder, name)) await rm(join(folder, file), { force: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return isThere;
}

/** The files with ranges of a source, the newest first. */
async function rangesFiles(folder: string, name: string): Promise<string[]> {
  const own = (await readdir(folder).catch(() => [])).filter(
    (file) =>
      file.startsWith(`${name}-`) && /^[0-9a-f]{12}-[0-9a-z]+[.]parquet$/.test(file.slice(name.length + 1)),
  );
  const times = await Promise.all(own.map(async (file) => (await stat(join(folder, file))).mtimeMs));
  return own
    .map((file, index) => ({ file, at: times[index] ?? 0 }))
    .sort((a, b) => b.at - a.at)
    .map(({ file }) => file);
}

const oldMs = 86_400_000;

/** Removes what interrupted changes left behind. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^tmp-|[.]tmp$/.test(name)) continue;
    const path = join(folder, name);
    const age =
      Date.now() -
      (await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ));
    if (age > oldMs) await rm(path, { recursive: true, force: true });
  }
}

function unwritable(folder: string, error: unknown): HuntError {
  if (error instanceof HuntError) return error;
  return new HuntError('export.unwritable', `${folder} cannot be written: ${(error as Error).message}`, {
    hint: `Label sources are kept there for every workspace, ${basename(folder)} below NORTHSOUTH_HOME; name a folder that you may write to.`,
    cause: error,
  });
}
