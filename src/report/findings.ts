import type { Question, ScorePart, Severity, SeverityStep } from '../detect/finding.ts';
import type { Finding, FindingsResult, IdentifiedFinding } from '../detect/results.ts';
import { cutText, padText, together, wrapText } from './fit.ts';
import { findingNamesText, nameText } from './names.ts';
import { type Page, pictureWidth } from './page.ts';
import { bar } from './pictures.ts';
import { plainText } from './plain-text.ts';
import { providerText } from './provider.ts';
import { holderText, registryLines } from './registry.ts';
import { type Column, tableLines } from './table.ts';
import { counted, countText, minuteText, servicePortText, unknownText, wholeShareText } from './units.ts';

/** Names of the questions as people say them. */
const questionNames: Readonly<Record<Question, string>> = {
  scan: 'scan',
  access: 'access',
  c2: 'C2',
  exfil: 'exfil',
};

/** A severity in its colour. */
export function severityText(severity: Severity, page: Page, text: string = severity): string {
  const { red, yellow, bold, dim } = page.colors;
  if (severity === 'critical') return bold(red(text));
  if (severity === 'high') return red(text);
  if (severity === 'medium') return yellow(text);
  return severity === 'info' ? dim(text) : text;
}

/** `05-28 20:26`: the year is said at the head of a report. */
function dayText(time: string | null): string {
  return time === null ? unknownText : minuteText(time).slice(5);
}

/** The columns of a list of findings. */
export const findingColumns: readonly Column<Finding>[] = [
  { header: 'severity', text: ({ severity, answer }) => (answer === 'yes' ? severity : 'cannot tell') },
  { header: 'what', text: ({ question }) => questionNames[question] },
  { header: 'peer', text: ({ peer }) => peer },
  { header: 'local', text: ({ local }) => local ?? 'many' },
  { header: 'port', text: portOf, align: 'right' },
  { header: 'score', text: ({ score }) => score.toFixed(2), align: 'right', dropOrder: 2 },
  { header: 'last seen', text: ({ lastSeen }) => dayText(lastSeen), dropOrder: 1 },
];

function portOf({ servicePort, protocol }: Finding): string {
  return servicePort === null && protocol !== 1 && protocol !== 58
    ? 'many'
    : servicePortText(servicePort, protocol);
}

/** Findings as a table, each with its first reason below it. */
function findingTableLines(findings: readonly Finding[], page: Page): string[] {
  if (findings.length === 0) return [];
  const [head = '', rule = '', ...rows] = tableLines(findingColumns, findings, page);
  return [
    head,
    rule,
    ...rows.flatMap((row, index) => {
      const finding = findings[index];
      if (finding === undefined) return [row];
      const { severity, answer } = finding;
      const shown = answer === 'yes' ? severity : 'cannot tell';
      const coloured = row.startsWith(shown)
        ? severityText(severity, page, shown) + row.slice(shown.length)
        : row;
      return [coloured, ...briefLines(finding, page).map((line) => page.colors.dim(line))];
    }),
  ];
}

const networkWidth = 30;

/** Who the peer is, what was found, and the first reason, on two lines at most. */
function briefLines(finding: Finding, page: Page): string[] {
  const { kind, evidence, network, country, mark, threatLists, registry, names, namesTotal } = finding;
  const holder = registry ? holderText(registry) : null;
  const said = [
    mark === null ? null : `marked ${mark}`,
    threatLists.length === 0 ? null : `on ${plainText(threatLists.join(', '))}`,
    holder === null || holder === network
      ? null
      : `registered to ${cutText(plainText(holder), networkWidth)}`,
  ];
  const known = names[0]?.name;
  const name = [
    known === undefined ? null : nameText(known, namesTotal),
    network === null ? null : cutText(plainText(network), networkWidth),
    country,
    ...said,
  ]
    .filter((text) => text !== null)
    .join(', ');
  const reason = plainText(evidence.length === 0 ? kind : `${kind}: ${evidence[0]}`);
  const [first = '', ...rest] = wrapText(name === '' ? reason : `${name}. ${reason}`, page.width, '  ');
  const [second] = rest;
  if (second === undefined || page.width === undefined) return [first];
  return [first, rest.length === 1 ? second : cutText(`${second} ${rest[1]?.trimStart()}`, page.width)];
}

const mostShown = 20;
const mostLow = 5;

