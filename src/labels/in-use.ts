import { shippedLabels } from '../addresses/label-data.ts';
import type { LabelData } from '../addresses/label-source.ts';
import { keptSources } from './source-files.ts';

/** The label sources that are in use: those that ship and those of the user's folder. */
export function labelData(): LabelData {
  return { sources: [...shippedLabels().sources, ...keptSources()] };
}
