import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { plainText } from '../report/plain-text.ts';
import type { Column } from '../report/table.ts';

/** A piece of HTML. */
export type Markup = ReturnType<typeof raw>;

type Hole = string | number | null | undefined | Markup | readonly Hole[];

/**
 * HTML with holes for data: text in a hole is escaped, and what could not be seen in it (control characters,
 * bidirectional overrides) is shown. Attributes stand in quotes.
 */
export function markup(strings: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  const made = html(strings, ...holes.map(visible));
  if (made instanceof Promise) throw new TypeError('A hole of a report is never a promise.');
  return made;
}

function visible(hole: Hole): Hole {
  if (typeof hole === 'string') return plainText(hole);
  return Array.isArray(hole) ? hole.map(visible) : hole;
}

/** A style sheet of our own as an element, and the source for a Content-Security-Policy that allows it alone. */
export function styleElement(css: string): { readonly element: Markup; readonly source: string } {
  const digest = createHash('sha256').update(css).digest('base64');
  return { element: raw(`<style>${css}</style>`), source: `'sha256-${digest}'` };
}

/** Rows as a table with headers, numbers to the right. */
export function tableMarkup<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  caption?: string,
): Markup {
  const side = ({ align }: Column<Row>) => (align === 'right' ? 'number' : 'text');
  return markup`<div class="table" tabindex="0" role="group" aria-label="${caption ?? 'table'}"><table>${
    caption === undefined ? undefined : markup`<caption>${caption}</caption>`
  }<thead><tr>${columns.map(
    (column) => markup`<th scope="col" class="${side(column)}">${column.header}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      markup`<tr>${columns.map((column) => markup`<td class="${side(column)}">${column.text(row)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** Sentences as a list. */
export function listMarkup(items: readonly (string | Markup)[], kind = 'plain'): Markup | undefined {
  return items.length === 0
    ? undefined
    : markup`<ul class="${kind}">${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}
