import { headerOf, type Shape } from './shape.ts';

/** Lines that are blank, many behind each other: they are counted here, and are no work for the engine. */
interface BlankRun {
  readonly blank: number;
}

const longRun = '\n'.repeat(1000);

/** Texts of lines, and the long runs of blank lines between them. */
export function* stretches(text: string): Generator<{ text: string } | BlankRun> {
  if (text.length >= longRun.length && !/[^ \t\r\f\n]/.test(text)) {
    yield { blank: newlinesIn(text) + (text.endsWith('\n') ? 0 : 1) };
    return;
  }
  let from = 0;
  for (let at = text.indexOf(longRun); at >= 0; at = text.indexOf(longRun, from)) {
    // The first one ends a line, unless it stands at the beginning.
    const start = at === from ? at : at + 1;
    let end = at + longRun.length;
    while (text.charCodeAt(end) === 10) end++;
    if (start > from) yield { text: text.slice(from, start) };
    yield { blank: end - start };
    from = end;
  }
  if (from < text.length) yield { text: text.slice(from) };
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Texts of lines, and the headers between them that change the layout from there on. */
export function* segments(
  text: string,
  shape: Shape,
): Generator<
  { text: string; last: boolean; header?: undefined } | { header: Pick<Shape, 'layout' | 'delimiter'> }
> {
  let from = 0;
  if (shape.wrap === 'line') {
    // A cheap look for lines that could be a header, as in files that were joined with cat.
    for (const match of text.matchAll(/srcaddr|dstaddr|account[-_]id|log[-_]status/gi)) {
      if (match.index < from) continue;
      const start = text.lastIndexOf('\n', match.index) + 1;
      const newline = text.indexOf('\n', match.index);
      const end = newline < 0 ? text.length : newline;
      const header = headerOf(text.slice(start, end));
      if (header === undefined) continue;
      if (start > from) yield { text: text.slice(from, start), last: false };
      yield { header };
      from = end + 1;
    }
  }
  if (from < text.length) yield { text: text.slice(from), last: true };
}
