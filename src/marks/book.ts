import { parseCidr } from '../addresses/cidr.ts';
import {
  type Mark,
  type MarkBook,
  type MarkedSubject,
  subjectKey,
  subjectText,
  type Unmark,
} from './mark.ts';
import { parseTarget, type Target } from './target.ts';

/** The book with the mark in place of whatever was said of the same subject before. */
export function withMark(book: MarkBook, mark: Mark): MarkBook {
  return ordered([...without(book.marks, mark), mark], without(book.removed, mark));
}

/** The book without the mark of the subject, and with the note that it was taken back. */
export function withoutMark(book: MarkBook, unmark: Unmark): MarkBook {
  return ordered(without(book.marks, unmark), [...without(book.removed, unmark), unmark]);
}

/** What became of the marks of another book. */
export interface Merge {
  readonly book: MarkBook;
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Both books said something else of the same subject: which one holds, in words. */
  readonly conflicts: readonly string[];
}

/** Both books as one: of what they say of the same subject the later holds, and both sides are told where they differ. */
export function merged(own: MarkBook, other: MarkBook): Merge {
  const counts = { added: 0, updated: 0, removed: 0, unchanged: 0 };
  const conflicts: string[] = [];
  const all = new Map<string, Said>([...own.removed, ...own.marks].map((one) => [subjectKey(one), one]));
  for (const theirs of [...other.removed, ...other.marks]) {
    const ours = all.get(subjectKey(theirs));
    const isNew = ours === undefined || isLater(theirs, ours);
    if (ours !== undefined && said(ours) !== said(theirs)) {
      const [kept, dropped] = isNew ? [theirs, ours] : [ours, theirs];
      conflicts.push(`${subjectText(theirs)}: ${told(kept)} holds, ${told(dropped)} is older`);
    }
    if (isNew) all.set(subjectKey(theirs), theirs);
    const wasMarked = ours !== undefined && isMark(ours);
    if (!isNew) counts.unchanged += 1;
    else if (isMark(theirs)) counts[wasMarked ? 'updated' : 'added'] += 1;
    else counts[wasMarked ? 'removed' : 'unchanged'] += 1;
  }
  const both = [...all.values()];
  const book = ordered(
    both.filter(isMark),
    both.filter((one): one is Unmark => !isMark(one)),
  );
  return { book, ...counts, conflicts };
}

type Said = Mark | Unmark;

function isMark(one: Said): one is Mark {
  return 'verdict' in one;
}

function said(one: Said): string {
  return isMark(one) ? one.verdict : 'no mark';
}

function told(one: Said): string {
  return `"${said(one)}" by ${one.by} at ${one.at}`;
}

// Of two that were said in the same second, whichever way they are merged, the same one holds.
function isLater(a: Said, b: Said): boolean {
  const [timeOfA, timeOfB] = [Date.parse(a.at), Date.parse(b.at)];
  if (timeOfA !== timeOfB) return timeOfA > timeOfB;
  return JSON.stringify(a) > JSON.stringify(b);
}

function without<One extends MarkedSubject>(among: readonly One[], subject: MarkedSubject): One[] {
  const key = subjectKey(subject);
  return among.filter((one) => subjectKey(one) !== key);
}

function ordered(marks: readonly Mark[], removed: readonly Unmark[]): MarkBook {
  return { marks: bySubject(marks), removed: bySubject(removed) };
}

function bySubject<One extends MarkedSubject>(all: readonly One[]): One[] {
  const keyed = all.map((one) => ({ one, key: orderOf(one) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ one }) => one);
}

/** Addresses and networks by number, then AS numbers, then names: the order in which a book is written down. */
function orderOf(subject: MarkedSubject): string {
  const { port, local } = subject;
  const from = local === null ? '' : rangeOrder({ kind: 'range', range: parseCidr(local) });
  return [rangeOrder(parseTarget(subject.target)), String(port ?? -1).padStart(6), from].join(' ');
}

function rangeOrder(target: Target): string {
  if (target.kind === 'name') return `3 ${target.name.toLowerCase()}`;
  if (target.kind === 'asn') return `2 ${String(target.asn).padStart(10, '0')}`;
  const { family, first, length } = target.range;
  return `1 ${family} ${first.toString().padStart(40, '0')} ${String(length).padStart(3, '0')}`;
}
