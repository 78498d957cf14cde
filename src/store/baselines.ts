import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.ts';

const ending = '.parquet';
/** What a baseline may be called: its name is that of a file. */
export const baselineName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The file of a baseline of the workspace. */
export function baselineFile(folder: Folder, name: string): string {
  return join(folder.baselines, `${name}${ending}`);
}

/** The baselines of the workspace, by name. */
export async function baselinesIn(folder: Folder): Promise<{ name: string; file: string }[]> {
  const entries = await readdir(folder.baselines, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => entry.name.slice(0, -ending.length))
    .filter((name) => baselineName.test(name))
    .sort()
    .map((name) => ({ name, file: baselineFile(folder, name) }));
}
