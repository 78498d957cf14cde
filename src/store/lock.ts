import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { HuntError } from '../errors.ts';
import { type Folder, unwritable } from './folder.ts';

const heldHere = new Set<string>();

/**
 * Takes the workspace for writing until the returned function is called. The lock is the one that DuckDB takes
 * on an open database file: the operating system frees it when the process ends, however it ends.
 */
export async function lockFolder(folder: Folder): Promise<() => void> {
  if (heldHere.has(folder.lock)) throw locked(folder, 'by this process');
  heldHere.add(folder.lock);
  try {
    const instance = await openLock(folder.lock);
    return () => {
      instance.closeSync();
      heldHere.delete(folder.lock);
    };
  } catch (error) {
    heldHere.delete(folder.lock);
    const message = (error as Error).message;
    if (isConflict(message)) {
      const pid = /PID (\d+)/.exec(message)?.[1];
      throw locked(folder, pid === undefined ? 'by another process' : `by process ${pid}`);
    }
    throw unwritable(folder, error);
  }
}

/** Opens the lock's file. One that a crash or a full disk left in part holds nothing of worth, and is made anew. */
async function openLock(path: string): Promise<DuckDBInstance> {
  const open = () => DuckDBInstance.create(path, { threads: '1' });
  return open().catch(async (error: Error) => {
    const isOurs = !isConflict(error.message) && !/permission|read-only|not permitted/i.test(error.message);
    if (!isOurs || !existsSync(path)) throw error;
    await rm(path);
    return open();
  });
}

function isConflict(message: string): boolean {
  return /conflicting lock|set lock on file|already open in|used by another process/i.test(message);
}

function locked(folder: Folder, holder: string): HuntError {
  return new HuntError('workspace.locked', `The workspace ${folder.root} is being loaded ${holder}.`, {
    hint: 'Wait until that load has ended, or use another folder with --workspace.',
  });
}
