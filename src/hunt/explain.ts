import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { detectors } from '../detect/all.ts';
import type { Question } from '../detect/finding.ts';
import { HuntError } from '../errors.ts';
import type { RunOptions } from '../settings/options.ts';
import { readSettings } from '../settings/settings.ts';
import { folderAt } from '../store/folder.ts';

/** What a detector does, in its own words, and the thresholds that are in force. */
export interface Explanation {
  readonly question: Question;
  /** Markdown. */
  readonly about: string;
  readonly settings: readonly {
    readonly name: string;
    readonly value: number | readonly number[];
    readonly isDefault: boolean;
    readonly unit: string;
    readonly reason: string;
  }[];
  /** The file in which thresholds are changed. */
  readonly file: string;
}

/** Explains one of the four questions. It needs no workspace; where there is one, its thresholds are shown. */
export async function explain(question: Question, options: Partial<RunOptions> = {}): Promise<Explanation> {
  const folder = folderAt(resolve(options.workspace ?? '.northsouth'));
  const { detectors: values } = await readSettings(folder);
  const settings = detectors.find((detector) => detector.question === question)?.settings ?? {};
  return {
    question,
    about: await aboutText(question),
    settings: Object.entries(settings).map(([name, { value: standard, unit, reason }]) => {
      const value = values[question][name] ?? standard;
      return { name, value, isDefault: JSON.stringify(value) === JSON.stringify(standard), unit, reason };
    }),
    file: folder.settings,
  };
}

async function aboutText(question: Question): Promise<string> {
  // src/ and dist/ have the texts at the same place.
  const path = new URL(`../detect/${question}/about.md`, import.meta.url);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HuntError(
      'label.data-missing',
      `The text about ${question} is missing: there is no ${path.pathname}`,
      {
        hint: 'Install northsouth again; from a clone, run node scripts/build.mjs.',
        cause,
      },
    );
  });
}
