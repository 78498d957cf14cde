import { type MarkShown, subjectText, type TrafficProfile, type Verdict } from '../marks/mark.ts';
import type { ImportResult, MarkResult, MarksReport } from '../marks/results.ts';
import { together, wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { bytesText, counted, countText } from './units.ts';

/** A verdict in its colour. */
function verdictText(verdict: Verdict, page: Page, text: string = verdict): string {
  const { red, yellow, green } = page.colors;
  if (verdict === 'malicious') return red(text);
  return verdict === 'suspicious' ? yellow(text) : green(text);
}

/** What was marked or taken back, what was there before, and what it matches. */
export function markLines({ mark, before, addresses }: MarkResult, page: Page): string[] {
  const found =
    addresses === 0
      ? 'No loaded address is meant by it yet.'
      : `It means ${counted(addresses, 'loaded address', 'loaded addresses')}.`;
  if (mark === null) {
    const was = before === null ? '' : ` ${subjectText(before)} was ${before.verdict}, by ${before.by}.`;
    return wrapText(plainText(`Taken back.${was}`), page.width);
  }
  const was =
    before === null
      ? ''
      : ` Before: ${before.verdict}, by ${before.by} on ${before.at.slice(0, 10)}${before.note === null ? '' : ` (${before.note})`}.`;
  const text = `${subjectText(mark)} is marked ${mark.verdict}. ${found}${was}`;
  const next = `See what it changes: ${together(page.command('findings'))}`;
  return [...wrapText(plainText(text), page.width), ...wrapText(next, page.width)];
}

/** One mark on the page of an address: what it says, of what, who said it, and what changed since. */
export function markedLines(mark: MarkShown, page: Page): string[] {
  const { verdict, by, at, note, changes } = mark;
  const text = `${verdict}: ${subjectText(mark)} was marked by ${by} on ${at.slice(0, 10)}${note === null ? '' : `: ${note}`}`;
  const changed = changes.map((change) => `changed since marked: ${change}`);
  return [
    ...wrapText(plainText(text), page.width).map((line, index) =>
      index === 0 ? verdictText(verdict, page, verdict) + line.slice(verdict.length) : line,
    ),
    ...changed.flatMap((line) => wrapText(plainText(line), page.width, '  ')).map(page.colors.red),
  ];
}

/** All marks with who, when and why, and what changed since. */
export function marksLines({ file, marks, removed }: MarksReport, page: Page): string[] {
  const { bold, dim } = page.colors;
  if (marks.length === 0) {
    const how = `Nothing is marked. Mark a peer: ${together(page.command('mark TARGET benign|suspicious|malicious'))}`;
    return wrapText(how, page.width);
  }
  const title = `${counted(marks.length, 'mark')}${removed === 0 ? '' : `, ${countText(removed)} taken back`}`;
  return [
    ...wrapText(title, page.width).map((line) => bold(line)),
    ...marks.flatMap((mark) => oneLines(mark, page)),
    ...wrapText(plainText(file), page.width).map((line) => dim(line)),
  ];
}

function oneLines(mark: MarksReport['marks'][number], page: Page): string[] {
  const { verdict, by, at, note, changes, addresses, seen } = mark;
  const inside = (text: string) => wrapText(plainText(text), page.width, '  ');
  const [head = '', ...more] = wrapText(plainText(`${verdict} ${subjectText(mark)}`), page.width);
  const held = addresses === 0 ? 'no loaded address' : counted(addresses, 'address', 'addresses');
  return [
    verdictText(verdict, page, verdict) + head.slice(verdict.length),
    ...more,
    ...inside(`${held}; by ${by} at ${at}${note === null ? '' : `: ${note}`}`),
    ...changes.flatMap((change) => inside(`changed since marked: ${change}`)).map(page.colors.red),
    ...(seen === null ? [] : inside(`then: ${profileText(seen)}`).map((line) => page.colors.dim(line))),
  ];
}

function profileText({
  ports,
  directions,
  locals,
  bytesPerDay,
  flowsPerDay,
  findings,
}: TrafficProfile): string {
  const some = ports === null ? 'many ports' : ports.slice(0, 6).join(', ');
  const more = ports !== null && ports.length > 6 ? ` and ${countText(ports.length - 6)} more` : '';
  const found = findings.length === 0 ? '' : `; ${findings.join(', ')}`;
  return `${some}${more}, ${directions.join(' and ')}, ${counted(locals, 'local end')}, up to ${bytesText(bytesPerDay)} and ${counted(flowsPerDay, 'record')} a day${found}`;
}

const mostConflicts = 20;

/** What an import changed, and every mark that both sides judged otherwise. */
export function importLines(file: string, result: ImportResult, page: Page): string[] {
  const { added, updated, removed, unchanged, conflicts } = result;
  const text = `${file}: ${counted(added, 'mark')} added, ${countText(updated)} updated, ${countText(removed)} taken back, ${countText(unchanged)} as before`;
  const more = conflicts.length - mostConflicts;
  return [
    ...wrapText(plainText(text), page.width),
    ...conflicts
      .slice(0, mostConflicts)
      .flatMap((conflict) => wrapText(plainText(`differs: ${conflict}`), page.width, '  ')),
    ...(more > 0 ? [`  and ${countText(more)} more; --json has all`] : []),
  ];
}
