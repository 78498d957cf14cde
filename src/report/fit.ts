import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Terminal columns that the text takes: wide characters take two, combining ones none. */
export function textWidth(text: string): number {
  return isAscii(text) ? text.length : stringWidth(text);
}

/** The text in at most so many terminal columns, with an ellipsis where something is missing. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = textWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

/** The text filled with spaces to so many terminal columns. */
export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}

const unbroken = '\u00a0';

/** Words that stay on one line wherever `wrapText` puts them. */
export function together(words: string): string {
  return words.replaceAll(' ', unbroken);
}

/**
 * The words in lines of at most so many columns, each after the indent. Only a word that is longer than a
 * line, such as a path, is broken; nothing is lost. A command that is longer goes on behind a backslash, as shells
 * take it.
 */
export function wrapText(text: string, width: number | undefined, indent = ''): string[] {
  if (width === undefined) return [indent + text.replaceAll(unbroken, ' ')];
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((word) => pieces(word, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one) => indent + one.replaceAll(unbroken, ' '));
}

function pieces(word: string, room: number): string[] {
  if (textWidth(word) <= room) return [word];
  return word.includes(unbroken) && room > 20 ? commandPieces(word, room) : brokenWord(word, room);
}

/** Behind a backslash at its end a line goes on; with a space before it, at another word. */
function commandPieces(command: string, room: number): string[] {
  const words = command.split(unbroken).flatMap((word) => {
    const parts = brokenWord(word, room - 2);
    return parts.map((part, index) => (index < parts.length - 1 ? `${part}\\` : part));
  });
  const lines: string[] = [];
  for (const word of words) {
    const before = lines.at(-1);
    const longer = `${before}${unbroken}${word}`;
    if (before !== undefined && !before.endsWith('\\') && textWidth(longer) <= room - 2) {
      lines[lines.length - 1] = longer;
    } else lines.push(word);
  }
  return lines.map((line, index) =>
    index === lines.length - 1 || line.endsWith('\\') ? line : `${line}${unbroken}\\`,
  );
}

function brokenWord(word: string, room: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes.segment(word)) {
    if (part !== '' && textWidth(part + segment) > room) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
