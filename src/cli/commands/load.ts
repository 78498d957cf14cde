import type { LoadResult } from '../../ingest/load-result.ts';
import { loadLines } from '../../report/load.ts';
import type { LoadOptions } from '../../settings/options.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags } from '../common-flags.ts';
import type { WorkspaceOfCommands } from '../library.ts';
import { progressDisplay, progressOfLoad } from '../progress.ts';
import type { Session } from '../session.ts';
import { parseSize, someText } from '../values.ts';

/** The flags that say how files are read. */
export type LoadFlags = {
  readonly format?: string;
  readonly keepDuplicates?: boolean;
};

export const loadFlags = {
  format: {
    kind: 'parsed',
    parse: someText,
    optional: true,
    placeholder: 'FIELDS',
    brief: 'Fields of files without a header, as AWS names them: "version account-id ..."',
  },
  keepDuplicates: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Keep records that are identical to one already loaded',
  },
} as const;

export const pathParameter = {
  parse: someText,
  placeholder: 'PATH',
  brief: 'File, folder or glob of flow logs',
} as const;

/** Loads the paths with progress on standard error. */
export async function loadPaths(
  session: Session,
  workspace: WorkspaceOfCommands,
  paths: readonly string[],
  { format, keepDuplicates }: LoadFlags,
  onCommitted?: LoadOptions['onCommitted'],
): Promise<LoadResult> {
  const display = progressDisplay(session.world.stderr, 'Loading');
  const batchBytes = session.world.env['NORTHSOUTH_BATCH_BYTES'];
  const options: LoadOptions = {
    ...(batchBytes ? { batchBytes: parseSize(batchBytes) } : {}),
    onProgress: (progress) => display.show(progressOfLoad(progress)),
    ...(onCommitted === undefined ? {} : { onCommitted }),
    ...(format === undefined ? {} : { format }),
    ...(keepDuplicates === undefined ? {} : { keepDuplicates }),
  };
  try {
    return await workspace.load(paths, options);
  } finally {
    display.stop();
  }
}

export const load = defineCommand<CommonFlags & LoadFlags, string[]>({
  docs: {
    brief: 'Read flow logs and DNS query logs into the workspace, only what is new',
    usage: ['PATH... [FLAGS]'],
    description: [
      'Reads flow logs into the workspace: text, gzip, zstd, Parquet, CloudWatch exports, JSON lines, in any mixture. Route 53 Resolver query logs among them give addresses the names that local hosts asked for. Folders are read with everything below them. Files that were loaded before are not read again.',
      'A line that is no record is kept aside with its file, line number and reason: see northsouth rejects. Interrupted with Ctrl-C, the workspace keeps the files that were done: steps of NORTHSOUTH_BATCH_BYTES of text (default 256MB).',
    ],
    examples: [
      ['load ./flow-logs', 'a folder with everything below it'],
      ['load "logs/2026/05/*/*.log.gz"', 'the files that match; the quotes keep the shell out of it'],
      ['load old.log --format "version account-id interface-id srcaddr dstaddr"', 'a file without a header'],
    ],
  },
  parameters: {
    flags: { ...loadFlags, ...commonFlags },
    positional: { kind: 'array', parameter: pathParameter, minimum: 1 },
  },
  run: (session, flags, paths) =>
    session.withWorkspace(
      async (workspace) => {
        const result = await loadPaths(session, workspace, paths, flags);
        if (session.json) await session.document(result);
        else await session.lines(loadLines(result, session.page));
      },
      { create: true },
    ),
});
