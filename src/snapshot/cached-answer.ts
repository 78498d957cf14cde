import type { Connections } from '../engine/connections.ts';
import { SharedWork } from './shared-work.ts';
import type { Snapshot } from './snapshot.ts';

const mostAnswers = 200;
const answers = new WeakMap<Snapshot | Connections, Map<string, SharedWork<unknown>>>();

/**
 * The answer to a question about a snapshot, asked once for as long as the snapshot is, however many ask; the least used ones
 * are forgotten. `ask` goes on while somebody waits. What no mark changes is remembered for the connections of a snapshot,
 * which others with more marks have too.
 */
export async function cachedAnswer<Answer>(
  snapshot: Snapshot | Connections,
  question: readonly unknown[],
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const kept = answers.get(snapshot) ?? new Map<string, SharedWork<unknown>>();
  answers.set(snapshot, kept);
  const key = JSON.stringify(question);
  const known = kept.get(key) as SharedWork<Answer> | undefined;
  const asked = known === undefined || known.isEnded ? new SharedWork(ask) : known;
  kept.delete(key);
  kept.set(key, asked);
  const [oldest] = kept.keys();
  if (kept.size > mostAnswers && oldest !== undefined) kept.delete(oldest);
  try {
    return await asked.result(signal);
  } catch (error) {
    // A failure may pass, as one for want of memory does: the next one asks again.
    if ((asked.isSettled || asked.isEnded) && kept.get(key) === asked) kept.delete(key);
    throw error;
  }
}
