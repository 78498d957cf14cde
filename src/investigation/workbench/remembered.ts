import { HuntError } from '../../errors.ts';
import type { Ground } from './ground.ts';

const mostAnswers = 200;
const answers = new WeakMap<Ground, Map<string, Promise<unknown>>>();

/** The answer to a question about a state, asked once for as long as the state is; the oldest are forgotten. */
export async function remembered<Answer>(
  ground: Ground,
  question: readonly unknown[],
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const kept = answers.get(ground) ?? new Map<string, Promise<unknown>>();
  answers.set(ground, kept);
  const key = JSON.stringify(question);
  const known = kept.get(key) as Promise<Answer> | undefined;
  if (known !== undefined) {
    try {
      return await known;
    } catch (error) {
      // Whoever asked first went away; whoever still waits asks again.
      if (signal.aborted || !(error instanceof HuntError && error.code === 'engine.cancelled')) throw error;
    }
  }
  const asked = ask();
  kept.set(key, asked);
  asked.catch(() => {
    if (kept.get(key) === asked) kept.delete(key);
  });
  const [oldest] = kept.keys();
  if (kept.size > mostAnswers && oldest !== undefined) kept.delete(oldest);
  return asked;
}
