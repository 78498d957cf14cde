import { type Severity, severities } from '../../detect/finding.ts';
import { HuntError } from '../../errors.ts';
import type { ReportOptions } from '../../handover/report.ts';
import { reportWords } from '../../handover/report-command.ts';
import type { ReportProgress } from '../../handover/report-material.ts';
import { cutText } from '../../report/fit.ts';
import { plainText } from '../../report/plain-text.ts';
import { bytesText, counted, countText } from '../../report/units.ts';
import { type TopOrder, topOrders } from '../../traffic/top.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type PeriodFlags,
  periodFlags,
  periodOf,
  type ShowSqlFlag,
  showSqlFlag,
  type WhereFlag,
  whereFlag,
  whereOf,
} from '../common-flags.ts';
import { displayOf } from '../progress.ts';
import { someText } from '../values.ts';

const endings = ['.html', '.md'];

type ReportFlags = CommonFlags &
  ShowSqlFlag &
  PeriodFlags &
  WhereFlag & {
    readonly output: string;
    readonly title?: string;
    readonly note?: string;
    readonly severity?: Severity;
    readonly all?: boolean;
    readonly finding?: readonly string[];
    readonly by?: TopOrder;
  };

export const report = defineCommand<ReportFlags, []>({
  docs: {
    brief: 'Write the case as one page (.html) or ticket text (.md) to hand over',
    usage: ['-o FILE [FLAGS]'],
    description: [
      'Writes what hunt, findings, noise, coverage, marks, intel and labels say into one file: the funnel, traffic over time, findings with their reasons, pictures, records and queries, top tables, what was set aside, what was not read, and what labels and lists are of.',
      'The HTML page needs no script and loads nothing; it stays below 5 MB: of many findings the first are told in full, and it says how many are not. Markdown is for tickets: names and notes that come from data cannot become links, images or HTML in it.',
    ],
    examples: [
      ['report -o case.html', 'findings of severity medium and above'],
      ['report -o case.html --title "Case 7" --note "Beacon found on Monday."', 'with your own words first'],
      [
        'report -o ticket.md --finding 3f2a91 --finding 77c0de',
        'two findings, by the ids that findings shows',
      ],
      ['report -o day.html --from 2026-05-28 --to 2026-05-29 --severity low', 'one day'],
      ['report -o subnet.html --where "local:10.0.3.0/24" --all', 'all that one subnet has'],
    ],
  },
  parameters: {
    flags: {
      output: {
        kind: 'parsed',
        parse: parseFile,
        placeholder: 'FILE',
        brief: `File to write, ending in ${endings.join(' or ')}`,
      },
      title: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'TEXT',
        brief: 'Title of the report',
      },
      note: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'TEXT',
        brief: 'What you have to say first; lines are kept',
      },
      finding: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        variadic: true,
        placeholder: 'ID',
        brief: 'Only this finding, by its id or the beginning of it (repeatable)',
      },
      severity: {
        kind: 'enum',
        values: severities,
        optional: true,
        placeholder: 'SEVERITY',
        brief: 'The least severity of findings (default medium)',
      },
      all: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'All findings, what cannot be told too',
      },
      by: {
        kind: 'enum',
        values: topOrders,
        optional: true,
        placeholder: 'ORDER',
        brief: 'What to rank tables by (default flows)',
      },
      ...whereFlag,
      ...periodFlags,
      ...showSqlFlag,
      ...commonFlags,
    },
    aliases: { o: 'output' },
  },
  run: async (session, flags) => {
    const { output, title, note, severity, all, by, finding } = flags;
    if (finding !== undefined && (all === true || severity !== undefined)) {
      throw new HuntError('usage.value', '--finding names findings, --severity and --all choose among all', {
        hint: 'Use one or the other.',
      });
    }
    const options: ReportOptions = {
      ...periodOf(flags),
      ...whereOf(flags),
      ...(title === undefined ? {} : { title }),
      ...(note === undefined ? {} : { note }),
      ...(severity === undefined ? {} : { severity }),
      ...(all === undefined ? {} : { all }),
      ...(by === undefined ? {} : { by }),
      ...(finding === undefined ? {} : { findings: finding }),
    };
    const display = displayOf<ReportProgress>(session.world.stderr, {
      bar: (progress, seconds, width) => cutText(`${said(progress, seconds)} …`, width),
      plain: said,
    });
    try {
      const written = await session.withWorkspace((workspace) =>
        workspace.writeReport(output, {
          ...options,
          command: session.page.command(reportWords(output, options)),
          onProgress: (progress) => display.show(progress),
        }),
      );
      display.stop();
      if (session.json) return session.document(written);
      const { inFull, inALine, leftOut } = written.findings;
      const more = [
        ...(inALine > 0 ? [`${countText(inALine)} in a line each`] : []),
        ...(leftOut > 0 ? [`${countText(leftOut)} left out`] : []),
      ];
      return session.notes([
        `Wrote ${plainText(output)}, ${bytesText(written.bytes)}, with ${counted(inFull, 'finding')}${more.length === 0 ? '' : ` in full, ${more.join(', ')}`}.`,
      ]);
    } finally {
      display.stop();
    }
  },
});

function said({ step, done, total }: ReportProgress, seconds: number): string {
  const pieces = total === 0 ? '' : `, ${countText(done)} of ${countText(total)}`;
  return `Writing the report: ${step}${pieces}${seconds < 1 ? '' : `, ${Math.floor(seconds)} s`}`;
}

function parseFile(text: string): string {
  if (endings.some((ending) => text.toLowerCase().endsWith(ending))) return text;
  throw new HuntError('usage.value', `"${text}" does not end in a form that a report can have`, {
    hint: `End the name in ${endings.join(' or ')}.`,
  });
}
