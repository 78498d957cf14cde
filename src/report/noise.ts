import type {
  BenignMarkReport,
  EverythingShown,
  HiddenFinding,
  NoiseReport,
} from '../detect/noise-report.ts';
import { subjectText } from '../marks/mark.ts';
import type { NoiseRuleReport, ServiceMatched, SetAsideReport } from '../traffic/noise.ts';
import { together, wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';
import { bytesText, counted, countText, servicePortText } from './units.ts';

type Counted = NoiseRuleReport | SetAsideReport;

/** The columns of a list of what hides. */
export const hidingColumns: readonly Column<Counted>[] = [
  { header: 'name', text: ({ name }) => name },
  { header: 'state', text: ({ on }) => (on ? 'on' : 'off') },
  { header: 'records', text: ({ records }) => countText(records), align: 'right' },
  { header: 'bytes', text: ({ bytes }) => bytesText(bytes), align: 'right' },
  { header: 'peers', text: ({ peers }) => countText(peers), align: 'right', dropOrder: 1 },
];

const rules: readonly Column<NoiseRuleReport>[] = [
  ...hidingColumns,
  { header: 'matches', text: ({ matches }) => matches, shrinkTo: 16 },
];

/** Noise rules and set-asides: on or off, what each matches, why it is there, and where to change it. */
export function noiseLines(report: NoiseReport, page: Page): string[] {
  return [
    ...everythingShownLines(report.everythingShown, page),
    ...title('Noise rules, of the north/south records', page),
    ...tableLines(rules, report.rules, page),
    ...reasonLines(report.rules, page),
    '',
    ...title('Set-asides, of the records to the Internet', page),
    ...tableLines(hidingColumns, report.setAsides, page),
    ...reasonLines(report.setAsides, page),
    ...serviceLines(report.setAsides, page),
    ...markLines(report.marks, page),
    ...warningLines(report, page),
    '',
    ...wrapText(
      `What is off hides nothing; its counts say what it would match. Switch: ${together(page.command('noise off NAME'))}`,
      page.width,
    ),
    ...(report.everythingShown === null
      ? wrapText(
          `Show everything for once: ${together(page.command('noise off --all'))}, then ${together(page.command('noise reset'))}`,
          page.width,
        )
      : []),
    ...wrapText(
      `Add your own: ${plainText(report.files.noise)} and ${plainText(report.files.setAsides)}`,
      page.width,
    ),
  ];
}

/** That nothing is hidden for the time being, where that is so. */
export function everythingShownLines(shown: EverythingShown | null, page: Page): string[] {
  if (shown === null) return [];
  return wrapText(
    `${plainText(`${everythingShownText(shown)} As it was: `)}${together(page.command('noise reset'))}`,
    page.width,
  ).map((line) => page.colors.yellow(line));
}

/** Since when and by whom everything is shown, in a sentence. */
export function everythingShownText({ at, by }: EverythingShown): string {
  return `Everything is shown since ${at}, by ${by}: no noise rule, set-aside or benign mark counts.`;
}

/** The columns of a list of benign marks. */
export const benignColumns: readonly Column<BenignMarkReport>[] = [
  { header: 'marked benign', text: (mark) => subjectText(mark), shrinkTo: 16 },
  { header: 'records', text: ({ records }) => countText(records), align: 'right' },
  { header: 'bytes', text: ({ bytes }) => bytesText(bytes), align: 'right' },
  { header: 'peers', text: ({ peers }) => countText(peers), align: 'right', dropOrder: 1 },
  { header: 'lowers', text: ({ lowered }) => countText(lowered), align: 'right' },
];

/** Benign marks, which hide no record but lower findings. */
function markLines(all: readonly BenignMarkReport[], page: Page): string[] {
  if (all.length === 0) return [];
  return [
    '',
    ...title('Benign marks, and how many findings each lowers', page),
    ...tableLines(benignColumns, all, page),
  ];
}

const mostWarned = 5;

/** What hides, or lowers, a finding of severity high or above, loudly; what is off hides nothing. */
function warningLines(report: NoiseReport, page: Page): string[] {
  const warned = warningsOf(report);
  if (warned.length === 0) return [];
  const { red, bold } = page.colors;
  return [
    '',
    ...warned.flatMap(({ said, hides }) => {
      const more = hides.length - mostWarned;
      return [
        ...wrapText(plainText(said), page.width).map((line) => red(bold(line))),
        ...hides.slice(0, mostWarned).flatMap((finding) => hiddenLines(finding, page)),
        ...(more > 0 ? [`  and ${countText(more)} more; --json has all`] : []),
      ];
    }),
  ];
}

/** Who hides, or lowers, how many findings of severity high or above, and which. */
export function warningsOf({
  rules,
  setAsides,
  marks: benign,
  everythingShown,
}: Pick<NoiseReport, 'rules' | 'setAsides' | 'marks' | 'everythingShown'>): {
  readonly said: string;
  readonly hides: readonly HiddenFinding[];
}[] {
  if (everythingShown !== null) return [];
  const hiding = [...rules, ...setAsides]
    .filter(({ on }) => on)
    .map(({ name, hides }) => ({ who: `${name} hides`, hides: hides ?? [] }));
  const lowering = benign.map((mark) => ({
    who: `The benign mark of ${subjectText(mark)} lowers`,
    hides: mark.hides ?? [],
  }));
  return [...hiding, ...lowering]
    .filter(({ hides }) => hides.length > 0)
    .map(({ who, hides }) => ({
      said: `${who} ${counted(hides.length, 'finding')} of severity high or above`,
      hides,
    }));
}

/** A hidden finding in one line. */
export function hiddenText(finding: HiddenFinding): string {
  const { severity, question, kind, peer, local, servicePort, protocol, records } = finding;
  const port = servicePort === null ? '' : ` ${servicePortText(servicePort, protocol)}`;
  const how = records === null ? '' : `: ${counted(records, 'record')} of it`;
  return `${severity} ${question} (${kind}), ${peer}${port}, ${local ?? 'many locals'}${how}`;
}

function hiddenLines(finding: HiddenFinding, page: Page): string[] {
  const text = `${hiddenText(finding)}. See it: `;
  return wrapText(
    `${plainText(text)}${together(page.command(`ip ${plainText(finding.peer)}`))}`,
    page.width,
    '  ',
  );
}

function title(text: string, page: Page): string[] {
  return wrapText(text, page.width).map((line) => page.colors.bold(line));
}

/** The reason of each, below the table: a reason that is cut explains nothing. */
function reasonLines(entries: readonly Counted[], page: Page): string[] {
  return entries
    .flatMap(({ name, reason }) => wrapText(plainText(`${name}: ${reason}`), page.width, '  '))
    .map((line) => page.colors.dim(line));
}

interface ServiceOfEntry extends ServiceMatched {
  readonly name: string;
}

const services: readonly Column<ServiceOfEntry>[] = [
  { header: 'set-aside', text: ({ name }) => name },
  { header: 'service', text: ({ service }) => service ?? 'unknown service' },
  { header: 'records', text: ({ records }) => countText(records), align: 'right' },
  { header: 'bytes', text: ({ bytes }) => bytesText(bytes), align: 'right' },
  { header: 'peers', text: ({ peers }) => countText(peers), align: 'right', dropOrder: 1 },
];

const mostServices = 8;

/** What is behind each set-aside that matched anything: machines for rent are no object store. */
function serviceLines(entries: readonly SetAsideReport[], page: Page): string[] {
  const rows = entries.flatMap(({ name, services: all }) => {
    const rest = all.slice(mostServices);
    const sum = (key: 'records' | 'bytes' | 'peers') => rest.reduce((total, each) => total + each[key], 0);
    const others = {
      service: `${rest.length} others`,
      records: sum('records'),
      bytes: sum('bytes'),
      peers: sum('peers'),
    };
    const shown = rest.length === 0 ? all : [...all.slice(0, mostServices), others];
    return shown.map((service) => ({ name, ...service }));
  });
  if (rows.length === 0) return [];
  const narrowed = entries
    .filter(({ only, except }) => only.length + except.length > 0)
    .flatMap(({ name, only, except }) =>
      wrapText(
        plainText(
          `${name} hides ${only.length > 0 ? `only ${only.join(', ')}` : `all but ${except.join(', ')}`}.`,
        ),
        page.width,
      ),
    );
  const unknown = rows.every(({ service }) => service === null)
    ? `No service is known. The providers' own lists name them: ${together(page.command('labels update'))}`
    : '';
  return [
    '',
    ...title('What is behind the set-asides, by service of the provider', page),
    ...tableLines(services, rows, page),
    ...narrowed,
    ...(unknown === '' ? [] : wrapText(unknown, page.width)),
  ];
}
