import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import type { Filter, Term, Value } from './filter.ts';
import { isOrdered, type Key, keys } from './keys.ts';
import { nearest } from './nearest.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { protocolNumbers } from './words.ts';

function withoutPlaces(filter: Filter) {
  return filter.map(({ place: _, ...term }) => term);
}

function refused(text: string): HuntError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof HuntError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

/** The text with what the error points at in brackets. */
function pointed(text: string): string {
  const { at } = refused(text);
  return `${text.slice(0, at?.from)}[${text.slice(at?.from, at?.to)}]${text.slice(at?.to)}`;
}

describe('a filter is read', () => {
  test('as terms with places', () => {
    const text = 'peer:185.220.101.1 port:443 bytes>1GB  country:RU,cn -provider:Amazon';
    expect(parseFilter(text)).toEqual([
      {
        ...{ key: 'peer', operator: ':', negated: false, place: { from: 0, to: 18 } },
        values: [{ kind: 'address', family: 4, first: 3_118_228_737n, last: 3_118_228_737n }],
      },
      {
        ...{ key: 'port', operator: ':', negated: false, place: { from: 19, to: 27 } },
        values: [{ kind: 'port', from: 443, to: 443, protocol: null }],
      },
      {
        ...{ key: 'bytes', operator: '>', negated: false, place: { from: 28, to: 37 } },
        values: [{ kind: 'number', from: 1e9, to: 1e9 }],
      },
      {
        ...{ key: 'country', operator: ':', negated: false, place: { from: 39, to: 52 } },
        values: [
          { kind: 'word', word: 'RU' },
          { kind: 'word', word: 'CN' },
        ],
      },
      {
        ...{ key: 'provider', operator: ':', negated: true, place: { from: 53, to: 69 } },
        values: [{ kind: 'text', text: 'Amazon' }],
      },
    ]);
  });

  test.each([
    ['peer:10.0.0.0/8', 'address', 0x0a000000n, 0x0affffffn],
    ['peer:10.0.0.1-10.0.0.9', 'address', 0x0a000001n, 0x0a000009n],
    ['src:2001:db8::/32', 'address', 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n],
    ['address:::1', 'address', 1n, 1n],
    ['::1', 'address', 1n, 1n],
    ['fe80::1', 'address', (0xfe80n << 112n) + 1n, (0xfe80n << 112n) + 1n],
    ['-2001:db8::1', 'address', (0x20010db8n << 96n) + 1n, (0x20010db8n << 96n) + 1n],
  ])('%s', (text, kind, first, last) => {
    expect(parseFilter(text)[0]?.values[0]).toMatchObject({ kind, first, last });
  });

  test.each<[string, Value]>([
    ['port:443/tcp', { kind: 'port', from: 443, to: 443, protocol: 6 }],
    ['port:8000-8100', { kind: 'port', from: 8000, to: 8100, protocol: null }],
    ['dport:53/17', { kind: 'port', from: 53, to: 53, protocol: 17 }],
    ['bytes>1.5MiB', { kind: 'number', from: 1_572_864, to: 1_572_864 }],
    ['bytes:1kb-2kb', { kind: 'number', from: 1000, to: 2000 }],
    ['packets>=10k', { kind: 'number', from: 10_000, to: 10_000 }],
    ['duration<2h', { kind: 'number', from: 7200, to: 7200 }],
    ['score>=0.85', { kind: 'number', from: 0.85, to: 0.85 }],
    ['asn:AS15169', { kind: 'number', from: 15_169, to: 15_169 }],
    ['AS15169', { kind: 'number', from: 15_169, to: 15_169 }],
    ['network:"Google LLC"', { kind: 'text', text: 'Google LLC' }],
    ['network:"a \\"b\\" \\\\"', { kind: 'text', text: 'a "b" \\' }],
    ['country:none', { kind: 'none' }],
    ['network:"none"', { kind: 'text', text: 'none' }],
    ['PROTO=TCP', { kind: 'number', from: 6, to: 6 }],
    ['severity>=High', { kind: 'word', word: 'high' }],
  ])('%s', (text, value) => {
    expect(parseFilter(text)[0]?.values).toEqual([value]);
  });

  test('an address alone is either end, several are any of them', () => {
    expect(printFilter(parseFilter('10.0.0.1,10.1.0.0/16 -192.0.2.7'))).toBe(
      'address:10.0.0.1,10.1.0.0/16 -address:192.0.2.7',
    );
  });

  test.each(['', '   ', '\n\t'])('%j is met by everything', (text) => {
    expect(parseFilter(text)).toEqual([]);
  });
});