/** The findings of a hunt that matter: medium and above; where there is none, the first low ones. */
export function huntFindingLines(findings: readonly Finding[], isBounded: boolean, page: Page): string[] {
  const { bold, dim } = page.colors;
  const serious = findings.filter(({ severity }) => severity !== 'low' && severity !== 'info');
  const shown = serious.length > 0 ? serious.slice(0, mostShown) : findings.slice(0, mostLow);
  const title = `Findings: ${bySeverity(findings)}`;
  const scope = isBounded
    ? wrapText('Over all loaded records; those whose traffic overlaps the period', page.width).map(dim)
    : [];
  if (findings.length === 0) {
    return [
      ...wrapText('Findings: none of severity low or above', page.width).map((line) => bold(line)),
      ...wrapText(
        `What was looked at: ${together(page.command('findings --severity info'))}`,
        page.width,
      ).map(dim),
    ];
  }
  const more = findings.length - shown.length;
  const next =
    more > 0
      ? `${countText(more)} more, and the reasons: ${together(page.command('findings'))}`
      : `The reasons: ${together(page.command('findings'))}`;
  return [
    ...wrapText(title, page.width).map((line) => bold(line)),
    ...scope,
    ...findingTableLines(shown, page),
    ...wrapText(next, page.width),
  ];
}

