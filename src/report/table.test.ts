import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { wrapText } from './fit.ts';
import { plainPage } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { header: 'name', text: ({ name }) => name },
  { header: 'count', text: ({ count }) => String(count), align: 'right' },
  { header: 'note', text: ({ note }) => note, shrinkTo: 6, dropOrder: 1 },
];

const anyRow: fc.Arbitrary<Row> = fc.record({
  name: fc.string({ unit: 'binary', maxLength: 60 }),
  count: fc.nat(),
  note: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
  ),
});

const rows: readonly Row[] = [
  { name: 'alpha', count: 5, note: 'a long remark that shrinks first' },
  { name: '通信', count: 12_345, note: 'short' },
];

test('a table that fits is aligned, numbers right, wide characters counted', () => {
  expect(tableLines(columns, rows, plainPage(80))).toEqual([
    'name   count  note',
    '─────  ─────  ────────────────────────────────',
    'alpha      5  a long remark that shrinks first',
    '通信   12345  short',
  ]);
});

test('text shrinks with an ellipsis, then the column goes, then everything is cut', () => {
  expect(tableLines(columns, rows, plainPage(30))[2]).toBe('alpha      5  a long remark t…');
  expect(tableLines(columns, rows, plainPage(18))[2]).toBe('alpha      5');
  expect(tableLines(columns, rows, plainPage(9))[2]).toBe('al…     5');
});

test('colour is asked for or absent', () => {
  expect(tableLines(columns, rows, plainPage()).join('')).not.toContain('\u001b');
});

describe('whatever the rows', () => {
  test('no line is wider than the page', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), fc.integer({ min: 1, max: 120 }), (any, width) => {
        for (const line of tableLines(columns, any, plainPage(width))) {
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test('nothing is lost where there is no terminal', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (any) => {
        const lines = tableLines(columns, any, plainPage()).slice(2);
        expect(lines).toHaveLength(any.length);
        any.forEach((row, index) => {
          expect(lines[index]).toContain(plainText(row.name).trimEnd());
          expect(lines[index]).toContain(String(row.count));
          expect(lines[index]).toContain(plainText(row.note).trimEnd());
        });
      }),
    );
  });

  test('wrapped text keeps every character but spaces and fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
        fc.integer({ min: 4, max: 80 }),
        (text, width) => {
          const lines = wrapText(text, width, '  ');
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          for (const line of lines) expect(stringWidth(line.trimEnd())).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
