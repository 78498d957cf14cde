import type { Hunt } from '../detect/results.ts';
import type { FailedFile } from '../ingest/load-result.ts';
import type { TopOrder } from '../traffic/top.ts';
import { newPeersLines } from './baseline.ts';
import { huntFindingLines } from './findings.ts';
import { together, wrapText } from './fit.ts';
import { funnelLines, notReadLines } from './funnel.ts';
import { listedLines } from './intel.ts';
import { dnsText } from './names.ts';
import { everythingShownLines } from './noise.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { notUse } from './registry.ts';
import { topLines } from './top.ts';
import { bytesText, counted, countText, durationText } from './units.ts';

/** What the report of a hunt needs besides its result. */
export interface HuntReport {
  readonly hunt: Hunt;
  /** Equations of the funnel that do not hold. */
  readonly broken: readonly string[];
  readonly failedFiles: readonly FailedFile[];
  readonly by: TopOrder;
  readonly all: boolean;
  /** How many destinations to show. */
  readonly rows: number;
  /** Whether the four questions were asked. */
  readonly asked: boolean;
  /** Whether a period was asked for, which findings are only selected by. */
  readonly isBounded: boolean;
  /** The filter that destinations and findings meet; the funnel is of everything. */
  readonly where?: string;
}

/** The report of a hunt: period, funnel, what was not read, findings, top destinations, set-asides, what to try next. */
export function huntLines(report: HuntReport, page: Page): string[] {
  const { hunt, broken, failedFiles } = report;
  const { bold } = page.colors;
  const { funnel, dns } = hunt;
  const notRead = notReadLines(
    {
      emptyFiles: funnel.emptyFiles,
      failedFiles: funnel.failedFiles + dns.failedFiles,
      unreadable: funnel.unreadable + dns.unreadable,
    },
    failedFiles,
    page,
  );
  return [
    ...headLines(hunt, page),
    ...everythingShownLines(hunt.everythingShown, page),
    '',
    ...funnelLines(hunt.funnel, broken, page),
    ...(notRead.length === 0 ? [] : ['', ...notRead]),
    ...filterLines(report, page),
    ...freshLines(report, page),
    ...(report.asked ? ['', ...huntFindingLines(hunt.findings, report.isBounded, page)] : []),
    ...(hunt.intel.length === 0 ? [] : ['', ...listedLines(hunt.intel, page)]),
    '',
    ...wrapText(topTitle(report), page.width).map((line) => bold(line)),
    ...destinationLines(report, page),
    ...registeredLines(report, page),
    ...setAsideLines(report, page),
    '',
    ...nextLines(report, page),
  ];
}

function filterLines({ where }: HuntReport, page: Page): string[] {
  if (where === undefined) return [];
  return ['', ...wrapText(plainText(`Below only what meets the filter ${where}`), page.width)];
}

function freshLines({ hunt }: HuntReport, page: Page): string[] {
  const lines = newPeersLines(hunt.newPeers, page);
  return lines.length === 0 ? [] : ['', ...lines];
}

function headLines({ workspace, period, funnel, dns }: Hunt, page: Page): string[] {
  const { bold } = page.colors;
  const files = [counted(funnel.files, 'file')];
  if (funnel.emptyFiles > 0) files.push(`${countText(funnel.emptyFiles)} empty`);
  if (funnel.failedFiles > 0) files.push(`${countText(funnel.failedFiles)} failed`);
  return [
    ...wrapText(
      `${plainText(workspace)}: ${counted(funnel.records, 'record')} in ${files.join(', ')}`,
      page.width,
    ).map((line) => bold(line)),
    ...wrapText(periodText(period), page.width),
    ...[dnsText(dns)].flatMap((text) => (text === undefined ? [] : wrapText(text, page.width))),
  ];
}

/** A period with its length: `2026-05-28T20:26:40Z to 2026-06-04T20:26:40Z (7 d)`. */
export function periodText({ from, to }: Hunt['period']): string {
  if (from === null || to === null) return 'No record has a time in this period.';
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  const length = Number.isFinite(seconds) && seconds > 0 ? ` (${durationText(seconds)})` : '';
  return plainText(`${from} to ${to}${length}`);
}

