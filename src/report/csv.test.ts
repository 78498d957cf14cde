import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, csvText } from './csv.ts';

test.each([
  ['=1+2', "'=1+2"],
  ['+cmd|calc', "'+cmd|calc"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-2+3', "'-2+3"],
  ['\tx', "'\tx"],
  ['-5', '-5'],
  ['+3.2e5', '+3.2e5'],
  [-5, '-5'],
  [12n, '12'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['', '""'],
  [null, ''],
  [undefined, ''],
  [true, 'true'],
  [[1, 2], '"[1,2]"'],
  [new Date('2026-05-28T20:26:40Z'), '2026-05-28T20:26:40Z'],
])('%s is written as %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('a header and rows, each with a line end', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        [1, 'x'],
        [null, '=y'],
      ],
    ),
  ).toBe("a,b\n1,x\n,'=y\n");
});

test('a cell never starts as a formula and reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const cell = csvCell(text);
      const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(read === text || read === `'${text}`).toBe(true);
      if (Number.isNaN(Number(text))) expect(read).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
