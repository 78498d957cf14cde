import type { FailedFile } from '../ingest/load-result.ts';
import type { Funnel } from '../traffic/funnel.ts';
import { cutText, padText, textWidth, together, wrapText } from './fit.ts';
import { type Page, pictureWidth } from './page.ts';
import { bar } from './pictures.ts';
import { plainText } from './plain-text.ts';
import { bytesText, counted, countText, shareText } from './units.ts';

/** One step of the funnel: what is left of its parent, and what the step is made of. */
export interface Step {
  readonly label: string;
  readonly count: number;
  readonly bytes?: number;
  readonly parts?: readonly Step[];
  /** A step that was taken out: shown dim. */
  readonly out?: boolean;
}

interface Line {
  readonly label: string;
  readonly step: Step;
  readonly parent: Step | undefined;
}

const mostParts = 8;
const mostBar = 40;

/**
 * The funnel as an indented tree with counts, percent of the parent, bytes of the last steps, and bars; then
 * one line that says whether it reconciles. `broken` are the equations that do not hold.
 */
export function funnelLines(funnel: Funnel, broken: readonly string[], page: Page): string[] {
  const { bold, dim } = page.colors;
  const width = pictureWidth(page);
  const lines = [...treeLines(funnelTree(funnel), undefined, '', '')];
  const labelWidth = Math.min(
    Math.max(...lines.map(({ label }) => textWidth(label))),
    Math.max(12, width - 32),
  );
  const counts = lines.map(({ step }) => countText(step.count));
  const countWidth = Math.max('records'.length, ...counts.map((text) => text.length));
  const barWidth = Math.min(mostBar, width - labelWidth - countWidth - 25);
  const whole = Math.max(1, funnel.records);
  const row = (cells: readonly [string, string, string, string, string]): string =>
    cutText(
      [
        padText(cutText(cells[0], labelWidth), labelWidth),
        padText(cells[1], countWidth, 'right'),
        padText(cells[2], 9, 'right'),
        padText(cells[3], 8, 'right'),
        barWidth < 6 ? '' : cells[4],
      ]
        .join('  ')
        .trimEnd(),
      width,
    );
  return [
    dim(row(['', 'records', 'of parent', 'bytes', barWidth < 14 ? '' : 'of all records'])),
    ...lines.map(({ label, step, parent }, index) => {
      const text = row([
        label,
        counts[index] ?? '',
        parent === undefined ? '' : shareText(step.count, parent.count),
        step.bytes === undefined || step.count === 0 ? '' : bytesText(step.bytes),
        bar(step.count / whole, barWidth),
      ]);
      if (step.out === true || step.count === 0) return dim(text);
      return step.label === 'shown' ? bold(text) : text;
    }),
    ...reconciliationLines(broken, page),
  ];
}

/** Lines that say that the funnel reconciles, or loudly which of its equations do not hold. */
export function reconciliationLines(broken: readonly string[], page: Page): string[] {
  const { green, red, bold } = page.colors;
  if (broken.length === 0) {
    const said = 'Reconciles: every record is counted once. Bars are linear, ▏ is above zero.';
    return wrapText(said, page.width).map((line) => line.replace('Reconciles:', green('Reconciles:')));
  }
  const loud = 'DOES NOT RECONCILE. Do not trust these counts: this is a defect of northsouth.';
  return [
    ...wrapText(loud, page.width).map((line) => red(bold(line))),
    ...broken.flatMap((equation) => wrapText(plainText(equation), page.width, '  ')).map((line) => red(line)),
  ];
}

/** The funnel as a tree, from all records down to what is shown. */
export function funnelTree(funnel: Funnel): Step {
  const { bytes } = funnel;
  const setAside: Step = {
    label: 'set aside',
    count: funnel.setAside,
    bytes: bytes.setAside,
    out: true,
    parts: namedParts(funnel.setAsideByProvider),
  };
  const toInternet: Step = {
    label: 'to the Internet',
    count: funnel.toInternet,
    bytes: bytes.toInternet,
    parts: [setAside, { label: 'shown', count: funnel.shown, bytes: bytes.shown }],
  };
  const kept: Step = {
    label: 'kept',
    count: funnel.kept,
    parts: [{ label: 'from the Internet', count: funnel.fromInternet, out: true }, toInternet],
  };
  const noise: Step = {
    label: 'noise',
    count: funnel.noise,
    out: true,
    parts: namedParts(funnel.noiseByRule),
  };
  return {
    label: 'records',
    count: funnel.records,
    parts: [
      { label: 'unreadable', count: funnel.unreadable, out: true },
      { label: 'duplicate', count: funnel.duplicate, out: true },
      { label: 'no data', count: funnel.noData, out: true },
      { label: 'skipped data', count: funnel.skipData, out: true },
      { label: 'rejected', count: funnel.rejected, out: true },
      {
        label: 'accepted',
        count: funnel.accepted,
        parts: [
          { label: 'east/west', count: funnel.eastWest, out: true },
          { label: 'north/south', count: funnel.northSouth, parts: [noise, kept] },
        ],
      },
    ],
  };
}

/** The named parts of a step, largest first; the smallest are joined where there are many. */
function namedParts(counts: Readonly<Record<string, number>>): Step[] {
  const all = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name, count]): Step => ({ label: plainText(name), count, out: true }));
  if (all.length <= mostParts) return all;
  const rest = all.slice(mostParts - 1);
  const count = rest.reduce((sum, part) => sum + part.count, 0);
  return [...all.slice(0, mostParts - 1), { label: `${rest.length} others`, count, out: true }];
}

function* treeLines(step: Step, parent: Step | undefined, own: string, below: string): Generator<Line> {
  yield { label: own + step.label, step, parent };
  const parts = step.parts ?? [];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    yield* treeLines(part, step, `${below}${last ? '└ ' : '├ '}`, `${below}${last ? '  ' : '│ '}`);
  }
}

/** What could not be read and how to see it; nothing where all was read. */
export function notReadLines(
  counts: { readonly failedFiles: number; readonly emptyFiles: number; readonly unreadable: number },
  failed: readonly FailedFile[],
  page: Page,
): string[] {
  const { yellow } = page.colors;
  const lines: string[] = [];
  if (counts.failedFiles > 0) {
    const said = `${counted(counts.failedFiles, 'file')} could not be read to the end:`;
    lines.push(...wrapText(said, page.width).map((line) => yellow(line)));
    lines.push(...failedFileLines(failed, page));
    const more = counts.failedFiles - Math.min(failed.length, mostFailed);
    if (more > 0)
      lines.push(
        ...wrapText(
          `and ${counted(more, 'more file')}: ${together(page.command('rejects'))}`,
          page.width,
          '  ',
        ),
      );
  }
  if (counts.unreadable > 0) {
    const said = `${counted(counts.unreadable, 'line')} could not be read as records: ${together(page.command('rejects'))}`;
    lines.push(...wrapText(said, page.width).map((line) => yellow(line)));
  }
  return lines;
}

const mostFailed = 5;

/** The first failed files, each with its reason. */
export function failedFileLines(failed: readonly FailedFile[], page: Page, most = mostFailed): string[] {
  return failed
    .slice(0, most)
    .flatMap(({ path, reason }) => wrapText(plainText(`${path}: ${reason}`), page.width, '  '));
}
