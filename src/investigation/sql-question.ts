import type { QueryResult } from '../engine/query-result.ts';
import { askReadOnly } from '../engine/read-only.ts';
import { HuntError } from '../errors.ts';
import type { Sql } from '../sql/sql.ts';
import { baselinesIn } from '../store/baselines.ts';
import { parquetFilesOf } from '../store/folder.ts';
import { readBatches } from '../store/manifest.ts';
import { namesAnalysis } from './analysis.ts';
import { catalog } from './catalog.ts';
import { readKnowers } from './known-addresses.ts';
import { inForce } from './settings.ts';
import type { State } from './state.ts';

export interface SqlOptions {
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** The answer to SQL that a user wrote, in an engine of its own that can read the workspace and nothing else. */
export async function answerSql(state: State, text: string, options: SqlOptions): Promise<QueryResult> {
  const { folder } = state;
  const ask = async ({ views, files }: { views: readonly Sql[]; files: readonly string[] }) => {
    const batches = await readBatches(folder);
    const addresses = await state.addresses(batches, await readKnowers(folder));
    const names = await state.nameTable(batches);
    const question = {
      prepare: [
        ...catalog({
          ...{ batches, noise: inForce(state.settings).noise },
          ...{ addresses: addresses.define, names: names.names },
          baselines: await baselinesIn(folder),
        }),
        ...views,
      ],
      files: [...(await parquetFilesOf(folder)), ...addresses.files, ...names.files, ...files],
      text,
      limit: options.limit ?? Number.POSITIVE_INFINITY,
    };
    return askReadOnly(state.engineOptions, question, options.signal ?? state.signal);
  };
  try {
    return await ask({ views: [], files: [] });
  } catch (error) {
    // Only the engine knows whether `peers` is a view or a column: what takes long is made when it is missed.
    const isMissed = error instanceof HuntError && /does not exist/.test(error.message);
    if (!isMissed || !namesAnalysis(text)) throw error;
    return ask(await (await state.analysed()).viewsNamedIn(text));
  }
}
