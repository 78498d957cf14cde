import type { Question } from '../detect/finding.ts';
import type { AddressReport, QuestionAnswer } from '../detect/results.ts';
import type { AddressConversation, InterArrivals } from '../traffic/ip.ts';
import { knownLines } from './baseline.ts';
import { reasonLines, severityText, stepLines } from './findings.ts';
import { cutText, padText, together, wrapText } from './fit.ts';
import { hitLines } from './intel.ts';
import { markedLines } from './marks.ts';
import { addressNameLines, nameText } from './names.ts';
import { type Page, pictureWidth } from './page.ts';
import { atBothEnds, bar, inColumns, sparkline } from './pictures.ts';
import { plainText } from './plain-text.ts';
import { providerText } from './provider.ts';
import { notUse, registryLines } from './registry.ts';
import { type Column, tableLines } from './table.ts';
import {
  bytesText,
  counted,
  countText,
  durationText,
  minuteText,
  servicePortText,
  unknownText,
  wholeShareText,
} from './units.ts';

/** Everything about one address on one screen. `rows` is how many conversations to show. */
export function addressLines(report: AddressReport, rows: number, page: Page): string[] {
  const head = headLines(report, page);
  if (report.totals.sessions === 0) {
    const none = `No loaded record has this address in the period. ${together(page.command('coverage'))} shows what is loaded.`;
    return [...head, '', ...wrapText(none, page.width)];
  }
  return [
    ...head,
    ...totalLines(report, page),
    '',
    ...timelineLines(report, page),
    '',
    ...title('The four questions', page),
    ...report.questions.flatMap((answer) => answerLines(answer, report.address, page)),
    ...report.interArrivals.flatMap((picture) => ['', ...gapLines(picture, page)]),
    '',
    ...conversationLines(report, rows, page),
  ];
}

function title(text: string, page: Page): string[] {
  return wrapText(text, page.width).map((line) => page.colors.bold(line));
}

function headLines(report: AddressReport, page: Page): string[] {
  const { asn, network, country, city, provider, setAside, scope } = report;
  const names = [
    scope,
    asn === null ? null : `AS${asn}`,
    network,
    [city, country].filter((text) => text !== null).join(', ') || null,
    provider === null ? null : `provider ${providerText(report)}`,
    setAside === null ? null : `set aside as ${setAside}`,
  ].filter((text) => text !== null);
  const [first = '', ...rest] = wrapText(plainText([report.address, ...names].join('  ')), page.width);
  const marks = report.marks.flatMap((mark) => markedLines(mark, page));
  return [
    page.colors.bold(first),
    ...rest,
    ...marks,
    ...hitLines(report.intel, page),
    ...wouldAddLines(report.wouldAdd, page),
    ...addressNameLines(report, page),
    ...knownLines(report, page),
    ...outsideLines(report, page),
  ];
}

/** What lists and marks weigh in a finding about the address. */
function wouldAddLines(wouldAdd: AddressReport['wouldAdd'], page: Page): string[] {
  return wouldAdd.flatMap(({ servicePort, steps }) => {
    const where = servicePort === null ? '' : ` on port ${servicePort}`;
    const lines = steps.flatMap((step) => stepLines(step, page, '  '));
    return [...wrapText(`In a finding about it${where} this weighs:`, page.width), ...lines].map(
      page.colors.dim,
    );
  });
}

/** What others say of the address, as far as they were asked now or before. */
function outsideLines(report: AddressReport, page: Page): string[] {
  const { reverseNames: names, registry } = report;
  const named = names?.length === 0 ? 'No name in reverse DNS' : `In reverse DNS: ${names?.join(', ')}`;
  return [
    ...(names === null ? [] : wrapText(plainText(named), page.width)),
    ...registryLines(report, page),
    ...(registry === null ? [] : wrapText(notUse, page.width).map(page.colors.dim)),
  ];
}

