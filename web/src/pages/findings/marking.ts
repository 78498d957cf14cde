import { signal } from '@preact/signals';
import type { AnswerOf } from '../../../../src/server/api.ts';
import { asFailure } from '../../answer.ts';
import { type AskFailure, ask } from '../../ask.ts';
import { revision, statesSeen } from '../../shell/status.ts';

export const verdicts = ['benign', 'suspicious', 'malicious'] as const;
export type Verdict = (typeof verdicts)[number];
type Marked = AnswerOf<'mark'>;

/** What marking led to: said to the hunter, and what undo goes back to. */
interface Done {
  readonly target: string;
  readonly said: string;
  readonly before: Marked['before'];
}

const done = signal<readonly Done[]>([]);
/** What was said last, and what went wrong. */
export const lastSaid = signal('');
export const markFailure = signal<AskFailure | null>(null);
/** The note that the next mark takes with it. */
export const note = signal('');

/** What was said of a target and is not in older answers of the server yet. */
interface Said {
  readonly verdict: Verdict | null;
  /** The server has not written it down yet. */
  readonly isPending: boolean;
  /** How many states had been seen when it was said. */
  readonly asOf: number;
}

const said = signal<ReadonlyMap<string, Said>>(new Map());

/** The mark of a target as it is to be shown where an answer says `known`, which was asked when `asOf` states were seen. */
export function shownMark(
  target: string,
  known: Verdict | null,
  asOf: number,
): { readonly verdict: Verdict | null; readonly isPending: boolean } {
  const own = said.value.get(target);
  const isNewer = own !== undefined && (own.isPending || own.asOf >= asOf);
  return isNewer ? own : { verdict: known, isPending: false };
}

/** Marks a peer, with the note that was written. */
export function mark(target: string, verdict: Verdict): Promise<void> {
  const text = note.value.trim();
  note.value = '';
  return tried(target, verdict, async () => {
    const body = { target, verdict, note: text === '' ? null : text };
    const made = await ask('mark', { body }).catch((error: unknown) => {
      // What was written is not lost.
      if (note.value === '') note.value = text;
      throw error;
    });
    done.value = [...done.value, { target, before: made.before, said: `${target}: ${verdict}` }];
    lastSaid.value = `Marked ${target} as ${verdict}. Undo with u.`;
    return made;
  });
}

/** Puts back what the last mark replaced. */
export async function undo(): Promise<void> {
  // Whoever undoes at once means what is still under way.
  await lastAct;
  const last = done.value.at(-1);
  if (last === undefined) {
    lastSaid.value = 'There is no mark of this visit to undo.';
    return;
  }
  const { target, before } = last;
  done.value = done.value.slice(0, -1);
  await tried(target, before?.verdict ?? null, async () => {
    const undone = await (before === null
      ? ask('unmark', { query: { target } })
      : ask('mark', { body: orderOf(before) })
    ).catch((error: unknown) => {
      done.value = [...done.value, last];
      throw error;
    });
    lastSaid.value = `Undone: ${last.said}.`;
    return undone;
  });
}

function orderOf({ target, verdict, note, port, local }: NonNullable<Marked['before']>) {
  return { target, verdict, note, port, local };
}

let lastAct: Promise<void> = Promise.resolve();

function tried(target: string, verdict: Verdict | null, act: () => Promise<Marked>): Promise<void> {
  lastAct = Promise.all([lastAct, saidAndTried(target, verdict, act)]).then(() => undefined);
  return lastAct;
}

/** Says it at once, and takes it back where the server cannot write it down. */
async function saidAndTried(
  target: string,
  verdict: Verdict | null,
  act: () => Promise<Marked>,
): Promise<void> {
  const own: Said = { verdict, isPending: true, asOf: statesSeen.peek() };
  const before = said.value.get(target);
  say(target, own);
  try {
    markFailure.value = null;
    const made = await act();
    if (said.value.get(target) !== own) return;
    // Answers of the state that has it know better, such as by a mark of its network.
    const isThere = made.revision === revision.peek();
    say(target, { ...own, isPending: false, asOf: statesSeen.peek() - (isThere ? 1 : 0) });
  } catch (error) {
    if (said.value.get(target) === own) say(target, before);
    markFailure.value = asFailure(error);
    lastSaid.value = `Not marked: ${target} is as it was.`;
  }
}

function say(target: string, what: Said | undefined): void {
  const all = new Map(said.value);
  if (what === undefined) all.delete(target);
  else all.set(target, what);
  said.value = all;
}
