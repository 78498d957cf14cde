import { readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';
import type { EverythingShown } from '../detect/noise-report.ts';
import { type Folder, unwritable } from '../store/folder.ts';
import { replaceText } from '../store/scratch.ts';
import { userName } from './user-name.ts';

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
  await replaceText(folder, folder.everythingShown, `${JSON.stringify(shown)}\n`);
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