describe('a mistake is shown where it is, with what to write instead', () => {
  test.each([
    ['prot:443', '[prot]:443', 'filter.unknown-key', 'Did you mean port or protocol?'],
    [
      'peer:10.0.0.0/8 contry:RU',
      'peer:10.0.0.0/8 [contry]:RU',
      'filter.unknown-key',
      'Did you mean country?',
    ],
    ['banana:1', '[banana]:1', 'filter.unknown-key', 'It knows peer, local'],
    ['bytes>1XB', 'bytes>[1XB]', 'filter.value', 'bytes>1GB'],
    ['bytes > 1GB', 'bytes [>] 1GB', 'filter.syntax', 'as in bytes>1GB'],
    ['port:443 > 5', 'port:443 [>] 5', 'filter.syntax', 'without blanks'],
    ['peer:10.1.2.3/24', 'peer:[10.1.2.3/24]', 'filter.value', '10.1.2.0/24'],
    ['peer:10.0.0.9-10.0.0.1', 'peer:[10.0.0.9-10.0.0.1]', 'filter.value', '10.0.0.1-10.0.0.9'],
    ['peer:example.org', 'peer:[example.org]', 'filter.value', 'a network or a range'],
    ['country:Russia', 'country:[Russia]', 'filter.value', 'Did you mean country:RU?'],
    ['port:70000', 'port:[70000]', 'filter.value', 'from 0 to 65535'],
    ['port>80', 'port[>]80', 'filter.syntax', 'port:443/tcp'],
    ['bytes>1GB,2GB', 'bytes>1GB,[2GB]', 'filter.syntax', 'takes one value'],
    ['bytes>1-2', 'bytes>[1-2]', 'filter.value', 'bytes:FROM-TO'],
    ['action:rejct', 'action:[rejct]', 'filter.value', 'Did you mean action:reject?'],
    ['network:"Google LLC', 'network:["Google LLC]', 'filter.syntax', 'End the value'],
    ['network:Google LLC', 'network:Google [LLC]', 'filter.syntax', 'network:*LLC*'],
    ['country:RU, CN', 'country:RU,[ ]CN', 'filter.syntax', 'without blanks'],
    ['peer:', '[peer:]', 'filter.syntax', 'right behind it'],
    ['port:22 OR port:3389', 'port:22 [OR] port:3389', 'filter.syntax', 'one or another'],
    ['(port:22)', '[(]port:22)', 'filter.syntax', 'values with commas'],
    ['443', '[443]', 'filter.syntax', 'port:443'],
    ['service:443', 'service:[443]', 'filter.value', 'Did you mean port:443?'],
    ['mark:bening', 'mark:[bening]', 'filter.value', 'Did you mean mark:benign?'],
    ['evil.example.com', '[evil.example.com]', 'filter.syntax', 'Did you mean name:evil.example.com?'],
    ['malicious', '[malicious]', 'filter.syntax', 'mark:malicious'],
    ['RU', '[RU]', 'filter.syntax', 'country:RU'],
    ['amazon', '[amazon]', 'filter.syntax', 'network:*amazon*'],
    ['inbound', '[inbound]', 'filter.syntax', 'direction:inbound'],
    ['action!=accept', 'action[!=]accept', 'filter.syntax', '-action:VALUE'],
    ['- port:22', '[-] port:22', 'filter.syntax', 'before the key'],
    ['1.2.3.4,AS5', '1.2.3.4,[AS5]', 'filter.syntax', ''],
  ])('%s', (text, place, code, hint) => {
    const error = refused(text);
    expect(pointed(text)).toBe(place);
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.hint}`).toContain(hint);
    expect(error.exitCode).toBe(2);
  });
});

describe('nearest', () => {
  test.each([
    ['prot', ['port', 'proto']],
    ['cuontry', ['country']],
    ['sr', ['src', 'src-port']],
    ['zzz', []],
  ])('%s', (word, expected) => {
    expect(nearest(word, ['port', 'proto', 'country', 'src', 'src-port', 'dst'])).toEqual(expected);
  });
});

const addressValue = fc
  .oneof(
    fc.tuple(fc.constant(4 as const), fc.bigInt(0n, 2n ** 32n - 1n), fc.bigInt(0n, 2n ** 32n - 1n)),
    fc.tuple(fc.constant(6 as const), fc.bigInt(0n, 2n ** 128n - 1n), fc.bigInt(0n, 2n ** 128n - 1n)),
  )
  .map(([family, a, b]): Value => {
    const [first, last] = a < b ? [a, b] : [b, a];
    return { kind: 'address', family, first, last };
  });
const portValue = fc
  .tuple(fc.nat(65_535), fc.nat(65_535), fc.option(fc.nat(255)))
  .map(([a, b, protocol]): Value => ({ kind: 'port', from: Math.min(a, b), to: Math.max(a, b), protocol }));
const textValue = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() !== '')
  .map((text): Value => ({ kind: 'text', text }));
const range = (most: number) =>
  fc
    .tuple(fc.nat(most), fc.nat(most))
    .map(([a, b]): Value => ({ kind: 'number', from: Math.min(a, b), to: Math.max(a, b) }));
const single = (most: number) =>
  fc.nat(most).map((number): Value => ({ kind: 'number', from: number, to: number }));
const word = (words: readonly string[]) =>
  fc.constantFrom(...words).map((one): Value => ({ kind: 'word', word: one }));

function valuesOf(key: Key): fc.Arbitrary<Value> {
  switch (key.kind) {
    case 'address':
      return addressValue;
    case 'port':
      return portValue;
    case 'protocol':
      return fc
        .constantFrom(...Object.values(protocolNumbers), 99)
        .map((number): Value => ({ kind: 'number', from: number, to: number }));
    case 'asn':
      return single(2 ** 31 - 1);
    case 'share':
      return fc
        .nat(1000)
        .map((number): Value => ({ kind: 'number', from: number / 1000, to: number / 1000 }));
    case 'country':
      return word(['DE', 'RU', 'XK']);
    case 'word':
      return word(key.words ?? []);
    case 'text':
      return textValue;
    default:
      return range(2 ** 31 - 1);
  }
}

const term = fc.constantFrom(...keys).chain((key) => {
  const value = key.hasNone ? fc.oneof(valuesOf(key), fc.constant<Value>({ kind: 'none' })) : valuesOf(key);
  const listed = fc.record({
    key: fc.constant(key.name),
    operator: fc.constant(':' as const),
    negated: fc.boolean(),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  if (!isOrdered(key)) return listed;
  const one = key.kind === 'word' || key.kind === 'share' ? valuesOf(key) : single(2 ** 31 - 1);
  const compared = fc.record({
    key: fc.constant(key.name),
    operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
    negated: fc.boolean(),
    values: fc.tuple(one).map(([only]) => [only]),
  });
  return fc.oneof(listed, compared);
});

describe('for every filter', () => {
  test('what is printed is read as the same filter', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 5 }), (terms) => {
        const filter = terms.map((one): Term => ({ ...one, place: { from: 0, to: 0 } }));
        expect(withoutPlaces(parseFilter(printFilter(filter)))).toEqual(withoutPlaces(filter));
      }),
    );
  });

  test('any text is understood, or refused at a place inside it', () => {
    const piece = fc.constantFrom(
      ...keys.map(({ name }) => name),
      ...':<>=-,"/*\\ !()'.split(''),
      '10.0.0.1',
      '::1',
      '1GB',
      'none',
      'AS1',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        let filter: Filter;
        try {
          filter = parseFilter(written);
        } catch (error) {
          expect(error).toBeInstanceOf(HuntError);
          const { code, at, hint } = error as HuntError;
          expect(code).toMatch(/^filter\./);
          expect(hint).toBeTruthy();
          const { from = -1, to = -1 } = at ?? {};
          expect(0 <= from && from <= to && to <= written.length).toBe(true);
          return;
        }
        expect(withoutPlaces(parseFilter(printFilter(filter)))).toEqual(withoutPlaces(filter));
      }),
      { numRuns: 2000 },
    );
  });
});
