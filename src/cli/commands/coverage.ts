import { coverageLines } from '../../report/coverage.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type PeriodFlags,
  periodFlags,
  periodOf,
  type ShowSqlFlag,
  showSqlFlag,
} from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { wholeNumber } from '../values.ts';

const rowsShown = 40;

export const coverage = defineCommand<
  CommonFlags & ShowSqlFlag & PeriodFlags & { readonly limit?: number },
  []
>({
  docs: {
    brief: 'Show where records are missing: per interface and hour',
    usage: ['[FLAGS]'],
    description: [
      'A map of what is loaded: for each interface and hour whether there are records, whether AWS says that nothing was seen (NODATA) or that it lost records (SKIPDATA), or whether there is nothing at all. An answer stands on no more than this. The interfaces with the most missing come first.',
    ],
    examples: [
      ['coverage', 'all hours, several in one mark where there are many'],
      ['coverage --from 2026-05-28 --to 2026-05-29', 'one day'],
      ['coverage --json', 'every hour of every interface, for a script'],
    ],
  },
  parameters: {
    flags: {
      limit: {
        kind: 'parsed',
        parse: wholeNumber(1),
        optional: true,
        placeholder: 'N',
        brief: `Interfaces to show (default ${rowsShown}, with --json all)`,
      },
      ...periodFlags,
      ...showSqlFlag,
      ...commonFlags,
    },
  },
  run: async (session, flags) => {
    const limit = flags.limit ?? (session.json ? undefined : rowsShown);
    const window = limit === undefined ? undefined : { offset: 0, limit };
    const report = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Counting …', () => workspace.coverage(periodOf(flags), window)),
    );
    if (session.json) return session.document(report);
    return session.lines(coverageLines(report, session.page));
  },
});
