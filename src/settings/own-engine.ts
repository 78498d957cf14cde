import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { memoryOf, type RunOptions, threadsOf } from './options.ts';

/** Lends an engine for what needs no workspace, and the folder that it spills into: no two may share one. */
export async function withOwnEngine<Result>(
  options: Partial<RunOptions>,
  use: (engine: LocalEngine, spare: string) => Promise<Result>,
): Promise<Result> {
  const spare = await mkdtemp(join(tmpdir(), 'northsouth-'));
  try {
    const engine = await openLocal({
      memoryBytes: memoryOf(options),
      threads: threadsOf(options),
      spillDirectory: spare,
      onStatement: options.onStatement,
    });
    try {
      return await use(engine, spare);
    } finally {
      engine.close();
    }
  } finally {
    await rm(spare, { recursive: true, force: true });
  }
}
