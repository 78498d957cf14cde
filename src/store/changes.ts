import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import type { Folder } from './folder.ts';
import { keyOf } from './kept.ts';

/** Texts that change whenever another process changes the workspace: one for the marks, one for everything else. */
export interface Stamps {
  readonly marks: string;
  readonly others: string;
}

/**
 * What changes whenever another process loads, marks, lists or sets something in the workspace: the batches by
 * name, which never change, and the other files by size and time. Throws where there is no workspace any more.
 */
export async function stampsOf(folder: Folder): Promise<Stamps> {
  const batches = await readdir(folder.batches).catch(() => {
    throw new HuntError('input.not-found', `There is no workspace at ${folder.root} any more.`, {
      hint: 'Put it back, or end this and start again with another one.',
    });
  });
  const { settings, noise, setAsides, everythingShown, intel, baselines } = folder;
  const lists = (await readdir(intel).catch(() => [])).sort();
  const own = (await readdir(baselines).catch(() => [])).sort();
  const files = [
    ...[settings, noise, setAsides, everythingShown],
    ...lists.map((name) => join(intel, name, 'list.json')),
    ...own.map((name) => join(baselines, name)),
  ];
  const others = keyOf([batches.sort(), await Promise.all(files.map(stampOf))]);
  return { marks: await stampOfMarks(folder), others };
}

/** The part of {@link stampsOf} that marks change. */
export async function stampOfMarks({ marks }: Folder): Promise<string> {
  return keyOf(await stampOf(marks));
}

async function stampOf(file: string): Promise<readonly unknown[]> {
  const found = await stat(file).catch(() => undefined);
  return [file, found?.size ?? null, found?.mtimeMs ?? null, found?.ino ?? null];
}
