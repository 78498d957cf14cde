import type { HuntOptions } from '../../hunt/hunting.ts';
import { reconciliationLines } from '../../report/funnel.ts';
import { huntLines } from '../../report/hunt.ts';
import { loadNoteLines } from '../../report/load.ts';
import { askedLines } from '../../report/registry.ts';
import { type TopOptions, type TopOrder, topOrders } from '../../traffic/top.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type SelectionFlags,
  type ShowSqlFlag,
  selectionFlags,
  selectionOf,
  showSqlFlag,
  whereOf,
} from '../common-flags.ts';
import type { WorkspaceOfCommands } from '../library.ts';
import { whileAsking } from '../outside-flags.ts';
import { failedFilesOf, type Session } from '../session.ts';
import { type SoFar, withSoFar } from '../so-far.ts';
import { wholeNumber } from '../values.ts';
import { type LoadFlags, loadFlags, loadPaths, pathParameter } from './load.ts';

const rowsShown = 20;

export type RankFlags = {
  readonly by?: TopOrder;
  readonly limit?: number;
  readonly all?: boolean;
};

export const rankFlags = {
  by: {
    kind: 'enum',
    values: topOrders,
    optional: true,
    placeholder: 'ORDER',
    brief: 'What to rank by (default flows)',
  },
  limit: {
    kind: 'parsed',
    parse: wholeNumber(1),
    optional: true,
    placeholder: 'N',
    brief: 'Rows to rank (default 1000)',
  },
  all: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Show set-asides too: cloud providers and OS vendors',
  },
} as const;

type HuntFlags = CommonFlags &
  ShowSqlFlag &
  SelectionFlags &
  LoadFlags &
  RankFlags & { readonly findings?: boolean; readonly rdap?: number };

const huntFlags = {
  findings: {
    kind: 'boolean',
    optional: true,
    brief: 'Ask the four questions (default); --no-findings leaves them out',
  },
  rdap: {
    kind: 'parsed',
    parse: wholeNumber(1, 10_000),
    optional: true,
    placeholder: 'N',
    brief: 'Ask registries about the N most important peers',
  },
} as const;

export const hunt = defineCommand<HuntFlags, string[]>({
  docs: {
    brief: 'Load logs, then show what crossed the Internet, and findings in it',
    usage: ['[PATH...] [FLAGS]'],
    description: [
      'The main job. Loads the paths, only what is new, then shows the funnel (what was read and what was not, what is local, noise, set aside), what was found (scanning, credentialed access, command and control, exfiltration), and the top destinations on the Internet, each with network and country. Without a path it hunts in what is loaded.',
      `The terminal shows the first ${rowsShown} destinations, --limit N shows N, --json has all that were ranked.`,
      '--where and --new-since narrow destinations and findings. The funnel stays whole, because it has to add up.',
      'Nothing leaves this machine, unless --rdap N asks the registries of the Internet (RDAP) to whom the blocks of N peers are registered: those of findings first, then those that the most bytes go to. Answers are kept for 30 days and shown in every later hunt; an interrupted run goes on where it stopped. A registry tells who is responsible for a block of addresses, not who uses one of them.',
    ],
    examples: [
      ['hunt ./flow-logs', 'load a folder and hunt in it'],
      ['hunt --by bytes --from 2026-05-28 --to 2026-05-29', 'one day of what is loaded, by data volume'],
      ['hunt --local 203.0.113.0/24', 'with a public range that is your own'],
      ['hunt --where "local:10.0.3.0/24 -provider:Cloudflare"', 'what one subnet did, without one provider'],
      ['hunt --rdap 50', 'with the registrations of the 50 most important peers'],
      ['hunt --new-since 2026-06-01', 'what nobody talked to before, baselines included'],
      ['hunt --no-findings', 'funnel and destinations only, which is faster the first time'],
      ['hunt ./flow-logs --json | jq .funnel', 'the counts for a script'],
    ],
  },
  parameters: {
    flags: {
      ...rankFlags,
      ...selectionFlags,
      ...huntFlags,
      ...loadFlags,
      ...showSqlFlag,
      ...commonFlags,
    },
    positional: { kind: 'array', parameter: pathParameter },
  },
  run: async (session, flags, paths) => {
    const asks = flags.findings !== false;
    const options: HuntOptions = {
      ...selectionOf(flags),
      ...rankOf(flags),
      ...(asks ? {} : { findings: false }),
      ...(flags.rdap === undefined ? {} : { rdap: flags.rdap }),
    };
    const { library } = session.world;
    await session.withWorkspace(
      async (workspace) => {
        const result = await withSoFar(session, async (soFar) => {
          if (paths.length > 0) await loadBefore(session, workspace, { paths, flags, options, soFar });
          const doing = asks ? 'Counting, ranking, asking the four questions …' : 'Counting and ranking …';
          const onCounted = asks && soFar !== undefined ? { onCounted: soFar.show } : {};
          return whileAsking(session, flags.rdap !== undefined, doing, (outside) =>
            workspace.hunt({ ...options, ...onCounted, ...outside }),
          );
        });
        await session.notes(askedLines(result.asked, session.notesPage));
        const broken = await library.brokenEquations(result.funnel);
        if (session.json) {
          if (broken.length > 0) await session.notes(reconciliationLines(broken, session.notesPage));
          // Not asked is not none found.
          return session.document(asks ? result : { ...result, findings: null });
        }
        const failedFiles = await failedFilesOf(workspace, result);
        const report = {
          hunt: result,
          broken,
          failedFiles,
          by: flags.by ?? 'flows',
          all: flags.all === true,
          rows: flags.limit ?? rowsShown,
          asked: asks,
          ...whereOf(flags),
          isBounded: flags.from !== undefined || flags.to !== undefined,
        };
        return session.lines(huntLines(report, session.page));
      },
      { create: paths.length > 0 },
    );
  },
});

/** Loads the paths. On a terminal it shows meanwhile what is counted of those that were read. */
async function loadBefore(
  session: Session,
  workspace: WorkspaceOfCommands,
  {
    paths,
    flags,
    options,
    soFar,
  }: {
    readonly paths: readonly string[];
    readonly flags: HuntFlags;
    readonly options: HuntOptions;
    readonly soFar: SoFar | undefined;
  },
): Promise<void> {
  const { rdap: _, ...counting } = options;
  const count = () => workspace.hunt({ ...counting, findings: false });
  const onCommitted = soFar && ((records: number) => soFar.refine(records, count));
  const loaded = await loadPaths(session, workspace, paths, flags, onCommitted);
  const tell = () => session.notes(loadNoteLines(loaded, session.notesPage));
  await (soFar === undefined ? tell() : soFar.aside(tell));
}

/** The ranking that the flags ask for. */
export function rankOf({ by, limit, all }: RankFlags): TopOptions {
  return {
    by: by ?? 'flows',
    limit: limit ?? 1000,
    all: all === true,
  };
}
