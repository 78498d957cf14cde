import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A change takes some milliseconds; a lock of this age was left by a process that was killed. */
const staleMs = 2000;
const againMs = 5;

/**
 * Does work while no other process does work under the same lock file. Where the file cannot be made, or the turn
 * does not come in time, the work is done all the same: a question too many is better than none.
 */
export async function inFileTurn<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  const held = await take(lock);
  try {
    return await work();
  } finally {
    if (held) await rm(lock, { force: true }).catch(() => undefined);
  }
}

async function take(lock: string): Promise<boolean> {
  const until = performance.now() + 2 * staleMs;
  while (performance.now() < until) {
    try {
      await (await open(lock, 'wx')).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    const made = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - made > staleMs) await rm(lock, { force: true }).catch(() => undefined);
    else await sleep(againMs);
  }
  return false;
}
