import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setAsidesFile } from '../addresses/set-asides.ts';
import { HuntError } from '../errors.ts';

/** The places in a workspace. ARCHITECTURE.md describes the files for people and other tools. */
export interface Folder {
  readonly root: string;
  readonly batches: string;
  readonly temporary: string;
  readonly settings: string;
  readonly noise: string;
  readonly setAsides: string;
  readonly lock: string;
}

export function folderAt(root: string): Folder {
  return {
    root,
    batches: join(root, 'batches'),
    temporary: join(root, 'tmp'),
    settings: join(root, 'northsouth.yaml'),
    noise: join(root, 'noise.yaml'),
    setAsides: join(root, setAsidesFile),
    lock: join(root, 'lock.duckdb'),
  };
}

/** Makes the folders of a workspace where they are missing. */
export async function makeFolder(folder: Folder): Promise<void> {
  try {
    await mkdir(folder.batches, { recursive: true });
    await mkdir(folder.temporary, { recursive: true });
  } catch (error) {
    throw new HuntError(
      'workspace.unusable',
      `The workspace ${folder.root} cannot be made: ${(error as Error).message}`,
      {
        hint: 'Name a folder that you may write to with --workspace.',
        cause: error,
      },
    );
  }
}

/** True where a workspace has been made before. */
export async function isWorkspace(folder: Folder): Promise<boolean> {
  return stat(folder.batches).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** A folder for what this process holds back on disk, named after the process so that leftovers are known. */
export async function makeTemporary(folder: Folder, purpose: string): Promise<string> {
  const path = join(folder.temporary, `${purpose}-${process.pid}-${Date.now().toString(36)}`);
  await mkdir(path, { recursive: true });
  return path;
}

/** Removes what processes that no longer run left behind. */
export async function removeLeftovers(folder: Folder): Promise<void> {
  for (const name of await readdir(folder.temporary).catch(() => [])) {
    const pid = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(pid) && pid !== process.pid && isRunning(pid)) continue;
    if (pid === process.pid) continue;
    await rm(join(folder.temporary, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
