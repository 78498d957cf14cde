import { plainText } from '../report/plain-text.ts';
import type { Column } from '../report/table.ts';

const special = /[\\`*[\]<>|~&#!$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/**
 * Text from data as Markdown that shows exactly it inside a line: no emphasis, link, image, HTML or table cell comes of
 * it, what could not be seen in it is shown, and addresses of web pages do not become links.
 */
function markdownInline(text: string): string {
  return plainText(text)
    .replace(special, entity)
    .replaceAll('://', ':&#47;&#47;')
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`)
    .replaceAll('@', '&#64;');
}

/** The same at the begin of a line, where a number or a dash would begin a list, a rule or a heading. */
export function markdownText(text: string): string {
  return markdownInline(text.trimStart())
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^([-+=])(?=[-=\s]|$)/, '\\$1');
}

// A backslash is easier to read where the ticket shows its source; in HTML it would not count.
function entity(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  return character === '>' ? '&gt;' : `\\${character}`;
}

/** Text from data as code, in as many backticks as it takes. For a table cell, bars are escaped. */
export function markdownCode(text: string): string {
  const plain = plainText(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(plain) + 1);
  const space = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${space}${plain}${space}${fence}`;
}

/** Lines as a block of code, in a fence that they do not close. */
export function markdownBlock(lines: readonly string[], language = ''): string[] {
  const plain = lines.map(plainText);
  const fence = '`'.repeat(Math.max(3, longestRun(plain.join('\n')) + 1));
  return [`${fence}${language}`, ...plain, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Rows as a table of Markdown. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ header }) => (header === '#' ? '\\#' : header))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map(({ text }) => markdownInline(text(row))))),
  ];
}

/** Sentences as points of a list. */
export function markdownPoints(texts: readonly string[], sign = ''): string[] {
  return texts.map((text) => `- ${sign}${markdownText(text)}`);
}
