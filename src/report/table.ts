import { cutText, padText, textWidth } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly header: string;
  readonly text: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** The column may shrink to this width, cut with an ellipsis. Absent: it keeps its width. */
  readonly shrinkTo?: number;
  /** Where the table is too wide the columns with the highest number go first. Absent: it stays. */
  readonly dropOrder?: number;
}

const gap = '  ';

interface Laid<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly natural: number;
  width: number;
}

/**
 * The rows as aligned lines under a header. On a page with a width no line is wider than that: first the
 * widest of the columns that may shrink do so, then columns are left out, in the order that the columns say,
 * and last everything is cut, what may shrink first. Cells are made safe for a terminal here.
 */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], page: Page): string[] {
  let laid = columns.map((column) => layOut(column, rows));
  if (page.width !== undefined) laid = fit(laid, page.width);
  const { dim } = page.colors;
  const header = laid.map(({ column, width }) => aligned(column, cutText(column.header, width), width));
  const lines = [
    joined(header, page.width),
    joined(
      laid.map(({ width }) => '─'.repeat(width)),
      page.width,
    ),
  ];
  const body = rows.map((_, index) =>
    joined(
      laid.map(({ column, cells, width }) => aligned(column, cutText(cells[index] ?? '', width), width)),
      page.width,
    ),
  );
  return [...lines.map((line) => dim(line)), ...body];
}

function layOut<Row>(column: Column<Row>, rows: readonly Row[]): Laid<Row> {
  const cells = rows.map((row) => plainText(column.text(row)));
  let natural = textWidth(column.header);
  for (const cell of cells) natural = Math.max(natural, textWidth(cell));
  return { column, cells, natural, width: natural };
}

function fit<Row>(all: readonly Laid<Row>[], width: number): Laid<Row>[] {
  let laid = [...all];
  for (;;) {
    for (const one of laid) one.width = one.natural;
    shrink(laid, width, ({ column, natural }) => Math.min(natural, column.shrinkTo ?? natural));
    if (total(laid) <= width) return laid;
    const next = droppable(laid);
    if (next === undefined) break;
    laid = laid.filter((one) => one !== next);
  }
  shrink(laid, width, ({ column, natural }) =>
    column.shrinkTo === undefined ? natural : Math.min(natural, 4),
  );
  shrink(laid, width, () => 1);
  return laid;
}

function droppable<Row>(laid: readonly Laid<Row>[]): Laid<Row> | undefined {
  return laid
    .filter(({ column }) => column.dropOrder !== undefined)
    .reduce<Laid<Row> | undefined>(
      (most, one) =>
        most === undefined || (one.column.dropOrder ?? 0) > (most.column.dropOrder ?? 0) ? one : most,
      undefined,
    );
}

/** Takes from the widest column that is above its floor, until the table fits or all are at their floor. */
function shrink<Row>(laid: readonly Laid<Row>[], width: number, floor: (one: Laid<Row>) => number): void {
  let excess = total(laid) - width;
  while (excess > 0) {
    const able = laid.filter((one) => one.width > floor(one)).sort((a, b) => b.width - a.width);
    const widest = able[0];
    if (widest === undefined) return;
    const next = able[1]?.width ?? 0;
    const take = Math.min(excess, widest.width - floor(widest), Math.max(1, widest.width - next));
    widest.width -= take;
    excess -= take;
  }
}

function total<Row>(laid: readonly Laid<Row>[]): number {
  return laid.reduce((sum, one) => sum + one.width, 0) + Math.max(0, laid.length - 1) * gap.length;
}

function aligned<Row>(column: Column<Row>, text: string, width: number): string {
  return padText(text, width, column.align ?? 'left');
}

function joined(cells: readonly string[], width: number | undefined): string {
  const line = cells.join(gap).trimEnd();
  return width === undefined ? line : cutText(line, width);
}
