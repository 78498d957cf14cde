import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { id, literal, print, type SqlValue, sql } from '../../src/sql/sql.ts';

let instance: DuckDBInstance;
let ask: (statement: string) => Promise<{ value: unknown; name: string }>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  ask = async (statement) => {
    const reader = await connection.runAndReadAll(statement);
    return { value: reader.getRows()[0]?.[0], name: reader.columnName(0) };
  };
});
afterAll(() => instance.closeSync());

const nastyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        "'",
        "''",
        '"',
        '\\',
        "\\'",
        '--',
        '/*',
        '*/',
        ';',
        '$$',
        '$1',
        '?',
        '%',
        '\n',
        '\r',
        '\t',
        '\x1b[2J',
        '\u202e',
        '\u0000',
        '\ufeff',
        '😀',
        "'; DROP TABLE flows; --",
        "E'\\n'",
        '{',
        ':name',
      ),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** Text as an engine can hold it: UTF-8, without NUL. */
const held = (text: string) => Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD');

describe('a literal comes back as the value that it stood for', () => {
  test('text', () =>
    fc.assert(
      fc.asyncProperty(nastyText, async (text) => {
        // As bytes: the client drops a byte order mark at the start of a text that it reads.
        const { value } = await ask(`SELECT hex(encode(${literal(text)}))`);
        expect(Buffer.from(String(value), 'hex').toString('utf8')).toBe(held(text));
      }),
      { numRuns: 400 },
    ));

  test('numbers', () =>
    fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), async (number) => {
        expect(Number((await ask(`SELECT CAST(${literal(number)} AS DOUBLE)`)).value)).toBe(
          number === 0 ? 0 : number,
        );
        const { value } = await ask(`SELECT ${literal(number)}`);
        expect(Number(value)).toBe(number === 0 ? 0 : number);
      }),
      { numRuns: 300 },
    ));

  test('whole numbers', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 127n) + 1n, max: 2n ** 128n - 1n })),
        async (number) => {
          expect(BigInt((await ask(`SELECT ${literal(number)}`)).value as bigint)).toBe(BigInt(number));
        },
      ),
      { numRuns: 300 },
    ));

  test.each<[SqlValue]>([
    [true],
    [false],
    [null],
    [0],
    [-0],
    [-1],
    [1e300],
    [5e-324],
    [2 ** 53],
    [-(2 ** 63)],
    [2n ** 64n],
  ])('%s', async (value) => {
    const answered = (await ask(`SELECT ${literal(value)}`)).value;
    if (typeof value === 'number' || typeof value === 'bigint')
      expect(Number(answered)).toBe(Number(value) + 0);
    else expect(answered).toBe(value);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s has none', (value) => {
    expect(() => literal(value)).toThrow(RangeError);
  });
});

describe('a name is one name, whatever it contains', () => {
  test('in a column and in a table', () =>
    fc.assert(
      fc.asyncProperty(
        nastyText.filter((text) => /[^\0\ufeff]/.test(text)),
        async (text) => {
          const name = held(text.replaceAll('\0', ''));
          expect((await ask(print(sql`SELECT 1 AS ${id(text)}`))).name).toBe(name);
          expect(
            (await ask(print(sql`SELECT ${id(text)} FROM (SELECT ${text} AS ${id(text)}) AS ${id(text)}`)))
              .value,
          ).toBe(held(text).replace(/^\ufeff/, ''));
        },
      ),
      { numRuns: 300 },
    ));
});

describe('a statement', () => {
  test('has its holes as values, in print and in parameters', async () => {
    const statement = sql`SELECT ${"a'; DROP TABLE b; --"} || ${1} || ${null} IS NULL`;
    expect(statement.values).toEqual(["a'; DROP TABLE b; --", 1, null]);
    expect(print(statement)).toBe("SELECT 'a''; DROP TABLE b; --' || 1 || NULL IS NULL");
    expect((await ask(print(statement))).value).toBe(true);
  });
});
