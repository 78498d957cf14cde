import { shippedLabels } from '../addresses/label-data.ts';
import { freshnessOf, type LabelSource } from '../addresses/label-source.ts';
import { settingsFile } from './publisher-urls.ts';
import { publishers } from './publishers/all.ts';
import { keptSources, labelsFolder } from './source-files.ts';

/** Days after which the data of a source are called old. */
const oldDays = 90;

/** A source as `labels` lists it. */
export interface ListedSource extends Omit<LabelSource, 'blocks' | 'hash'> {
  /** Days since it was last known to be true; null where nothing tells. */
  readonly ageDays: number | null;
  readonly isOld: boolean;
}

/** The label sources in use, and the lists that an update would bring. */
export interface LabelsReport {
  readonly folder: string;
  /** The file in which users name other places for the lists. */
  readonly settings: string;
  readonly sources: readonly ListedSource[];
  /** Lists that have never been fetched. */
  readonly missing: readonly { readonly name: string; readonly holds: string }[];
}

/** The label sources in use: what each holds, its date and age, its licence, where it came from. */
export function listLabels(now: number = Date.now()): LabelsReport {
  const folder = labelsFolder();
  const sources = [...shippedLabels().sources, ...keptSources(folder)];
  return {
    folder,
    settings: settingsFile(folder),
    sources: sources.map(({ blocks: _, hash: __, ...source }) => {
      const day = freshnessOf(source);
      const age = day === '' ? null : Math.max(0, Math.floor((now - Date.parse(day)) / 86_400_000));
      return { ...source, ageDays: age, isOld: age === null || age > oldDays };
    }),
    missing: publishers
      .filter(({ name }) => !sources.some((source) => source.name === name))
      .map(({ name, holds }) => ({ name, holds })),
  };
}