function bySeverity(findings: readonly Finding[]): string {
  const counts = (['critical', 'high', 'medium', 'low', 'info'] as const)
    .map(
      (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0);
  return counts.map(([severity, count]) => `${countText(count)} ${severity}`).join(', ');
}

/** Over which records findings were computed, and how much those speak of. */
export function computedText({
  computedOver,
  coverage,
  skipped,
}: Pick<FindingsResult, 'computedOver' | 'coverage' | 'skipped'>): string {
  const lost = skipped > 0 ? `, AWS lost those of ${wholeShareText(skipped)}` : '';
  return `Computed over all loaded records, ${computedOver.from ?? '?'} to ${computedOver.to ?? '?'}; records speak of ${wholeShareText(coverage)} of the minutes of the interfaces${lost}.`;
}

/** Findings in full: evidence, counter-evidence, what the score and the severity are made of, what is missing. */
export function findingsLines(result: FindingsResult, showSql: boolean, page: Page): string[] {
  const { bold, dim } = page.colors;
  const { findings, total } = result;
  const shown =
    findings.length < total ? `${countText(findings.length)} of ${countText(total)}` : countText(total);
  const head = total === 0 ? 'No finding' : `${shown} ${total === 1 ? 'finding' : 'findings'}`;
  return [
    ...wrapText(head, page.width).map((line) => bold(line)),
    ...wrapText(computedText(result), page.width).map((line) => dim(line)),
    ...findings.flatMap((finding, index) => ['', ...findingLines(finding, index + 1, showSql, page)]),
    ...restLines(result, page),
  ];
}

function restLines({ below, unsettled, findings }: FindingsResult, page: Page): string[] {
  const listed = findings.filter(({ answer }) => answer === 'cannot-tell').length;
  const lines = [];
  if (below > 0)
    lines.push(`${counted(below, 'answer')} below: ${together(page.command('findings --severity info'))}`);
  if (unsettled - listed > 0)
    lines.push(
      `${countText(unsettled - listed)} that cannot be told: ${together(page.command('findings --unsettled'))}`,
    );
  return lines.length === 0 ? [] : ['', ...lines.flatMap((line) => wrapText(line, page.width))];
}

/** How severe a finding is, or that it cannot be told. */
export function gradeText({ severity, answer }: Pick<Finding, 'severity' | 'answer'>): string {
  return answer === 'yes' ? severity : 'cannot tell';
}

/** What was found, as `C2: beacon`. */
export function findingTitle({ question, kind }: Pick<Finding, 'question' | 'kind'>): string {
  return `${questionNames[question]}: ${kind}`;
}

/** Between whom, at which port, and who the peer is, as `10.0.0.5 to 203.0.113.7, port 443/tcp (EXAMPLE, DE)`. */
export function findingPlaceText(finding: Finding): string {
  const { peer, local, direction } = finding;
  const service = finding.service === null ? null : providerText(finding);
  const labels = [finding.network, service, finding.country, finding.asn === null ? null : `AS${finding.asn}`]
    .filter((text) => text !== null)
    .join(', ');
  const others = finding.peers.length > 1 ? ` and ${counted(finding.peers.length - 1, 'more peer')}` : '';
  const way =
    direction === 'inbound'
      ? `${peer} to ${local ?? 'many locals'}`
      : direction === 'outbound'
        ? local === null && finding.question === 'scan'
          ? `${peer} to many targets`
          : `${local ?? 'many locals'} to ${peer}${others}`
        : `${peer} among ${local === null || local === peer ? 'the local addresses' : `the local addresses, ${local}`}`;
  return `${way}, ${portOf(finding) === 'many' ? 'many ports' : `port ${portOf(finding)}`}${labels === '' ? '' : ` (${labels})`}`;
}

/** From when to when, and on how much of that time the finding stands. */
export function findingTimesText({ firstSeen, lastSeen, coverage }: Finding): string {
  const times =
    firstSeen === null ? 'At an unknown time' : `${minuteText(firstSeen)} to ${minuteText(lastSeen)}`;
  return `${times}, standing on ${wholeShareText(coverage)} of the minutes`;
}

function findingLines(finding: IdentifiedFinding, rank: number, showSql: boolean, page: Page): string[] {
  const { bold } = page.colors;
  const { severity, score } = finding;
  const title = `${rank}. ${gradeText(finding)}  ${findingTitle(finding)}  score ${score.toFixed(2)}`;
  const when = `${findingTimesText(finding)}${finding.attack.length === 0 ? '' : `  ${finding.attack.join(' ')}`}  id ${finding.id}`;
  const inside = (text: string) => wrapText(plainText(text), page.width, '   ');
  return [
    ...wrapText(plainText(title), page.width).map((line) => severityText(severity, page, bold(line))),
    ...inside(findingPlaceText(finding)),
    ...inside(when),
    ...registryLines({ registry: finding.registry ?? null, registryFailure: null }, page, '   '),
    ...[findingNamesText(finding)].flatMap((text) => (text === undefined ? [] : inside(text))),
    ...peersTexts(finding).flatMap(inside),
    ...reasonLines(finding, page, '   '),
    ...(showSql ? sqlLines(finding.sql, page) : []),
  ];
}

const mostPeers = 12;

/** The peers of a finding that has several, each with its bout; the first of them where they are many. */
export function peersTexts({ peers }: Pick<Finding, 'peers'>): string[] {
  if (peers.length === 0) return [];
  const shown = peers.slice(0, mostPeers).map(({ peer, firstSeen, lastSeen, sessions, network, country }) => {
    const whose = [network, country].filter((text) => text !== null).join(', ');
    return `${peer}: ${counted(sessions, 'session')}, ${minuteText(firstSeen)} to ${minuteText(lastSeen)}${whose === '' ? '' : ` (${whose})`}`;
  });
  const more = peers.length - shown.length;
  return more > 0 ? [...shown, `and ${countText(more)} more: findings --json names all`] : shown;
}

/** What every answer consists of, as the list of findings and the page of an address show it. */
export interface Reasons {
  readonly evidence: readonly string[];
  readonly counterEvidence: readonly string[];
  readonly missing: readonly string[];
  readonly parts: readonly ScorePart[];
  readonly severitySteps: readonly SeverityStep[];
}

/** Evidence with +, counter-evidence with -, what is missing with ?, then the parts of the score and the steps. */
export function reasonLines(reasons: Reasons, page: Page, indent: string): string[] {
  const { green, cyan, dim } = page.colors;
  const marked = (sign: string, color: (text: string) => string, texts: readonly string[]) =>
    texts.flatMap((text) =>
      hanging(`${indent}${sign} `, plainText(text), page).map((line, index) =>
        index === 0 ? line.replace(`${indent}${sign}`, `${indent}${color(sign)}`) : line,
      ),
    );
  return [
    ...marked('+', page.colors.red, reasons.evidence),
    ...marked('-', green, reasons.counterEvidence),
    ...marked(
      '?',
      cyan,
      reasons.missing.map((text) => `missing: ${text}`),
    ),
    ...partLines(reasons.parts, page, indent),
    ...reasons.severitySteps.flatMap((step) => stepLines(step, page, indent)).map((line) => dim(line)),
  ];
}

/** What raised or lowered a severity, as `severity +1: the peer is on a threat list`. */
export function stepText({ because, steps }: SeverityStep): string {
  return `severity ${steps > 0 ? `+${steps}` : steps === 0 ? 'as it is' : steps}: ${because}`;
}

/** The same on lines of their own behind an arrow. */
export function stepLines(step: SeverityStep, page: Page, indent: string): string[] {
  const sign = step.steps < 0 ? '↓' : step.steps > 0 ? '↑' : '=';
  return hanging(`${indent}${sign} `, plainText(stepText(step)), page);
}

/** Text after a mark; what does not fit goes on below the text, not below the mark. */
function hanging(mark: string, text: string, page: Page): string[] {
  const indent = ' '.repeat(mark.length);
  const lines = wrapText(text, page.width, indent);
  return lines.map((line, index) => (index === 0 ? mark + line.slice(indent.length) : line));
}

const partBar = 10;

/** The parts of a score: name, a small bar of the value, the weight, and the numbers behind it. */
function partLines(parts: readonly ScorePart[], page: Page, indent: string): string[] {
  if (parts.length === 0) return [];
  const width = pictureWidth(page);
  const names = parts.map(({ name }) => plainText(name));
  const nameWidth = Math.min(24, Math.max(...names.map((name) => name.length)));
  const room = page.width === undefined ? undefined : width;
  return parts.map(({ value, weight, because }, index) => {
    const name = padText(cutText(names[index] ?? '', nameWidth), nameWidth);
    const line = `${indent}${name} ${padText(bar(value, partBar), partBar)} ${value.toFixed(2)} ×${weight}  ${plainText(because)}`;
    return page.colors.dim(room === undefined ? line : cutText(line, room));
  });
}

function sqlLines(sql: string, page: Page): string[] {
  return wrapText(plainText(sql), page.width, '   ').map((line) => page.colors.dim(line));
}
