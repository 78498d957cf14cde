import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8, wholeLines } from './line-pieces.ts';

async function* cut(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...new Set(cuts.map((at) => at % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  for (const [index, end] of ends.entries()) yield bytes.subarray(ends[index - 1] ?? 0, end);
}

async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe('pieces of whole lines', () => {
  test('hold every byte once, and end at line ends but for the last', async () => {
    const bytes = fc
      .array(fc.constantFrom('\n', 'a', 'bc\n'), { maxLength: 30 })
      .map((parts) => Buffer.from(parts.join('')));
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (text, places) => {
        const pieces = await all(wholeLines(cut(text, places), 1000));
        expect(Buffer.concat(pieces).equals(text)).toBe(true);
        expect(pieces.slice(0, -1).every((piece) => piece.at(-1) === 10)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('a line that is too long is handed on in parts, and the lines around it are whole', async () => {
    async function* pieces() {
      for (const text of ['one\ntw', 'o'.repeat(8), 'o'.repeat(8), 'o\nthree\nfo', 'ur'])
        yield Buffer.from(text);
    }
    const found = (await all(wholeLines(pieces(), 10))).map(String);
    expect(found).toEqual(['one\n', `tw${'o'.repeat(16)}`, 'o\nthree\n', 'four']);
  });
});

describe('bytes as UTF-8', () => {
  test('from UTF-16 of either order and from UTF-8, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        cuts,
        async (text, places) => {
          const little = Buffer.from(`\ufeff${text}`, 'utf16le');
          const big = Buffer.from(little).swap16();
          for (const bytes of [little, big]) {
            expect(Buffer.concat(await all(utf8(cut(bytes, places)))).toString()).toBe(text);
          }
          const plain = Buffer.from(`x${text}`);
          expect(Buffer.concat(await all(utf8(cut(plain, places)))).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('half a character at the end is told as U+FFFD, not dropped', async () => {
    expect(Buffer.concat(await all(utf8(cut(Buffer.from([0xff, 0xfe, 0x61, 0, 0x62]), [])))).toString()).toBe(
      'a\ufffd',
    );
  });
});
