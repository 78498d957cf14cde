import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CircumstancesOf, inCircumstances } from '../detect/circumstances.ts';
import type { Finding } from '../detect/results.ts';
import { type KeptFindings, linesOf } from './findings.ts';

/** The answers with all that is known of their peers, in the order in which they are to be read. */
export interface KnownFindings {
  /** The answers that are "yes" or cannot be told. */
  listed(): readonly Finding[];
  /** All answers that an address is part of. */
  about(address: string): Finding[];
  /** Those that are listed, as they would be without marks. */
  unmarked(): readonly Finding[];
  /** A file with one JSON object on each line, for the view. */
  file(): Promise<string>;
}

/** The kept answers in the circumstances of today; `spare` is a folder of this run. */
export function knownFindings(
  kept: KeptFindings,
  known: { readonly all: CircumstancesOf; readonly withoutMarks: CircumstancesOf } | undefined,
  spare: string,
): KnownFindings {
  const raw = kept.listed;
  if (known === undefined) return { ...kept, unmarked: raw, file: async () => kept.file };
  let listed: readonly Finding[] | undefined;
  let written: Promise<string> | undefined;
  const once = () => {
    listed ??= inCircumstances(raw(), known.all);
    return listed;
  };
  return {
    unmarked: () => inCircumstances(raw(), known.withoutMarks),
    listed: once,
    about: (address) => inCircumstances(kept.about(address), known.all),
    file: () => {
      written ??= write(spare, once());
      return written;
    },
  };
}

async function write(spare: string, findings: readonly Finding[]): Promise<string> {
  const file = join(spare, 'known-findings.ndjson');
  await mkdir(spare, { recursive: true });
  await writeFile(file, linesOf(findings));
  return file;
}
