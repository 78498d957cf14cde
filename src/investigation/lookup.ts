import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type AddressLabel, lookupQuery } from '../addresses/lookup.ts';
import { DuckDb } from '../engine/duckdb.ts';
import { labelData } from '../labels/in-use.ts';
import { folderAt } from '../store/folder.ts';
import { memoryOf, type RunOptions, threadsOf } from './options.ts';
import { readSettings } from './settings.ts';

/**
 * What is known of addresses without a network: scope, AS number, network name, country, provider. It needs no
 * workspace; where there is one, its own ranges count.
 */
export async function lookup(
  addresses: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<AddressLabel[]> {
  const settings = await readSettings(folderAt(resolve(options.workspace ?? '.northsouth')));
  const scopes = {
    local: [...settings.local, ...(options.local ?? [])],
    internet: [...settings.internet, ...(options.internet ?? [])],
  };
  const engine = await DuckDb.open({
    memoryBytes: memoryOf(options),
    threads: threadsOf(options),
    spillDirectory: tmpdir(),
  });
  try {
    return await engine.rows(lookupQuery(addresses, { scopes, data: labelData() }), options.signal);
  } finally {
    engine.close();
  }
}
