import { rejectsLines } from '../../report/rejects.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type ShowSqlFlag, showSqlFlag } from '../common-flags.ts';
import { wholeNumber } from '../values.ts';

export const rejects = defineCommand<CommonFlags & ShowSqlFlag & { readonly limit?: number }, []>({
  docs: {
    brief: 'Show what could not be read: file, line, reason',
    usage: ['[FLAGS]'],
    description: [
      'Lists the files that could not be read to the end, the reasons why lines are no records with their counts, and the first of those lines. All that was read of such a file counts.',
    ],
    examples: [
      ['rejects', 'reasons, and the first 50 lines'],
      ['rejects --limit 5000 --json', 'more of them, for a script'],
    ],
  },
  parameters: {
    flags: {
      limit: {
        kind: 'parsed',
        parse: wholeNumber(1),
        optional: true,
        placeholder: 'N',
        brief: 'Lines to show (default 50)',
      },
      ...showSqlFlag,
      ...commonFlags,
    },
  },
  run: async (session, { limit = 50 }) => {
    const result = await session.withWorkspace((workspace) => workspace.rejects(limit));
    if (session.json) return session.document(result);
    return session.lines(rejectsLines(result, session.page));
  },
});
