import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../src/detect/detector.ts';
import type { LocalEngine } from '../../src/engine/local.ts';
import { openLocal } from '../../src/engine/open.ts';
import { addressTable } from '../../src/kept/address-table.ts';
import { catalog } from '../../src/kept/catalog.ts';
import { contextOf, derive } from '../../src/kept/derived.ts';
import { knownAddresses } from '../../src/kept/known-addresses.ts';
import { nameTable } from '../../src/kept/name-table.ts';
import { labelData } from '../../src/labels/in-use.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { folderAt } from '../../src/store/folder.ts';
import { readBatches } from '../../src/store/manifest.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';

/** Logs, loaded and put together into sessions, in an engine that detectors can be asked in. */
export interface Analysed {
  readonly engine: LocalEngine;
  readonly context: Context;
  close(): Promise<void>;
}

/** Loads the paths into a workspace of its own. Close it when done. */
export async function analysed(paths: readonly string[], local: readonly string[] = []): Promise<Analysed> {
  const root = await mkdtemp(join(tmpdir(), 'northsouth-detect-'));
  const workspace = await openWorkspace({ workspace: root, create: true });
  await workspace.load(paths);
  await workspace.close();
  const folder = folderAt(root);
  const batches = await readBatches(folder);
  const engine = await openLocal({
    memoryBytes: 1_000_000_000,
    threads: 2,
    spillDirectory: join(root, 'spill'),
  });
  const scopes = { local, internet: [] };
  const { noise, setAsides } = await readSettings(folder);
  const inputs = { batches, scopes, setAsides, data: labelData() };
  const addresses = await addressTable(engine, folder, inputs, join(root, 'spare'), undefined);
  const nobody = { marks: [], lists: [] };
  const known = await knownAddresses(engine, folder, addresses, nobody, join(root, 'spare'), undefined);
  const { names } = await nameTable(engine, folder, batches, join(root, 'spare'), undefined);
  for (const statement of catalog({ batches, noise, addresses: known.define, names }))
    await engine.define(statement);
  await derive(engine, folder, batches, scopes, undefined);
  return {
    engine,
    context: await contextOf(engine, batches),
    close: async () => {
      engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
