import type { CoverageHour, CoverageReport, InterfaceCoverage } from '../traffic/coverage.ts';
import { cutText, padText, together, wrapText } from './fit.ts';
import { dnsText } from './names.ts';
import { type Page, pictureWidth } from './page.ts';
import { atBothEnds, inColumns } from './pictures.ts';
import { plainText } from './plain-text.ts';
import { counted, countText, durationText, minuteText, wholeShareText } from './units.ts';

const shades = ['░', '▒', '▓', '█'] as const;
const marks = { skipped: '!', 'no-data': '·', nothing: ' ' } as const;
const most = 24;

/** What is there for each interface and hour, as a heat map that fits the page. */
export function coverageLines(report: CoverageReport, page: Page): string[] {
  const { interfaces, interfacesTotal } = report;
  if (interfaces.length === 0) {
    const none = wrapText('No loaded record has a time in this period.', page.width);
    return [...none, ...dnsLines(report, page)];
  }
  const width = pictureWidth(page);
  const names = interfaces.map(({ interfaceId }) =>
    cutText(plainText(interfaceId), Math.max(8, Math.min(most, width - 30))),
  );
  const nameWidth = Math.max(...names.map((name) => name.length), 'interface'.length);
  const room = Math.max(1, width - nameWidth - 9);
  const hours = interfaces[0]?.hours ?? [];
  const hoursPerColumn = Math.max(1, Math.ceil(hours.length / room));
  const axis = atBothEnds(
    minuteText(hours[0]?.hour ?? null),
    minuteText(hours.at(-1)?.hour ?? null),
    Math.min(room, Math.ceil(hours.length / hoursPerColumn)),
  );
  const fits = (line: string) => (page.width === undefined ? line : cutText(line, page.width)).trimEnd();
  return [
    ...headLines(report, page),
    ...dnsLines(report, page),
    '',
    page.colors.dim(fits(`${padText('interface', nameWidth)}  there  ${axis}`)),
    ...interfaces.map((one, index) =>
      fits(
        `${padText(names[index] ?? '', nameWidth)}  ${padText(wholeShareText(one.covered), 5, 'right')} ${mapOf(one, room, page)}`,
      ),
    ),
    ...(interfaces.length < interfacesTotal
      ? wrapText(
          `${countText(interfacesTotal - interfaces.length)} more: ${together(page.command(`coverage --limit ${interfacesTotal}`))}`,
          page.width,
        )
      : []),
    ...wrapText(
      `Each mark is ${durationText(hoursPerColumn * 3600)}: ░▒▓█ records speak of a quarter, half, three quarters, all of the minutes; ! AWS lost records (SKIPDATA); · nothing was seen (NODATA); blank: no record at all.`,
      page.width,
    ).map((line) => page.colors.dim(line)),
  ];
}

function dnsLines({ dns }: CoverageReport, page: Page): string[] {
  const text = dnsText(dns);
  return text === undefined ? [] : wrapText(text, page.width);
}

/** How many interfaces there are, and of how much of the time records speak. */
export function coverageText({ period, covered, skipped, interfacesTotal }: CoverageReport): string {
  const lost = skipped > 0 ? `, AWS lost those of ${wholeShareText(skipped)}` : '';
  return `${counted(interfacesTotal, 'interface')}, ${minuteText(period.from)} to ${minuteText(period.to)}: records speak of ${wholeShareText(covered)} of the minutes between the first and the last of each${lost}.`;
}

function headLines(report: CoverageReport, page: Page): string[] {
  const [first = '', ...rest] = wrapText(coverageText(report), page.width);
  return [page.colors.bold(first), ...rest.map((line) => page.colors.bold(line))];
}

function mapOf({ hours }: InterfaceCoverage, room: number, page: Page): string {
  return ` ${inColumns(hours, room, (own) => markOf(own, page)).join('')}`;
}

/** The mark of some hours: a loss is never hidden by what is there beside it. */
function markOf(hours: readonly CoverageHour[], page: Page): string {
  const { red, green } = page.colors;
  const { state, quarters } = stateOfHours(hours);
  if (state === 'skipped') return red(marks.skipped);
  return state === 'records' ? green(shades[quarters - 1] ?? '█') : marks[state];
}

/** What some hours hold together, and how many quarters of their minutes records speak of. */
export function stateOfHours(hours: readonly CoverageHour[]): {
  readonly state: CoverageHour['state'];
  readonly quarters: number;
} {
  const minutes = hours.reduce((sum, hour) => sum + hour.minutes, 0);
  const share = minutes / (60 * hours.length);
  const quarters = minutes === 0 ? 0 : Math.min(4, Math.ceil(share * 4));
  if (hours.some(({ state }) => state === 'skipped')) return { state: 'skipped', quarters };
  if (minutes === 0) return { state: 'nothing', quarters };
  return { state: hours.every(({ records }) => records === 0) ? 'no-data' : 'records', quarters };
}
