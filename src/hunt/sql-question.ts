import type { QueryResult } from '../engine/query-result.ts';
import { askReadOnly } from '../engine/read-only.ts';
import { relationsIn } from '../engine/syntax-tree.ts';
import { catalog } from '../kept/catalog.ts';
import { readKnowers } from '../kept/known-addresses.ts';
import { inForce } from '../settings/settings.ts';
import { baselinesIn } from '../store/baselines.ts';
import { parquetFilesOf } from '../store/folder.ts';
import { readBatches } from '../store/manifest.ts';
import { analysisViews } from '../traffic/views.ts';
import type { State } from './state.ts';

export interface SqlOptions {
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** The answer to SQL that a user wrote, in an engine of its own that can read the workspace and nothing else. */
export async function answerSql(state: State, text: string, options: SqlOptions): Promise<QueryResult> {
  const { folder } = state;
  // What takes long is only made where the query reads it.
  const read = await relationsIn(state.engine, text);
  const isPlain = analysisViews.every((view) => !read.has(view));
  const { views, files } = isPlain ? nothing : await (await state.analysed()).viewsOf(read);
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
}

const nothing = { views: [], files: [] };
