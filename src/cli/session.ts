import type { Hunt } from '../detect/results.ts';
import type { FailedFile } from '../ingest/load-result.ts';
import { jsonText } from '../report/json.ts';
import type { Page } from '../report/page.ts';
import { shellWord } from '../report/shell-word.ts';
import {
  type CommonFlags,
  defaultWorkspace,
  type PeriodFlags,
  runOptionsOf,
  type ShowSqlFlag,
  type WhereFlag,
} from './common-flags.ts';
import type { World } from './context.ts';
import type { WorkspaceOfCommands } from './library.ts';
import { colorsFor } from './terminal.ts';

/** One run of one command: where it writes, how it looks, and the workspace that it opens and closes. */
export interface Session {
  readonly world: World;
  readonly json: boolean;
  readonly page: Page;
  /** The same page, for standard error. */
  readonly notesPage: Page;
  /** Writes lines of the result to standard output. */
  lines(lines: readonly string[]): Promise<void>;
  /** Writes one JSON document to standard output. */
  document(value: unknown): Promise<void>;
  /** Writes lines for people to standard error. */
  notes(lines: readonly string[]): Promise<void>;
  /** Opens the workspace, lends it, and closes it whatever happens. */
  withWorkspace<Result>(
    use: (workspace: WorkspaceOfCommands) => Promise<Result>,
    options?: { readonly create?: boolean },
  ): Promise<Result>;
}

export function sessionOf(flags: CommonFlags & PeriodFlags & WhereFlag & ShowSqlFlag, world: World): Session {
  const command = commandHint(flags, world);
  const write = (output: World['stdout'], lines: readonly string[]): Promise<void> =>
    lines.length === 0 ? Promise.resolve() : output.write(`${lines.join('\n')}\n`);
  const pageFor = (output: World['stdout']): Page => ({
    colors: colorsFor(output, world.env, flags.noColor === true),
    command,
    ...(output.isTerminal ? { width: output.columns() } : {}),
  });
  return {
    world,
    json: flags.json === true,
    page: pageFor(world.stdout),
    notesPage: pageFor(world.stderr),
    lines: (lines) => write(world.stdout, lines),
    document: (value) => world.stdout.write(jsonText(value)),
    notes: (lines) => write(world.stderr, lines),
    withWorkspace: async (use, options = {}) => {
      const workspace = await world.library.openWorkspace({ ...runOptionsOf(flags, world), ...options });
      const result = await use(workspace).catch(async (error: unknown) => {
        // The first error is the one to report.
        await workspace.close().catch(() => undefined);
        throw error;
      });
      await workspace.close();
      return result;
    },
  };
}

/**
 * How the user runs another command on the same data: the workspace, the ranges and, for the commands that
 * have one, the period of this run are said again, so that the answer is about the same records.
 */
function commandHint(flags: CommonFlags & PeriodFlags & WhereFlag, world: World): (words: string) => string {
  const { workspace, local = [], internet = [], from, to, where } = flags;
  const named = (flag: string, values: readonly string[]): string =>
    values.map((value) => ` --${flag} ${shellWord(value)}`).join('');
  const period = [
    ...(from === undefined ? [] : [` --from ${isoTime(from)}`]),
    ...(to === undefined ? [] : [` --to ${isoTime(to)}`]),
  ].join('');
  const common = [
    workspace === undefined || workspace === defaultWorkspace ? '' : named('workspace', [workspace]),
    named('local', local),
    named('internet', internet),
  ].join('');
  const filter = where === undefined ? '' : named('where', [where]);
  return (words) =>
    `${world.program} ${words}${/^(?:top|hunt|findings|report)\b/.test(words) ? filter : ''}${/^(?:top|hunt|noise|findings|ip|coverage|report)\b(?! o(?:n|ff)\b)/.test(words) ? period : ''}${common}`;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** The failed files with their reasons, asked for only where there are any. */
export async function failedFilesOf(
  workspace: WorkspaceOfCommands,
  { funnel, dns }: Pick<Hunt, 'funnel' | 'dns'>,
): Promise<readonly FailedFile[]> {
  return funnel.failedFiles + dns.failedFiles === 0 ? [] : (await workspace.rejects(1)).failedFiles;
}
