import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CircumstancesOf, inCircumstances } from '../detect/circumstances.ts';
import type { IdentifiedFinding } from '../detect/results.ts';
import { type KeptFindings, linesOf } from '../kept/findings.ts';
import { allOf } from './circumstances.ts';

/** The answers with all that is known of their peers, in the order in which they are to be read. */
export interface KnownFindings {
  /** The answers that are "yes" or cannot be told. */
  listed(): readonly IdentifiedFinding[];
  /** All answers that an address is part of. */
  about(address: string): IdentifiedFinding[];
  /** Those that are listed, as they would be without marks. */
  unmarked(): readonly IdentifiedFinding[];
  /** Those that are listed, as they were computed from the records alone. */
  raw(): readonly IdentifiedFinding[];
  /** Some of those, as they are to be read. */
  read(raw: readonly IdentifiedFinding[]): IdentifiedFinding[];
  /** The same answers with what other marks say of them. */
  marked(marks: readonly CircumstancesOf[]): KnownFindings;
  /** A file with one JSON object on each line, for the view. */
  file(): Promise<string>;
}

/** What is known of peers apart from their traffic: by lists and baselines, and by marks. */
export type KnownOfPeers = Readonly<Record<'others' | 'marks', readonly CircumstancesOf[]>>;

/** The kept answers in the circumstances of today; `spare` is a folder of this run. */
export function knownFindings(
  kept: KeptFindings,
  { others, marks }: KnownOfPeers,
  spare: string,
): KnownFindings {
  const { listed: raw } = kept;
  const marked = (other: readonly CircumstancesOf[]) => knownFindings(kept, { others, marks: other }, spare);
  if (others.length === 0 && marks.length === 0) {
    return { ...kept, unmarked: raw, raw, read: (some) => [...some], marked, file: async () => kept.file };
  }
  const all = allOf([...others, ...marks]);
  let listed: readonly IdentifiedFinding[] | undefined;
  let written: Promise<string> | undefined;
  const once = () => {
    listed ??= inCircumstances(raw(), all);
    return listed;
  };
  return {
    unmarked: () => inCircumstances(raw(), allOf(others)),
    listed: once,
    about: (address) => inCircumstances(kept.about(address), all),
    raw,
    read: (some) => inCircumstances(some, all),
    marked,
    file: () => {
      written ??= writeFindings(spare, once());
      return written;
    },
  };
}

/** Writes findings for the view to a file of their own in a folder of this run. */
export async function writeFindings(spare: string, findings: readonly IdentifiedFinding[]): Promise<string> {
  const file = join(spare, `known-findings-${randomUUID()}.ndjson`);
  await mkdir(spare, { recursive: true });
  await writeFile(file, linesOf(findings));
  return file;
}
