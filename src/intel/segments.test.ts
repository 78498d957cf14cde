import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, entriesOf } from './entry.ts';
import { mostTold, segmentsOf } from './segments.ts';

const block = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 20, max: 32 }))
  .map(([number, length]) => `10.0.${number >> 4}.${(number & 15) * 16}/${length}`);

test('an address lies in one stretch at most, with exactly the entries that hold it', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 15 }), fc.integer({ min: 0, max: 4095 }), (blocks, offset) => {
      const entries: Entry[] = blocks.flatMap((text) => entriesOf(text));
      const segments = segmentsOf(entries);
      const number = 0x0a00_0000n + BigInt(offset);
      const holding = segments.filter(({ first, last }) => first <= number && number <= last);
      const expected = entries.filter(({ range }) => range && range.first <= number && number <= range.last);
      expect(holding.length).toBe(expected.length > 0 ? 1 : 0);
      expect(new Set(holding[0]?.entries ?? [])).toEqual(new Set(expected));
      expect(holding[0]?.entries ?? []).toHaveLength(expected.length);
      segments.slice(1).forEach(({ first }, index) => {
        expect(first > (segments[index]?.last ?? 0n)).toBe(true);
      });
    }),
  );
});

test('a list that says one block thousands of times does not multiply inside it; the narrowest are told', () => {
  const wide = Array.from({ length: 5000 }, (_, index) => entriesOf('10.0.0.0/8', { context: [`${index}`] }));
  const inside = Array.from({ length: 5000 }, (_, index) => entriesOf(`10.1.${index >> 8}.${index & 255}`));
  const segments = segmentsOf([...wide, ...inside].flat());
  // Before the hosts, each of them, and behind them.
  expect(segments).toHaveLength(1 + 5000 + 1);
  expect(Math.max(...segments.map(({ entries }) => entries.length))).toBe(mostTold);
  expect(segments[1]?.entries.at(-1)?.text).toBe('10.1.0.0');
  expect(segments[1]?.entries[0]?.text).toBe('10.0.0.0/8');
});
