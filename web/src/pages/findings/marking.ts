import { signal } from '@preact/signals';
import type { AnswerOf } from '../../../../src/server/api.ts';
import { asFailure } from '../../answer.ts';
import { type AskFailure, ask } from '../../ask.ts';

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

/** Marks a peer, with the note that was written. */
export function mark(target: string, verdict: Verdict): Promise<void> {
  return tried(async () => {
    const body = { target, verdict, note: note.value.trim() === '' ? null : note.value.trim() };
    const { before } = await ask('mark', { body });
    done.value = [...done.value, { target, before, said: `${target}: ${verdict}` }];
    lastSaid.value = `Marked ${target} as ${verdict}. Undo with u.`;
    note.value = '';
  });
}

/** Puts back what the last mark replaced. */
export function undo(): Promise<void> {
  const last = done.value.at(-1);
  return tried(async () => {
    if (last === undefined) {
      lastSaid.value = 'There is no mark of this visit to undo.';
      return;
    }
    const { target, before } = last;
    if (before === null) await ask('unmark', { query: { target } });
    else {
      const { verdict, note, port, local } = before;
      await ask('mark', { body: { target, verdict, note, port, local } });
    }
    done.value = done.value.slice(0, -1);
    lastSaid.value = `Undone: ${last.said}.`;
  });
}

async function tried(act: () => Promise<void>): Promise<void> {
  try {
    markFailure.value = null;
    await act();
  } catch (error) {
    markFailure.value = asFailure(error);
  }
}
