import { jsonValue } from './json.ts';

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * The value as one CSV cell, quoted as RFC 4180 says. Text that a spreadsheet would run as a formula gets a
 * leading apostrophe; numbers stay numbers. Nothing is an empty cell, empty text is `""`.
 */
export function csvCell(value: unknown): string {
  const plain = jsonValue(value);
  if (plain === null) return '';
  if (typeof plain === 'number' || typeof plain === 'boolean') return String(plain);
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
  const defused = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return defused === '' || /[",\r\n]|^\s|\s$/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}

/** A header and its rows as CSV, with a line end after each. */
export function csvText(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}
