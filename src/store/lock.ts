import { DuckDBInstance } from '@duckdb/node-api';
import { HuntError } from '../errors.ts';
import type { Folder } from './folder.ts';

const heldHere = new Set<string>();

/**
 * Takes the workspace for writing until the returned function is called. The lock is the one that DuckDB takes
 * on an open database file: the operating system frees it when the process ends, however it ends.
 */
export async function lockFolder(folder: Folder): Promise<() => void> {
  if (heldHere.has(folder.lock)) throw locked(folder, 'by this process');
  try {
    heldHere.add(folder.lock);
    const instance = await DuckDBInstance.create(folder.lock, { threads: '1' });
    return () => {
      instance.closeSync();
      heldHere.delete(folder.lock);
    };
  } catch (error) {
    heldHere.delete(folder.lock);
    const message = (error as Error).message;
    if (!/lock/i.test(message)) {
      throw new HuntError(
        'workspace.unusable',
        `The workspace ${folder.root} cannot be written: ${message}`,
        {
          cause: error,
        },
      );
    }
    const pid = /PID (\d+)/.exec(message)?.[1];
    throw locked(folder, pid === undefined ? 'by another process' : `by process ${pid}`);
  }
}

function locked(folder: Folder, holder: string): HuntError {
  return new HuntError('workspace.locked', `The workspace ${folder.root} is being loaded ${holder}.`, {
    hint: 'Wait until that load has ended, or use another folder with --workspace.',
  });
}
