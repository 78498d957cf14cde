import { readFile } from 'node:fs/promises';
import { parseCidr } from '../addresses/cidr.ts';
import { HuntError } from '../errors.ts';
import { merged, withMark, withoutMark } from '../marks/book.ts';
import { changeMarks, readMarks } from '../marks/file.ts';
import {
  type Mark,
  type MarkBook,
  type MarkedSubject,
  subjectKey,
  subjectText,
  type TrafficProfile,
  type Verdict,
} from '../marks/mark.ts';
import type { ImportResult, MarkResult } from '../marks/results.ts';
import { cidrText, parseTarget, targetText } from '../marks/target.ts';
import { marksAsYaml, parseMarks } from '../marks/yaml.ts';
import { userName } from '../settings/user-name.ts';
import type { Folder } from '../store/folder.ts';

/** What is marked beside the target, and who says so. */
export interface MarkOptions {
  /** Only traffic to this service port. */
  readonly port?: number;
  /** Only traffic of these local ends: an address or a CIDR. */
  readonly local?: string;
  readonly note?: string;
  /** Default: the name of the user who runs this. */
  readonly by?: string;
}

const longestNote = 1000;

/** The subject that the texts name, in the one way in which it is written down. */
export function subjectOf(target: string, { port, local }: MarkOptions): MarkedSubject {
  return {
    target: targetText(parseTarget(target)),
    port: port ?? null,
    local: local === undefined ? null : cidrText(parseCidr(local)),
  };
}

/** Writes the mark into the workspace, in place of an earlier one of the same subject. */
export async function makeMark(
  folder: Folder,
  subject: MarkedSubject,
  verdict: Verdict,
  { note, by }: MarkOptions,
  seen: TrafficProfile | null,
): Promise<Omit<MarkResult, 'addresses'>> {
  const text = note?.trim() ?? '';
  if (text.length > longestNote) {
    throw new HuntError('usage.value', `The note is longer than ${longestNote} characters`, {
      hint: 'Say the rest elsewhere, and its place in the note.',
    });
  }
  const mark: Mark = {
    ...subject,
    verdict,
    note: text === '' ? null : text,
    by: by ?? userName(),
    at: now(),
    seen,
  };
  const { before } = await changeMarks(folder, (book) => ({
    book: withMark(book, mark),
    before: markOf(book, subject),
  }));
  return { mark, before };
}

/** Takes the mark of the subject back. Throws where there is none. */
export async function takeMarkBack(
  folder: Folder,
  subject: MarkedSubject,
  by: string | undefined,
): Promise<Omit<MarkResult, 'addresses'>> {
  const { before } = await changeMarks(folder, (book) => {
    const before = markOf(book, subject);
    if (before === null) throw unknownMark(book, subject);
    return { book: withoutMark(book, { ...subject, by: by ?? userName(), at: now() }), before };
  });
  return { mark: null, before };
}

function markOf(book: MarkBook, subject: MarkedSubject): Mark | null {
  return book.marks.find((mark) => subjectKey(mark) === subjectKey(subject)) ?? null;
}

function unknownMark({ marks }: MarkBook, subject: MarkedSubject): HuntError {
  const sameTarget = marks.filter(({ target }) => target.toLowerCase() === subject.target.toLowerCase());
  const [one] = sameTarget;
  return new HuntError('usage.value', `There is no mark of ${subjectText(subject)}.`, {
    hint:
      one === undefined
        ? 'northsouth marks list shows the marks.'
        : `There is one of ${subjectText(one)}: say its port and local end too.`,
  });
}

/** The marks as YAML for another workspace or a repository. */
export async function exportedMarks(folder: Folder): Promise<string> {
  return marksAsYaml(await readMarks(folder.marks));
}

/** Merges the marks of a file into those of the workspace; of two that differ the later holds. */
export async function importMarks(folder: Folder, file: string): Promise<ImportResult> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new HuntError('input.not-found', `${file} cannot be read: ${error.message}`, {
      hint: 'Name a file that "northsouth marks export" wrote.',
      cause: error,
    });
  });
  const other = parseMarks(text, file);
  const { book: _, ...result } = await changeMarks(folder, (book) => merged(book, other));
  return result;
}

function now(): string {
  return new Date().toISOString();
}
