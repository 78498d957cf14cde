import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrettyJson, ObjectPerLine } from './object-per-line.ts';

function rewritten(text: string, pretty: boolean, cuts: readonly number[] = []): string {
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  const rewriter = new ObjectPerLine(pretty);
  const pieces = ends.map((end, index) => rewriter.next(bytes.subarray(ends[index - 1] ?? 0, end)));
  return Buffer.concat(pieces).toString();
}

describe('an object per line', () => {
  test.each([
    ['objects behind each other', '{"a":1}{"b":{}} {"c":[{}]}', '{"a":1}\n{"b":{}} \n{"c":[{}]}'],
    ['braces in texts', String.raw`{"a":"}{"}{"b":"\"}{"}`, `{"a":"}{"}\n${String.raw`{"b":"\"}{"}`}`],
    ['a torn line takes no other with it', '{"a":{"b\n{"c":1}{"d":2}', '{"a":{"b\n{"c":1}\n{"d":2}'],
    ['what is no JSON stays', 'text } { [ "\nmore', 'text } { [ "\nmore'],
  ])('%s', (_, text, expected) => {
    expect(rewritten(text, false)).toBe(expected);
  });

  test('pretty objects become one line each', () => {
    const objects = [{ a: [1, { b: '\n"}' }] }, { c: {} }];
    const text = objects.map((object) => JSON.stringify(object, null, 2)).join('\r\n');
    expect(isPrettyJson(text)).toBe(true);
    const lines = rewritten(text, true).split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(objects);
    expect(isPrettyJson(JSON.stringify(objects[0]))).toBe(false);
  });

  test('however the text is cut into pieces, and no object is lost', () => {
    const object = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.boolean(),
        (objects, cuts, pretty) => {
          const text = objects
            .map((each) => JSON.stringify(each, null, pretty ? 2 : 0))
            .join(pretty ? '\n' : '');
          const lines = rewritten(text, pretty, cuts).split('\n');
          expect(lines.map((line) => JSON.parse(line))).toEqual(
            objects.map((each) => JSON.parse(JSON.stringify(each))),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