function totalLines(report: AddressReport, page: Page): string[] {
  const { totals: t, firstSeen, lastSeen, conversationsTotal, scope, coverage } = report;
  const span = (Date.parse(lastSeen ?? '') - Date.parse(firstSeen ?? '')) / 1000;
  const lasted = span > 0 ? ` (${durationText(span)})` : '';
  const seen = `Seen ${minuteText(firstSeen)} to ${minuteText(lastSeen)}${lasted}: ${counted(t.sessions, 'session')} in ${counted(conversationsTotal, 'conversation')}. Records speak of ${wholeShareText(coverage)} of all minutes.`;
  const whose = scope === 'internet' ? 'As the local ends see it' : 'As this address sees it';
  const volume = `${whose}: in ${counted(t.flowsIn, 'flow')}, ${bytesText(t.bytesIn)}; out ${counted(t.flowsOut, 'flow')}, ${bytesText(t.bytesOut)}.`;
  return [seen, volume].flatMap((text) => wrapText(text, page.width));
}

function timelineLines({ timeline }: AddressReport, page: Page): string[] {
  const { buckets, bucketSeconds } = timeline;
  const width = Math.max(10, pictureWidth(page) - 5);
  const sum = (key: 'bytesIn' | 'bytesOut') =>
    inColumns(buckets, width, (own) => own.reduce((total, bucket) => total + bucket[key], 0));
  const incoming = sum('bytesIn');
  const outgoing = sum('bytesOut');
  const peak = Math.max(...incoming, ...outgoing, 0);
  const step = bucketSeconds * Math.max(1, Math.ceil(buckets.length / width));
  const text = `Bytes per ${durationText(step).replace(/^1 /, '')}, up to ${bytesText(peak)}`;
  const axis = atBothEnds(
    minuteText(buckets[0]?.start ?? null),
    minuteText(buckets.at(-1)?.start ?? null),
    incoming.length,
  );
  const fits = (line: string) => (page.width === undefined ? line : cutText(line, page.width)).trimEnd();
  return [
    ...title(text, page),
    fits(`in   ${sparkline(incoming, width, peak)}`),
    fits(`out  ${sparkline(outgoing, width, peak)}`),
    page.colors.dim(fits(`     ${axis}`)),
  ];
}

const answerTexts = { yes: 'YES', no: 'no', 'cannot-tell': 'cannot tell' } as const;
const asks: Readonly<Record<Question, string>> = {
  scan: 'scanning?',
  access: 'credentialed access?',
  c2: 'command and control?',
  exfil: 'exfiltration?',
};

function answerLines(answer: QuestionAnswer, address: string, page: Page): string[] {
  const { bold, dim } = page.colors;
  const { question, severity, score, kind } = answer;
  const said = answerTexts[answer.answer];
  const name = padText(asks[question], 21);
  const graded = severity !== null && answer.answer === 'yes' ? ` ${severity}` : '';
  // A score says how much speaks for a yes: beside a no it would be read as the certainty of that.
  const measured = answer.answer === 'no' ? '' : `, score ${score.toFixed(2)}`;
  const what = kind === null || kind === 'none' ? '' : `${measured}: ${kind}`;
  const text = plainText(`${said}${graded}${what}${subjectText(answer, address)}`);
  const lines = wrapText(
    `${name}${text}`.replaceAll(/ {2,}/g, (gap) => '\u00a0'.repeat(gap.length)),
    page.width,
  );
  const shown =
    answer.answer === 'yes' && severity !== null
      ? lines.map((line) => severityText(severity, page, bold(line)))
      : answer.answer === 'no'
        ? lines.map((line) => dim(line))
        : lines;
  const brief = answer.answer === 'no' ? { ...answer, parts: [] } : answer;
  return [...shown, ...reasonLines(brief, page, '  ')];
}

function subjectText({ subject, subjects, peers }: QuestionAnswer, address: string): string {
  if (subject === null) return '';
  if (peers.length > 1 && subject.local !== address)
    return `, ${subject.local ?? 'many locals'}, as one of ${countText(peers.length)} peers`;
  if (peers.length > 1) return `, ${countText(peers.length)} peers`;
  const other = subject.peer === address ? subject.local : subject.peer;
  const port =
    subject.servicePort === null ? '' : ` ${servicePortText(subject.servicePort, subject.protocol)}`;
  const withWhom = other === null || other === address ? '' : `, ${other}${port}`;
  return `${withWhom}${subjects > 1 ? ` (and ${countText(subjects - 1)} more)` : ''}`;
}

