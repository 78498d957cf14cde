import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait for a lock, and how old a lock file is whose process died. */
export interface LockLimits {
  readonly patienceMs: number;
  readonly staleMs: number;
}

/**
 * Takes a lock file, for work of some milliseconds, and gives what frees it; undefined where the lock does
 * not come in time. Fails where the file cannot be made.
 */
export async function takeFileLock(
  lock: string,
  { patienceMs, staleMs }: LockLimits,
): Promise<(() => Promise<void>) | undefined> {
  const until = performance.now() + patienceMs;
  const mine = `${process.pid} ${randomUUID()}\n`;
  while (performance.now() < until) {
    try {
      await writeFile(lock, mine, { flag: 'wx' });
      return () => freeLock(lock, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!(await removeStale(lock, staleMs))) await sleep(5 + Math.random() * 20);
  }
  return undefined;
}

/** A lock that was held too long may be somebody else's by now. */
async function freeLock(lock: string, mine: string): Promise<void> {
  const owner = await readFile(lock, 'utf8').catch(() => undefined);
  if (owner === mine) await rm(lock, { force: true }).catch(() => undefined);
}

/** Takes a file away whose process died; should another one have come first, its fresh file is put back. */
async function removeStale(lock: string, staleMs: number): Promise<boolean> {
  const isStale = async (file: string) => {
    const found = await stat(file).catch(() => undefined);
    return found !== undefined && Date.now() - found.mtimeMs > staleMs;
  };
  if (!(await isStale(lock))) return false;
  const aside = `${lock}-${randomUUID()}`;
  await rename(lock, aside).catch(() => undefined);
  if (!(await isStale(aside))) {
    const owner = await readFile(aside, 'utf8').catch(() => undefined);
    if (owner !== undefined) await writeFile(lock, owner, { flag: 'wx' }).catch(() => undefined);
  }
  await rm(aside, { force: true });
  return true;
}
