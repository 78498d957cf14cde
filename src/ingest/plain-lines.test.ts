import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutFromFormat } from '../records/layout.ts';
import { numbersOf, plainLines } from './plain-lines.ts';

const longest = 1_000_000;
const numbers = [true, false, true];
const linesOf = (text: string) => plainLines(Buffer.from(text), numbers, longest);

describe('plain lines', () => {
  it('are counted, with and without a newline at the end', () => {
    expect(linesOf('')).toBe(0);
    expect(linesOf('2 eni-1 443\n')).toBe(1);
    expect(linesOf('2 eni-1 443\n0 - -\n- é 1000')).toBe(3);
  });

  it.each([
    '00',
    '01',
    '+5',
    '-5',
    '1.5',
    '1.',
    '.5',
    '1e2',
    '100e',
    '1E3',
    '1_000',
    '0x10',
    '1,000',
    '٣',
    '--',
    '1-',
  ])('have no number written as %s', (number) => {
    expect(linesOf(`2 eni-1 443\n${number} eni-1 443\n`)).toBeUndefined();
    expect(linesOf(`2 eni-1 443\n2 eni-1 ${number}`)).toBeUndefined();
    expect(linesOf(`2 ${number} 443\n`)).toBe(1);
  });

  it.each([
    ['a word too few', '2 eni-1\n'],
    ['a word too many', '2 eni-1 443 6\n'],
    ['two blanks', '2  443\n'],
    ['a blank in front', ' 2 eni-1 443\n'],
    ['a blank behind', '2 eni-1 443 \n'],
    ['a blank behind the last', '2 eni-1 443 '],
    ['an empty line', '2 eni-1 443\n\n'],
    ['a tab', '2 eni\t1 443\n'],
    ['a carriage return', '2 eni-1 443\r\n'],
    ['a NUL', '2 eni\0 443\n'],
    ['a header below', '2 eni-1 443\nversion interface-id srcport\n'],
  ])('have not %s', (_, text) => expect(linesOf(text)).toBeUndefined());

  it('are as long as is said at most', () => {
    expect(plainLines(Buffer.from('2 eni-1 443\n'), numbers, 12)).toBe(1);
    expect(plainLines(Buffer.from('2 eni-1 443\n'), numbers, 11)).toBeUndefined();
  });

  it('are what a pattern for each line says', () => {
    const byte = fc.constantFrom(...'0123456789- e.+\n\té'.split(''));
    const text = fc.array(fc.oneof(byte, fc.constant('2 eni-1 443\n')), { maxLength: 12 });
    const plain = /^(?:-|0|[1-9]\d*) [^\t\n ]+ (?:-|0|[1-9]\d*)$/;
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join('');
        const lines = whole.replace(/\n$/, '').split('\n');
        const expected =
          whole === '' ? 0 : lines.every((line) => plain.test(line)) ? lines.length : undefined;
        expect(linesOf(whole)).toBe(expected);
      }),
    );
  });
});

it('numbers are known by what a layout says of its fields', () => {
  const layout = layoutFromFormat('srcaddr srcport tcp-flags own-field start');
  const shape = { wrap: 'line', delimiter: 'blank', layout, header: true } as const;
  expect(numbersOf(shape)).toEqual([false, true, true, false, true]);
  expect(numbersOf({ ...shape, delimiter: 'comma' })).toBeUndefined();
  expect(numbersOf({ ...shape, wrap: 'iso-time' })).toBeUndefined();
});
