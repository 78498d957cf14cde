import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete, type Vocabulary } from './complete.ts';
import { meaningOf } from './meaning.ts';
import { parseFilter } from './parse.ts';

const vocabulary: Vocabulary = {
  country: [{ text: 'RU', detail: '12 addresses' }, { text: 'US' }, { text: 'CN' }],
  network: [{ text: 'Google LLC' }, { text: 'GOOGLE-CLOUD' }, { text: 'Hetzner "Online"' }],
};

/** What the first candidate makes of a text in which `|` stands for the cursor. */
function first(marked: string): string {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, candidates } = complete(text, cursor, vocabulary);
  return candidates[0] === undefined ? text : text.slice(0, from) + candidates[0].text + text.slice(to);
}

describe('completion', () => {
  test.each([
    ['|', 'peer:'],
    ['pe|', 'peer:'],
    ['port:443 co|', 'port:443 country:'],
    ['port:443 -co|', 'port:443 -country:'],
    ['by|', 'bytes>'],
    // Another name of it leads to the key, and its operator stays.
    ['cc|:RU', 'country:RU'],
    ['ip|', 'address:'],
    ['country:|', 'country:RU'],
    ['country:RU,c|', 'country:RU,CN'],
    ['country:r|,CN port:1', 'country:RU,CN port:1'],
    ['-country:u|', '-country:US'],
    ['network:goo|', 'network:"Google LLC"'],
    ['network:"goog|', 'network:"Google LLC"'],
    ['network:hetz|', 'network:"Hetzner \\"Online\\""'],
    ['severity>=h|', 'severity>=high'],
    ['action:|', 'action:accept'],
    ['proto:u|', 'proto:udp'],
    ['bytes>1|', 'bytes>1KB'],
    ['country:RU |', 'country:RU peer:'],
    ['zzz|', 'zzz'],
    ['mark:s|', 'mark:suspicious'],
    ['mark:n|', 'mark:none'],
    ['hostn|', 'name:'],
    ['intel:|', 'intel:none'],
  ])('%s', (marked, expected) => {
    expect(first(marked)).toBe(expected);
  });

  test('candidates say what they are', () => {
    const { candidates } = complete('country:', 8, vocabulary);
    expect(candidates).toEqual([
      { text: 'RU', kind: 'value', detail: '12 addresses' },
      { text: 'US', kind: 'value', detail: null },
      { text: 'CN', kind: 'value', detail: null },
      { text: 'none', kind: 'value', detail: 'where there is none' },
    ]);
    expect(complete('', 0, vocabulary).candidates[0]).toMatchObject({
      kind: 'key',
      detail: expect.stringContaining('other end'),
    });
  });

  test('in any text at any place: the range holds the cursor and lies in the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a:">,- \\\n'), maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(25), (written, cursor) => {
        const at = Math.min(cursor, written.length);
        const { from, to } = complete(written, cursor, vocabulary);
        expect(0 <= from && from <= at && at <= to && to <= written.length).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ['peer:10.0.0.1,10.0.0.2', 'peer is 10.0.0.1 or 10.0.0.2'],
  ['-provider:Amazon', 'provider is not Amazon'],
  ['bytes>=1500000000', 'bytes is at least 1500MB'],
  ['-flows>5', 'flows is not more than 5'],
  ['country:none', 'country is none'],
  ['-mark:benign', 'mark is not benign'],
  ['name:*.example.com,none', 'name is *.example.com or none'],
])('%s means: %s', (text, meaning) => {
  const [term] = parseFilter(text);
  expect(term && meaningOf(term)).toBe(meaning);
});
