import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009b2J', '\\x9b2J'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['gpj.\u202eexe', 'gpj.\\u{202e}exe'],
  ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
  ['line\u2028separator', 'line\\u{2028}separator'],
  ['lone \ud800 surrogate', 'lone \\u{d800} surrogate'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
  ['通信 株式会社, Zürich', '通信 株式会社, Zürich'],
  ['\\x1b', '\\x1b'],
])('%j is shown as %j', (text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test('whatever comes in, nothing that steers a terminal comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('text that is plain already is left as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(plainText(text)).toBe(text);
    }),
  );
});
