import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
  /** What hunters said of peers. */
  readonly marks: string;
  /** A folder for each threat list. */
  readonly intel: string;
  /** There while everything is shown. */
  readonly everythingShown: string;
  readonly lock: string;
  /** What is computed from the records and kept. */
  readonly derived: string;
  /** Baselines of earlier workspaces. */
  readonly baselines: string;
}

export function folderAt(root: string): Folder {
  return {
    root,
    batches: join(root, 'batches'),
    temporary: join(root, 'tmp'),
    settings: join(root, 'northsouth.yaml'),
    noise: join(root, 'noise.yaml'),
    setAsides: join(root, setAsidesFile),
    marks: join(root, 'marks.yaml'),
    intel: join(root, 'intel'),
    everythingShown: join(root, 'everything-shown.json'),
    lock: join(root, 'lock.duckdb'),
    derived: join(root, 'derived'),
    baselines: join(root, 'baseline'),
  };
}

/** Makes the folders of a workspace where they are missing. */
export async function makeFolder(folder: Folder): Promise<void> {
  try {
    await mkdir(folder.batches, { recursive: true });
    await mkdir(folder.temporary, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** The failure to write into a workspace, as what it is: a full disk, or a folder that may not be written. */
export function unwritable(folder: Folder, error: unknown): HuntError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isFull(error)) {
    return new HuntError('engine.disk-full', `The disk of the workspace ${folder.root} is full: ${message}`, {
      hint: 'Free some space, or put the workspace elsewhere with --workspace; nothing that was loaded is broken.',
      cause: error,
    });
  }
  const why = code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in its place' : message;
  return new HuntError('workspace.unusable', `The workspace ${folder.root} cannot be written: ${why}`, {
    hint: 'Name a folder that you may write to with --workspace.',
    cause: error,
  });
}

function isFull(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code ?? '') ||
    /no space left|disk quota|file too large|could not write/i.test(message)
  );
}

/** True for the errors of a folder that can be read, and not written or not any more. */
export function isFullOrReadOnly(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'scandir' || syscall === 'stat') return false;
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG'].includes(code ?? '');
}

/** True where a workspace has been made before. */
export async function isWorkspace(folder: Folder): Promise<boolean> {
  return stat(folder.batches).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Every Parquet file of a workspace that is not in the making. Links are left out: they may point anywhere. */
export async function parquetFilesOf(folder: Folder): Promise<string[]> {
  const below = async (path: string): Promise<string[]> => {
    const entries = await readdir(path, { withFileTypes: true });
    const found = entries.map(async (entry): Promise<string[]> => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return inside === folder.temporary ? [] : below(inside);
      return entry.isFile() && entry.name.endsWith('.parquet') ? [inside] : [];
    });
    return (await Promise.all(found)).flat();
  };
  return below(folder.root);
}

/**
 * A folder for what this process holds back on disk, named after the process so that leftovers are known. A workspace
 * that may only be read, or whose disk is nearly full, has it among the temporary files of the system.
 */
export async function makeTemporary(folder: Folder, purpose: string): Promise<string> {
  if (purpose === 'run' && (await isNearlyFull(folder.root))) return elsewhere();
  const path = join(folder.temporary, `${purpose}-${process.pid}-${randomUUID()}`);
  try {
    await mkdir(path, { recursive: true });
    ownTemporary.add(path);
    return path;
  } catch (error) {
    if (purpose === 'load' || !isFullOrReadOnly(error)) throw unwritable(folder, error);
    return elsewhere();
  }
}

function elsewhere(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'northsouth-'));
}

const nearlyFullBytes = 50_000_000;

/** What is loaded can still be asked when it has filled its disk. */
async function isNearlyFull(path: string): Promise<boolean> {
  const disk = await statfs(path).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < nearlyFullBytes;
}

/** What this process holds back in `tmp/` of workspaces, so that it is not taken for leftovers. */
export const ownTemporary = new Set<string>();

/** Removes what processes that no longer run left behind. */
export async function removeLeftovers(folder: Folder): Promise<void> {
  for (const name of await readdir(folder.temporary).catch(() => [])) {
    const path = join(folder.temporary, name);
    const pid = Number(/^[a-z]+-(\d+)-/.exec(name)?.[1]);
    // A process of our own number that did not make it ran in another container, or before a restart.
    const isInUse = pid === process.pid ? ownTemporary.has(path) : Number.isInteger(pid) && isRunning(pid);
    if (!isInUse) await rm(path, { recursive: true, force: true });
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
