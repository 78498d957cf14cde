import type { Question } from '../detect/finding.ts';
import { wrapText } from './fit.ts';
import { type Page, pictureWidth } from './page.ts';
import { plainText } from './plain-text.ts';

/** What an explanation needs: the text of a detector in Markdown, and the thresholds in force. */
export interface ExplanationText {
  readonly about: string;
  readonly settings: readonly {
    readonly name: string;
    readonly value: number | readonly number[];
    readonly isDefault: boolean;
    readonly unit: string;
    readonly reason: string;
  }[];
  readonly file: string;
  readonly question: Question;
}

/** A detector's text, wrapped, and the values of its settings with the reason of each. */
export function explanationLines({ about, settings, file, question }: ExplanationText, page: Page): string[] {
  const { bold, dim } = page.colors;
  const width = Math.min(page.width ?? 100, pictureWidth(page));
  const values = settings.flatMap(({ name, value, isDefault, unit, reason }) => {
    const text = `${name}: ${typeof value === 'number' ? value : value.join(', ')} (${unit})${isDefault ? '' : ', changed'}`;
    return [
      ...wrapText(plainText(text), width, '  '),
      ...wrapText(plainText(reason), width, '      ').map((line) => dim(line)),
    ];
  });
  return [
    ...markdownLines(about, width, page),
    '',
    bold(`Settings in force`),
    ...values,
    '',
    ...wrapText(plainText(`Change them under "${question}:" in ${file}`), width),
  ];
}

/** Markdown as lines of a terminal: titles bold, paragraphs and lists wrapped, tables and code as they are. */
function markdownLines(markdown: string, width: number, page: Page): string[] {
  const { bold, dim } = page.colors;
  const lines: string[] = [];
  let isCode = false;
  let paragraph = '';
  const flush = () => {
    if (paragraph !== '') lines.push(...blockLines(paragraph, width));
    paragraph = '';
  };
  for (const line of markdown.trimEnd().split('\n').map(plainText)) {
    if (line.startsWith('```')) {
      flush();
      isCode = !isCode;
    } else if (isCode || line.startsWith('|')) {
      flush();
      lines.push(...codeLines(line, width).map((text) => dim(text)));
    } else if (line.trim() === '') {
      flush();
      if (lines.at(-1) !== '') lines.push('');
    } else if (/^#+ /.test(line)) {
      flush();
      lines.push(...wrapText(inline(line.replace(/^#+ /, '')), width).map((text) => bold(text)));
    } else if (/^\s*(?:[-*]|\d+\.) /.test(line)) {
      flush();
      paragraph = line;
    } else paragraph = paragraph === '' ? line : `${paragraph} ${line.trim()}`;
  }
  flush();
  return lines;
}

/** A paragraph, or one point of a list whose lines go on below its text. */
function blockLines(text: string, width: number): string[] {
  const [, space = '', mark = '', rest = ''] = /^(\s*)((?:[-*]|\d+\.) )?(.*)$/.exec(text) ?? [];
  const indent = ' '.repeat(space.length + mark.length);
  return wrapText(inline(rest), width, indent).map((line, index) =>
    index === 0 && mark !== '' ? space + mark + line.slice(indent.length) : line,
  );
}

function codeLines(line: string, width: number): string[] {
  return line.length <= width ? [line] : wrapText(line.replaceAll(/ {2,}/g, ' '), width, '  ');
}

/** Emphasis and code marks go, links keep their text. */
function inline(text: string): string {
  return text
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll(/`([^`]+)`/g, '$1');
}
