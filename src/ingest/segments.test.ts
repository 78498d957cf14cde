import { describe, expect, test } from 'vitest';
import { stretches } from './segments.ts';

const long = '\n'.repeat(1500);
const of = (text: string) => [...stretches(text)].map((one) => ('blank' in one ? one.blank : one.text));

describe('stretches of a text', () => {
  test.each([
    ['a\nb\n', ['a\nb\n']],
    ['', []],
    [`a${long}b`, ['a\n', 1499, 'b']],
    [`${long}a\n`, [1500, 'a\n']],
    [`a\n\nb${long}c\n${long}`, ['a\n\nb\n', 1499, 'c\n', 1500]],
    [long, [1500]],
    [' \t\n'.repeat(1000), [1000]],
    [`${' \n'.repeat(1000)} `, [1001]],
    ['\n'.repeat(999), ['\n'.repeat(999)]],
  ])('long runs of blank lines are counted and no text is lost %#', (text, expected) => {
    expect(of(text)).toEqual(expected);
  });

  test('of any mixture, lines and text are those of the whole', () => {
    const parts = ['a', '\n', long, ' ', '\r', 'record of a log\n'];
    for (let seed = 1; seed < 400; seed++) {
      let [state, text] = [seed, ''];
      for (let n = 0; n < 8; n++) {
        state = (state * 48_271) % 2_147_483_647;
        text += parts[state % parts.length];
      }
      const back = of(text).map((one) => (typeof one === 'number' ? '\n'.repeat(one) : one));
      if (/[^\s]/.test(text)) expect(back.join('')).toBe(text);
      for (const one of of(text).slice(0, -1))
        if (typeof one === 'string') expect(one.endsWith('\n')).toBe(true);
    }
  });
});
