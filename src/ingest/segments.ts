import { headerOf, type Shape } from './shape.ts';

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
