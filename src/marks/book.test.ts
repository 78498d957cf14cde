import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merged, withMark, withoutMark } from './book.ts';
import { emptyBook, type Mark, type MarkBook, verdicts } from './mark.ts';
import { markFinder } from './precedence.ts';
import { marksAsYaml, parseMarks } from './yaml.ts';

const mark = (target: string, more: Partial<Mark> = {}): Mark => ({
  ...{ target, port: null, local: null, verdict: 'benign', note: null, by: 'me', seen: null },
  at: '2026-11-24T07:35:00Z',
  ...more,
});

const targets = ['203.0.113.7', '203.0.113.0/24', '2001:db8::/32', 'AS64500', 'Example', '-', '# x: y'];
const deeds = fc.array(
  fc.record({
    target: fc.constantFrom(...targets),
    verdict: fc.option(fc.constantFrom(...verdicts)),
    note: fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })),
  }),
  { maxLength: 20 },
);

const done = (all: readonly { target: string; verdict: Mark['verdict'] | null; note: string | null }[]) =>
  all.reduce<MarkBook>((book, { target, verdict, note }, index) => {
    const at = new Date(1_780_000_000_000 + index * 1000).toISOString();
    return verdict === null
      ? withoutMark(book, { target, port: null, local: null, by: 'me', at })
      : withMark(book, mark(target, { verdict, note, at }));
  }, emptyBook);

test('marks and unmarks in any order leave what was said last of each target', () => {
  fc.assert(
    fc.property(deeds, (all) => {
      const book = done(all);
      const last = new Map(all.map((one) => [one.target, one]));
      const expected = [...last.values()].filter(({ verdict }) => verdict !== null);
      expect(new Map(book.marks.map(({ target, verdict, note }) => [target, [verdict, note]]))).toEqual(
        new Map(expected.map(({ target, verdict, note }) => [target, [verdict, note]])),
      );
      expect(book.removed).toHaveLength(last.size - expected.length);
    }),
  );
});

test('a book reads back as it was written, and merging is the same from both sides', () => {
  fc.assert(
    fc.property(deeds, deeds, (one, other) => {
      const [a, b] = [done(one), done(other)];
      const readBack = parseMarks(marksAsYaml(a), 'marks.yaml');
      expect(readBack.marks.map(({ target, verdict }) => [target, verdict])).toEqual(
        a.marks.map(({ target, verdict }) => [target, verdict]),
      );
      expect(merged(a, b).book).toEqual(merged(b, a).book);
      expect(merged(merged(a, b).book, b)).toMatchObject({ added: 0, updated: 0, removed: 0 });
    }),
  );
});

test('the more specific mark comes first', () => {
  const marks = [
    mark('Example Net'),
    mark('AS64500', { port: 53 }),
    mark('AS64500'),
    mark('203.0.113.0/24', { local: '10.0.0.0/8', port: 53 }),
    mark('203.0.113.0/25'),
    mark('203.0.113.7'),
    mark('203.0.113.7', { port: 53 }),
    mark('203.0.113.7', { local: '10.0.0.0/8' }),
    mark('203.0.113.7', { local: '10.0.0.0/24', port: 53 }),
  ];
  const of = { address: '203.0.113.7', asn: 64_500, network: 'EXAMPLE NET', provider: null };
  const names = (port: number | null, local: string | null) =>
    markFinder(marks)
      .of({ ...of, port, local })
      .map((one) => [one.target, one.local, one.port].filter((part) => part !== null).join(' '));
  expect(names(53, '10.0.0.9')).toEqual([
    '203.0.113.7 10.0.0.0/24 53',
    '203.0.113.7 10.0.0.0/8',
    '203.0.113.7 53',
    '203.0.113.7',
    '203.0.113.0/25',
    '203.0.113.0/24 10.0.0.0/8 53',
    'AS64500 53',
    'AS64500',
    'Example Net',
  ]);
  expect(names(null, null)).toEqual(['203.0.113.7', '203.0.113.0/25', 'AS64500', 'Example Net']);
  expect(names(443, '10.9.0.1')[0]).toBe('203.0.113.7 10.0.0.0/8');
});
