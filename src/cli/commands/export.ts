import { HuntError } from '../../errors.ts';
import { plainText } from '../../report/plain-text.ts';
import { counted } from '../../report/units.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type WhereFlag, whereFlag, whereOf } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { someText } from '../values.ts';

const endings = ['.parquet', '.csv', '.ndjson'];

export const exportCommand = defineCommand<
  CommonFlags & WhereFlag & { readonly output: string },
  [view: string]
>({
  docs: {
    brief: 'Write a view to a Parquet, CSV or NDJSON file',
    usage: ['VIEW -o FILE [FLAGS]'],
    description: [
      'Writes all rows of a view (flows, north_south, east_west, outbound_flows, sessions, conversations, peers, findings, coverage_hours, addresses, names, askers, dns_hours, baseline, files, rejects) to a file. The ending of its name says the format: .parquet, .csv or .ndjson.',
    ],
    examples: [
      ['export outbound_flows -o outbound.parquet', 'for pandas, Polars, Spark'],
      ['export sessions -o ssh.csv --where "port:22 bytes>1MB"', 'what meets a filter'],
      ['export rejects -o rejects.csv', 'for a spreadsheet'],
    ],
  },
  parameters: {
    flags: {
      output: {
        kind: 'parsed',
        parse: parseFile,
        placeholder: 'FILE',
        brief: `File to write, ending in ${endings.join(', ')}`,
      },
      ...whereFlag,
      ...commonFlags,
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: someText, placeholder: 'VIEW', brief: 'Name of the view' }],
    },
  },
  run: async (session, flags, [view]) => {
    const { output } = flags;
    const { rows } = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Writing …', () =>
        workspace.exportView(view, output, whereOf(flags)),
      ),
    );
    if (session.json) return session.document({ view, file: output, rows });
    return session.notes([`Wrote ${counted(rows, 'row')} of ${plainText(view)} to ${plainText(output)}.`]);
  },
});

function parseFile(text: string): string {
  if (endings.some((ending) => text.toLowerCase().endsWith(ending))) return text;
  throw new HuntError('usage.value', `"${text}" does not end in a format that can be written`, {
    hint: `End the name in ${endings.join(', ')}.`,
  });
}
