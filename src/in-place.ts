import { link, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFileLock } from './file-lock.ts';

/** File systems of memory sticks, and some of networks, have one name for each file. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'];
const turn = { patienceMs: 20_000, staleMs: 10_000 };

/**
 * Gives a finished file the name that it is read under, unless that name is taken: what is there stays, for those who
 * are reading it. A rename would put another file under their hands, half of it read. `made` is gone afterwards.
 */
export async function putFileFirst(
  made: string,
  place: string,
  name: (made: string, place: string) => Promise<void> = link,
): Promise<void> {
  try {
    await name(made, place);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (noLinks.includes(code)) return renameInTurn(made, place);
    if (code !== 'EEXIST') throw error;
  }
  await rm(made, { force: true });
}

/** Where a file can have one name only, one process at a time looks whether the name is free, and takes it. */
async function renameInTurn(made: string, place: string): Promise<void> {
  const end = await takeFileLock(`${place}.turn`, turn);
  try {
    const isTaken = await stat(place).then(
      () => true,
      () => false,
    );
    if (isTaken) await rm(made, { force: true });
    else await rename(made, place);
  } finally {
    await end?.();
  }
}

/** What Windows says of a file that somebody has open, such as a reader or a virus scanner; it soon is not. */
const inUse = ['EPERM', 'EACCES', 'EBUSY'];
const waits = [5, 10, 20, 50, 100, 200, 400, 800];

/**
 * Puts a small file that is read at once, such as one of settings, in the place of the one before. Elsewhere than on
 * Windows, where it is tried again while somebody has that one open, the first try counts.
 */
export async function replaceFile(
  made: string,
  place: string,
  { platform = process.platform, move = rename }: { platform?: string; move?: typeof rename } = {},
): Promise<void> {
  for (const wait of platform === 'win32' ? waits : []) {
    try {
      return await move(made, place);
    } catch (error) {
      if (!inUse.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await sleep(wait);
    }
  }
  await move(made, place);
}
