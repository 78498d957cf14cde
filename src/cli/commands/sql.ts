import type { QueryResult } from '../../engine/query-result.ts';
import { HuntError } from '../../errors.ts';
import { plainText } from '../../report/plain-text.ts';
import { queryCsv, queryJson, queryLines } from '../../report/query-result.ts';
import { countText } from '../../report/units.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { someText, wholeNumber } from '../values.ts';

const formats = ['table', 'csv', 'json'] as const;
const tableLimit = 1000;

type SqlFlags = CommonFlags & { readonly format?: (typeof formats)[number]; readonly limit?: number };

export const sql = defineCommand<SqlFlags, string[]>({
  docs: {
    brief: 'Ask your own question in SQL, read-only',
    usage: ['"SELECT ..." [FLAGS]'],
    description: [
      'Runs one query over the views flows, north_south, east_west, outbound_flows, sessions, conversations, peers, findings, coverage_hours, addresses, files and rejects. It can only read: nothing outside the workspace is touched and nothing in it is changed. Ctrl-C stops a query that runs too long.',
    ],
    examples: [
      [
        'sql "SELECT peer, sum(bytes) AS bytes FROM outbound_flows GROUP BY peer ORDER BY bytes DESC LIMIT 20"',
        'the peers that received the most',
      ],
      ['sql "SELECT * FROM rejects" --format csv > rejects.csv', 'a file for a spreadsheet'],
      ['sql "DESCRIBE flows"', 'the columns of a view'],
    ],
  },
  parameters: {
    flags: {
      format: {
        kind: 'enum',
        values: formats,
        optional: true,
        placeholder: 'FORMAT',
        brief: 'How to write the answer (default table)',
      },
      limit: {
        kind: 'parsed',
        parse: wholeNumber(1),
        optional: true,
        placeholder: 'N',
        brief: `Rows at most (default ${tableLimit} in a table, else all)`,
      },
      ...commonFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'SQL', brief: 'One query, in quotes' },
      minimum: 1,
    },
  },
  run: async (session, flags, statements) => {
    const [statement = '', ...others] = statements;
    if (others.length > 0) {
      throw new HuntError('usage.value', 'The query is more than one argument', {
        hint: `Put it in quotes: ${session.page.command('sql "SELECT ..."')}`,
      });
    }
    const format = session.json ? 'json' : (flags.format ?? 'table');
    const limit = flags.limit ?? (format === 'table' ? tableLimit : undefined);
    const { stdout, stderr, signal } = session.world;
    const options = { signal, ...(limit === undefined ? {} : { limit }) };
    const result = await session.withWorkspace((workspace) =>
      whileSaying(stderr, 'Asking …', () => workspace.query(statement, options)),
    );
    if (format === 'json') await stdout.write(queryJson(result));
    else if (format === 'table') await session.lines(planLines(result) ?? queryLines(result, session.page));
    else await stdout.write(stdout.isTerminal ? plainLines(queryCsv(result)) : queryCsv(result));
    if (result.truncated)
      await session.notes([`Cut at ${countText(result.rows.length)} rows. --limit N shows more.`]);
    else if (result.rows.length === 0) await session.notes(['No row.']);
  },
});

/** The answer to EXPLAIN is a drawing of many lines, and no table. */
function planLines({ columns, rows }: QueryResult): string[] | undefined {
  if (columns.map(({ name }) => name).join() !== 'explain_key,explain_value') return undefined;
  return rows.flatMap((row) => String(row[1]).trimEnd().split('\n').map(plainText));
}

function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}
