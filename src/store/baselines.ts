import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.ts';
import { putInPlace } from './kept.ts';

/** What a baseline may be called: its name is that of a file. */
export const baselineName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A name, and the time at which it was imported; the first versions had no time. */
const fileName = /^(?<name>[^@]+)(?:@(?<time>[0-9a-z]+))?[.]parquet$/;

export interface BaselineFile {
  readonly name: string;
  readonly file: string;
}

/** The baselines of the workspace, by name. */
export async function baselinesIn(folder: Folder): Promise<BaselineFile[]> {
  return [...(await allIn(folder))].map(([name, [file = '']]) => ({ name, file }));
}

/**
 * Makes a file the baseline of that name. The one before stays until the next import, for those who read it now, and
 * is not the newest any more.
 */
export async function putBaseline(folder: Folder, made: string, name: string): Promise<string> {
  const file = join(folder.baselines, `${name}@${Date.now().toString(36)}.parquet`);
  await putInPlace(made, file);
  for (const old of (await allIn(folder)).get(name)?.slice(2) ?? []) await rm(old, { force: true });
  return file;
}

/** Takes a baseline away, and what is left of it. */
export async function dropBaseline(folder: Folder, name: string): Promise<void> {
  // The oldest first: whoever looks meanwhile finds the newest, or none.
  for (const file of (await allIn(folder)).get(name)?.reverse() ?? []) await rm(file, { force: true });
}

/** The files of each baseline, the newest first. */
async function allIn(folder: Folder): Promise<Map<string, string[]>> {
  const entries = await readdir(folder.baselines, { withFileTypes: true }).catch(() => []);
  const found = entries.flatMap((entry) => {
    const { name = '', time = '' } = fileName.exec(entry.name)?.groups ?? {};
    return entry.isFile() && baselineName.test(name) ? [{ name, time, file: entry.name }] : [];
  });
  const isBefore = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  found.sort((a, b) => isBefore(a.name, b.name) || b.time.length - a.time.length || isBefore(b.time, a.time));
  const byName = new Map<string, string[]>();
  for (const { name, file } of found)
    byName.set(name, [...(byName.get(name) ?? []), join(folder.baselines, file)]);
  return byName;
}
