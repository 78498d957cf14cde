import { readFile } from 'node:fs/promises';
import { switchSetAside } from '../addresses/set-asides.ts';
import { HuntError } from '../errors.ts';
import type { Folder } from '../store/folder.ts';
import { replaceText } from '../store/scratch.ts';
import { whileLocked } from '../store/short-lock.ts';
import { switchNoiseRule } from '../traffic/noise-rules.ts';
import { type Settings, writeMissingSettings } from './settings.ts';

/** Switches a noise rule or a set-aside in its file. Throws when none has the name. */
export async function switchIn(folder: Folder, settings: Settings, name: string, on: boolean): Promise<void> {
  await writeMissingSettings(folder);
  const { noise, setAsides } = folder;
  // Read and written while no other process switches, so that of two switches at once none is lost.
  await whileLocked(folder, 'switches', async () => {
    const rules = switchNoiseRule(await readFile(noise, 'utf8'), noise, name, on);
    if (rules !== undefined) return replaceText(folder, noise, rules);
    const known = settings.setAsides.some((entry) => entry.name.toLowerCase() === name.trim().toLowerCase());
    if (!known) throw unknown(settings, name);
    return replaceText(folder, setAsides, switchSetAside(await readFile(setAsides, 'utf8'), name, on));
  });
}

function unknown({ noise, setAsides }: Settings, name: string): HuntError {
  return new HuntError('usage.value', `There is no noise rule and no set-aside named ${name}.`, {
    hint: `The names are ${[...noise, ...setAsides].map((entry) => entry.name).join(', ')}.`,
  });
}
