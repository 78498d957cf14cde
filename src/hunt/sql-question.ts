import type { QueryResult } from '../engine/query-result.ts';
import { askReadOnly } from '../engine/read-only.ts';
import { relationsIn } from '../engine/syntax-tree.ts';
import { catalog } from '../kept/catalog.ts';
import { readMarksAndLists } from '../kept/known-addresses.ts';
import { inForce } from '../settings/settings.ts';
import { baselinesIn } from '../store/baselines.ts';
import { parquetFilesOf } from '../store/folder.ts';
import { readBatches } from '../store/manifest.ts';
import { analysisViews } from '../traffic/views.ts';
import type { Investigation } from './investigation.ts';

export interface SqlOptions {
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** The answer to SQL that a user wrote, in an engine of its own that can read the workspace and nothing else. */
export async function answerSql(
  investigation: Investigation,
  text: string,
  options: SqlOptions,
): Promise<QueryResult> {
  const { folder } = investigation;
  // What takes long is only made where the query reads it.
  const read = await relationsIn(investigation.engine, text);
  const isPlain = analysisViews.every((view) => !read.has(view));
  const { views, files } = isPlain ? nothing : await (await investigation.analysed()).viewsOf(read);
  const batches = await readBatches(folder);
  const addresses = await investigation.addresses(batches, await readMarksAndLists(folder));
  const names = await investigation.nameTable(batches);
  const question = {
    prepare: [
      ...catalog({
        ...{ batches, noise: inForce(investigation.settings).noise },
        ...{ addresses: addresses.define, names: names.names },
        baselines: await baselinesIn(folder),
      }),
      ...views,
    ],
    files: [...(await parquetFilesOf(folder)), ...addresses.files, ...names.files, ...files],
    text,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
  };
  return askReadOnly(investigation.engineOptions, question, options.signal ?? investigation.signal);
}

const nothing = { views: [], files: [] };
