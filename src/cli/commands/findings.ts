import { type Question, questions, type Severity, severities } from '../../detect/finding.ts';
import { newPeersLines } from '../../report/baseline.ts';
import { findingsLines } from '../../report/findings.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type SelectionFlags,
  selectionFlags,
  selectionOf,
} from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { wholeNumber } from '../values.ts';

type FindingsFlags = CommonFlags &
  SelectionFlags & {
    readonly question?: Question;
    readonly severity?: Severity;
    readonly limit?: number;
    readonly unsettled?: boolean;
    readonly showSql?: boolean;
  };

export const findings = defineCommand<FindingsFlags, []>({
  docs: {
    brief: 'Rank the answers to the four questions, each with its reasons',
    usage: ['[FLAGS]'],
    description: [
      'Is it scanning, credentialed access, command and control (C2), exfiltration? Lists the answers "yes", the most severe first, with evidence (+), counter-evidence (-), what the score and the severity are made of, and what is missing to be sure (?).',
      'Findings are computed over all loaded records, once, and kept; --from and --to select those whose traffic overlaps the period.',
    ],
    examples: [
      ['findings', 'all of severity low and above'],
      ['findings --question c2 --severity medium', 'what looks like command and control'],
      ['findings --where "port:22,3389 -local:10.0.9.0/24"', 'of some ports, one subnet aside'],
      ['findings --new-since 2026-06-01', 'about peers that nobody talked to before'],
      ['findings --unsettled --severity critical', 'what the data cannot decide'],
      ['findings --limit 1 --show-sql', 'the first, with the query of its sessions'],
    ],
  },
  parameters: {
    flags: {
      question: {
        kind: 'enum',
        values: questions,
        optional: true,
        placeholder: 'QUESTION',
        brief: 'Only one of the four questions',
      },
      severity: {
        kind: 'enum',
        values: severities,
        optional: true,
        placeholder: 'SEVERITY',
        brief: 'The least severity to list (default low)',
      },
      limit: {
        kind: 'parsed',
        parse: wholeNumber(1),
        optional: true,
        placeholder: 'N',
        brief: 'Findings to list (default 50, with --json all)',
      },
      unsettled: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'List what cannot be told, too',
      },
      ...selectionFlags,
      showSql: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Show the query that returns the sessions of each',
      },
      ...commonFlags,
    },
  },
  // Its own --show-sql is about what is shown.
  common: ({ showSql: _, ...flags }) => flags,
  run: async (session, flags) => {
    const { question, severity, unsettled } = flags;
    const limit = flags.limit ?? (session.json ? undefined : 50);
    const options = {
      ...selectionOf(flags),
      ...(question === undefined ? {} : { question }),
      ...(severity === undefined ? {} : { severity }),
      ...(limit === undefined ? {} : { limit }),
      ...(unsettled === undefined ? {} : { unsettled }),
    };
    const { result, fresh } = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Asking the four questions …', async () => ({
        result: await workspace.findings(options),
        fresh: flags.newSince === undefined ? undefined : await workspace.newPeers(flags.newSince),
      })),
    );
    if (session.json) return session.document(fresh === undefined ? result : { ...result, newPeers: fresh });
    await session.notes(newPeersLines(fresh, session.notesPage));
    return session.lines(findingsLines(result, flags.showSql === true, session.page));
  },
});
