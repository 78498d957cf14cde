import { newPeersLines } from '../../report/baseline.ts';
import { topLines, topTitle } from '../../report/top.ts';
import { statementOf } from '../../sql/query.ts';
import { print } from '../../sql/sql.ts';
import { type TopGroup, type TopOptions, topGroups } from '../../traffic/top.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type SelectionFlags,
  selectionFlags,
  selectionOf,
} from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { type RankFlags, rankFlags, rankOf } from './hunt.ts';

type TopFlags = CommonFlags &
  SelectionFlags &
  RankFlags & { readonly group?: TopGroup; readonly showSql?: boolean };

export const top = defineCommand<TopFlags, []>({
  docs: {
    brief: 'Rank the traffic to the Internet by flows, bytes or packets',
    usage: ['[FLAGS]'],
    description: [
      'Ranks what goes to the Internet and is not noise. Each row of the group "flow" is one account, interface, source, destination, port and protocol; the other groups join what has the same peer, local address, network (asn), country or port.',
      'In --where, bytes, packets and flows are those of a row, everything else of the records in it: docs/reference/filter.md.',
    ],
    examples: [
      ['top --by bytes', 'the destinations that received the most data'],
      ['top --group asn --by bytes --limit 20', 'the same by network'],
      ['top --group peer --all', 'peers, those of cloud providers and OS vendors too'],
      ['top --group peer --new-since 2026-06-01', 'peers that nobody talked to before'],
      ['top --group port --from 2026-05-28T20:00Z', 'the service ports since then'],
      ['top --where "country:RU,CN bytes>100MB -port:443"', 'what got more than 100 MB there, TLS aside'],
    ],
  },
  parameters: {
    flags: {
      group: {
        kind: 'enum',
        values: topGroups,
        optional: true,
        placeholder: 'GROUP',
        brief: 'What a row stands for (default flow)',
      },
      ...rankFlags,
      ...selectionFlags,
      showSql: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Print the query instead of running it',
      },
      ...commonFlags,
    },
  },
  // Its own --show-sql is about what is shown.
  common: ({ showSql: _, ...flags }) => flags,
  run: async (session, flags) => {
    const { by = 'flows', group = 'flow', all = false } = flags;
    const options = { ...selectionOf(flags), ...rankOf(flags), group };
    if (flags.showSql === true) return showSql(session, options);
    const { rows, fresh } = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Ranking …', async () => ({
        rows: await workspace.top(options),
        fresh: flags.newSince === undefined ? undefined : await workspace.newPeers(flags.newSince),
      })),
    );
    if (session.json)
      return session.document({
        group,
        by,
        all,
        ...(fresh === undefined ? {} : { newPeers: fresh }),
        top: rows,
      });
    await session.notes(newPeersLines(fresh, session.notesPage));
    if (rows.length === 0) return session.notes([nothing(flags, session.page.command('top --all'))]);
    const title = session.page.colors.bold(topTitle(group, by, all));
    return session.lines([title, ...topLines(rows, session.page)]);
  },
});

function showSql(session: Session, options: TopOptions): Promise<void> {
  return session.withWorkspace((workspace) => {
    const text = print(statementOf(workspace.topQuery(options)));
    return session.json ? session.document({ sql: text }) : session.lines([text.trim()]);
  });
}

function nothing({ all, where, newSince }: TopFlags, command: string): string {
  if (where !== undefined || newSince !== undefined)
    return `Nothing that meets the filter goes to the Internet${all ? '.' : ', set-asides aside.'}`;
  return `Nothing goes to the Internet${all ? '.' : `, set-asides aside. To see those: ${command}`}`;
}