function topTitle({ hunt, by, all, rows }: HuntReport): string {
  const whose = all ? 'Top destinations, set-asides too' : 'Top destinations';
  const shown = Math.min(rows, hunt.top.length);
  const of = shown < hunt.top.length ? ` (${countText(shown)} of ${countText(hunt.top.length)})` : '';
  return `${whose}, by ${by}${of}`;
}

const nothingMet = 'No destination meets the filter.';

function destinationLines({ hunt, by, all, rows, where }: HuntReport, page: Page): string[] {
  if (hunt.top.length === 0)
    return wrapText(where === undefined ? nothingText(hunt) : nothingMet, page.width);
  const lines = topLines(hunt.top.slice(0, rows), page);
  const more = hunt.top.length - rows;
  if (more <= 0) return lines;
  const flags = `${by === 'flows' ? '' : ` --by ${by}`}${all ? ' --all' : ''}`;
  const said = `${countText(more)} more: ${together(page.command(`top${flags} --limit ${hunt.top.length}`))}`;
  return [...lines, ...wrapText(said, page.width)];
}

/** From when the registrations are, and what they cannot tell. */
function registeredLines({ hunt, rows }: HuntReport, page: Page): string[] {
  const dates = [...hunt.top.slice(0, rows), ...hunt.findings]
    .flatMap(({ registry }) => (registry ? [registry.askedAt.slice(0, 10)] : []))
    .sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined) return [];
  const when = first === last ? first : `${first} to ${last}`;
  return wrapText(`Registered to: as registries said on ${when}. ${notUse}`, page.width).map(page.colors.dim);
}

function nothingText({ funnel }: Hunt): string {
  if (funnel.setAside > 0) return 'Every destination on the Internet is set aside.';
  if (funnel.northSouth > 0) return 'No record goes to the Internet.';
  if (funnel.accepted > 0) return 'All traffic is between local addresses: no record crosses the Internet.';
  return 'No accepted traffic.';
}

function setAsideLines({ hunt, all }: HuntReport, page: Page): string[] {
  if (all) return [];
  const { aside, inSpite } = setAsideTexts(hunt.funnel);
  const see = `. See them: ${together(page.command('top --all'))}`;
  return [
    ...(aside === undefined ? [] : wrapText(`${aside}${see}`, page.width)),
    ...(inSpite === undefined ? [] : wrapText(inSpite, page.width)),
  ];
}

/** How much is set aside and whose it is, and what is shown in spite of it; undefined where nothing is. */
export function setAsideTexts({ setAside, setAsideByProvider, shownInSpite, bytes }: Hunt['funnel']): {
  readonly aside: string | undefined;
  readonly inSpite: string | undefined;
} {
  const inSpite =
    shownInSpite === 0
      ? undefined
      : `Shown in spite of a set-aside: ${counted(shownInSpite, 'record')} to peers on a threat list, or marked suspicious or malicious`;
  if (setAside === 0) return { aside: undefined, inSpite };
  const providers = Object.entries(setAsideByProvider)
    .filter(([, count]) => count > 0)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name]) => plainText(name));
  const named =
    providers.length > 4 ? [...providers.slice(0, 3), `${providers.length - 3} others`] : providers;
  const to = named.length === 0 ? '' : ` to ${named.join(', ')}`;
  return { aside: `Set aside: ${counted(setAside, 'record')}, ${bytesText(bytes.setAside)}${to}`, inSpite };
}

function nextLines({ hunt, by }: HuntReport, page: Page): string[] {
  const { funnel } = hunt;
  const [words, why] =
    funnel.northSouth === 0
      ? (['hunt --internet CIDR', 'if a range that counts as local is not yours'] as const)
      : by === 'bytes'
        ? (['top --group asn --by bytes', 'the same by network: who received the most'] as const)
        : (['top --by bytes', 'the same destinations by data volume, where exfiltration shows'] as const);
  return wrapText(`Next: ${together(page.command(words))}  ${why}`, page.width);
}
