import { shippedLabels } from '../addresses/label-data.ts';
import { HuntError } from '../errors.ts';
import { type AddedSource, type AddOptions, addLabels as add } from '../labels/add.ts';
import { removeSource } from '../labels/keep.ts';
import { type LabelsReport, listLabels } from '../labels/listing.ts';
import { labelsFolder } from '../labels/source-files.ts';
import { type UpdateOptions, type UpdateOutcome, updateLabels as update } from '../labels/update.ts';
import type { RunOptions } from '../settings/options.ts';
import { withOwnEngine } from '../settings/own-engine.ts';

/** The label sources in use: what each holds, its date and age, its licence, where it came from. */
export async function labels(): Promise<LabelsReport> {
  return listLabels();
}

/** Fetches the lists of their publishers; a list that fails leaves what was there before. */
export async function updateLabels(
  options: UpdateOptions & Partial<RunOptions> = {},
): Promise<readonly UpdateOutcome[]> {
  return withOwnEngine(options, (engine) => update(engine, options));
}

/** Adds a .mmdb file or a list of ranges as text to the label sources of every workspace. */
export async function addLabels(
  file: string,
  options: AddOptions & Partial<RunOptions> = {},
): Promise<AddedSource> {
  return withOwnEngine(options, (engine) => add(engine, file, options));
}

/** Takes a source out that was added or downloaded. */
export async function removeLabels(name: string): Promise<void> {
  if (await removeSource(labelsFolder(), name)) return;
  const isShipped = shippedLabels().sources.some((source) => source.name === name);
  throw new HuntError(
    'usage.value',
    isShipped ? `${name} ships with northsouth and stays` : `There is no label source "${name}"`,
    {
      hint: 'It gives way to fresher sources by itself. northsouth labels lists what is there.',
    },
  );
}
