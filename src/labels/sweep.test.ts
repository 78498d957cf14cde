import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Piece, Sweep, type SweptRange } from './sweep.ts';

function swept(ranges: readonly SweptRange[]): Piece[] {
  const pieces: Piece[] = [];
  const sweep = new Sweep((piece) => pieces.push(piece));
  for (const range of ranges) sweep.add(range);
  sweep.end();
  return pieces;
}

const range = (first: number, last: number, values: SweptRange['values'], family = 4): SweptRange => ({
  ...{ family, first: BigInt(first), last: BigInt(last), values },
});

test('the narrowest range wins, and wider ones say what it does not', () => {
  const pieces = swept([
    range(0, 255, { provider: 'Amazon', region: 'eu-west-1' }),
    range(16, 31, { provider: 'Amazon', service: 'EC2', region: 'eu-west-1' }),
    range(20, 20, { provider: 'GitHub' }),
    range(300, 309, { provider: 'Oracle' }),
    range(300, 309, { provider: 'Oracle', service: 'OSN' }, 6),
  ]);
  expect(
    pieces.map(({ family, first, last, bits, values }) => [
      ...[family, Number(first), Number(last), bits],
      ...[values.provider, values.service, values.region],
    ]),
  ).toEqual([
    [4, 0, 15, 8, 'Amazon', null, 'eu-west-1'],
    [4, 16, 19, 4, 'Amazon', 'EC2', 'eu-west-1'],
    [4, 20, 20, 0, 'GitHub', 'EC2', 'eu-west-1'],
    [4, 21, 31, 4, 'Amazon', 'EC2', 'eu-west-1'],
    [4, 32, 255, 8, 'Amazon', null, 'eu-west-1'],
    // Ten addresses need four bits.
    [4, 300, 309, 4, 'Oracle', null, null],
    [6, 300, 309, 4, 'Oracle', 'OSN', null],
  ]);
});

test('the ends of the address space are reached', () => {
  const all = { family: 6, first: 0n, last: 2n ** 128n - 1n, values: { country: 'DE' } };
  expect(swept([all])).toMatchObject([{ first: 0n, last: 2n ** 128n - 1n, bits: 128 }]);
});

test('a list of ranges that all hold one address is refused before it costs memory', () => {
  const nested = Array.from({ length: 1001 }, (_, index) => range(index, 5000 - index, { country: 'DE' }));
  expect(() => swept(nested)).toThrow(expect.objectContaining({ code: 'label.unreadable' }));
  expect(swept(nested.slice(0, 500)).length).toBe(999);
});

test('pieces are disjoint, ascending, and say for each address what a naive look-up says', () => {
  const some = fc.array(
    fc.record({
      first: fc.integer({ min: 0, max: 40 }),
      length: fc.integer({ min: 1, max: 20 }),
      service: fc.constantFrom(null, 'a', 'b'),
      region: fc.constantFrom(null, 'x', 'y'),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(some, (drawn) => {
      const ranges = drawn
        .map(({ first, length, ...values }) => range(first, first + length - 1, values))
        .sort((a, b) => Number(a.first - b.first || b.last - a.last));
      const pieces = swept(ranges);
      pieces.forEach((piece, index) => {
        expect(piece.first <= piece.last).toBe(true);
        const before = pieces[index - 1];
        if (before !== undefined) expect(before.last < piece.first).toBe(true);
      });
      for (let address = 0n; address < 64n; address++) {
        const holding = ranges
          .filter(({ first, last }) => first <= address && address <= last)
          .sort((a, b) => Number(a.last - a.first - (b.last - b.first)));
        const piece = pieces.find(({ first, last }) => first <= address && address <= last);
        expect(piece === undefined).toBe(holding.length === 0);
        if (piece === undefined) continue;
        for (const column of ['service', 'region'] as const) {
          const said = holding.map(({ values }) => values[column]).find((value) => value !== null) ?? null;
          expect(piece.values[column]).toBe(said);
        }
      }
    }),
  );
});