/** What a histogram of gaps is of. */
export function gapsText({ local, peer, servicePort, protocol, gaps, medianSeconds }: InterArrivals): string {
  const port = servicePortText(servicePort, protocol);
  return `Seconds between starts, ${local} to ${peer} ${port}: ${counted(gaps, 'gap')}, median ${countText(medianSeconds ?? 0)} s`;
}

/** The seconds of one bin of a histogram of gaps. */
export function binText({ fromSeconds, toSeconds }: InterArrivals['bins'][number]): string {
  return toSeconds - fromSeconds === 1
    ? countText(fromSeconds)
    : `${countText(fromSeconds)} to ${countText(toSeconds - 1)}`;
}

function gapLines(picture: InterArrivals, page: Page): string[] {
  const { bins } = picture;
  const labels = bins.map(binText);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const countWidth = Math.max(...bins.map(({ count }) => countText(count).length));
  const room = Math.max(4, Math.min(60, pictureWidth(page) - labelWidth - countWidth - 4));
  const most = Math.max(...bins.map(({ count }) => count), 1);
  return [
    ...title(plainText(gapsText(picture)), page),
    ...bins.map(({ count }, index) => {
      const line = `${padText(labels[index] ?? '', labelWidth, 'right')}  ${padText(countText(count), countWidth, 'right')}  ${bar(count / most, room)}`;
      return (page.width === undefined ? line : cutText(line, page.width)).trimEnd();
    }),
  ];
}

function conversationLines(report: AddressReport, rows: number, page: Page): string[] {
  const { conversations, conversationsTotal, address } = report;
  const shown = conversations.slice(0, rows);
  const of =
    shown.length < conversationsTotal
      ? ` (${countText(shown.length)} of ${countText(conversationsTotal)})`
      : '';
  const more =
    shown.length < conversationsTotal
      ? wrapText(
          `More: ${together(page.command(`ip ${address} --limit ${Math.min(conversationsTotal, 1000)}`))}`,
          page.width,
        )
      : [];
  return [
    ...title(`Conversations, by bytes${of}`, page),
    ...tableLines(columnsFor(report), shown, page),
    ...more,
  ];
}

const ways: Readonly<Record<string, string>> = { outbound: '→', inbound: '←' };

/** The other end of a conversation is what differs; the address itself is said once, in the head. */
function columnsFor({ address, conversations }: AddressReport): Column<AddressConversation>[] {
  const isPeer = conversations.every(({ peer }) => peer === address);
  const name = ({ peerNetwork, peerCountry }: AddressConversation) =>
    peerNetwork === null ? unknownText : `${peerNetwork}${peerCountry === null ? '' : `, ${peerCountry}`}`;
  const hasNames = conversations.some(({ peerName }) => peerName !== null);
  return [
    { header: 'local', text: ({ local }) => local },
    { header: '', text: ({ direction }) => ways[direction] ?? '?' },
    { header: 'peer', text: ({ peer }) => peer, ...(isPeer ? { dropOrder: 9 } : {}) },
    ...(isPeer || !hasNames
      ? []
      : [
          {
            header: 'name',
            text: ({ peerName }: AddressConversation) => nameText(peerName, undefined),
            shrinkTo: 12,
          },
        ]),
    ...(isPeer ? [] : [{ header: 'network', text: name, shrinkTo: 8, dropOrder: 6 }]),
    {
      header: 'port',
      text: ({ servicePort, protocol }) => servicePortText(servicePort, protocol),
      align: 'right',
    },
    { header: 'sessions', text: ({ sessions }) => countText(sessions), align: 'right', dropOrder: 7 },
    { header: 'flows', text: ({ flows }) => countText(flows), align: 'right', dropOrder: 8 },
    { header: 'in', text: ({ bytesIn }) => bytesText(bytesIn), align: 'right' },
    { header: 'out', text: ({ bytesOut }) => bytesText(bytesOut), align: 'right' },
    { header: 'first seen', text: ({ firstSeen }) => minuteText(firstSeen), dropOrder: 11 },
    { header: 'last seen', text: ({ lastSeen }) => minuteText(lastSeen), dropOrder: 10 },
  ];
}
