import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { EverythingShown } from '../detect/noise-report.ts';
import { type Folder, unwritable } from '../store/folder.ts';
import { userName } from './marking.ts';

const shape = v.object({ by: v.string(), at: v.string() });

/** Whether everything is shown in the workspace for the time being. */
export async function readEverythingShown(folder: Folder): Promise<EverythingShown | null> {
  const text = await readFile(folder.everythingShown, 'utf8').catch(() => undefined);
  if (text === undefined) return null;
  try {
    return v.parse(shape, JSON.parse(text));
  } catch {
    // Whatever it says: it is there.
    return { by: 'unknown', at: 'unknown' };
  }
}

/**
 * Shows everything: a file beside the settings, which stay as they are, so that {@link hideAgain} brings back exactly
 * what was.
 */
export async function showEverything(folder: Folder): Promise<EverythingShown> {
  const before = await readEverythingShown(folder);
  if (before !== null) return before;
  const shown = { by: userName(), at: new Date().toISOString() };
  const beside = join(folder.temporary, `settings-${process.pid}-everything-shown.json`);
  try {
    await mkdir(folder.temporary, { recursive: true });
    await writeFile(beside, `${JSON.stringify(shown)}\n`);
    await rename(beside, folder.everythingShown);
  } catch (error) {
    throw unwritable(folder, error);
  }
  return shown;
}

/** Ends it; true where everything was shown. */
export async function hideAgain(folder: Folder): Promise<boolean> {
  const before = await readEverythingShown(folder);
  await rm(folder.everythingShown, { force: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  return before !== null;
}
