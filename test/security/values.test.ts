import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainValue } from '../../src/engine/plain-value.ts';
import { queryCsv, queryJson } from '../../src/report/query-result.ts';

let instance: DuckDBInstance;
let plainOf: (expression: string) => Promise<unknown>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  plainOf = async (expression) =>
    plainValue((await connection.runAndReadAll(`SELECT ${expression}`)).getRows()[0]?.[0] ?? null);
});
afterAll(() => instance.closeSync());

describe('an answer says in JSON and CSV what DuckDB holds', () => {
  test.each<[string, unknown, string]>([
    ['NULL', null, ''],
    ['true', true, 'true'],
    ["''", '', '""'],
    ['1', 1, '1'],
    ['9007199254740991', 9007199254740991, '9007199254740991'],
    ['9007199254740993', '9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808', '-9223372036854775808'],
    ['18446744073709551615::UBIGINT', '18446744073709551615', '18446744073709551615'],
    [
      '340282366920938463463374607431768211455::UHUGEINT',
      '340282366920938463463374607431768211455',
      '340282366920938463463374607431768211455',
    ],
    ['0.5::DOUBLE', 0.5, '0.5'],
    ["'NaN'::DOUBLE", 'NaN', 'NaN'],
    ["'Infinity'::DOUBLE", 'Infinity', 'Infinity'],
    ['1.10::DECIMAL(9,2)', 1.1, '1.1'],
    ['12345678901234567890.12::DECIMAL(30,2)', '12345678901234567890.12', '12345678901234567890.12'],
    ["DATE '2026-06-01'", '2026-06-01', '2026-06-01'],
    ["'infinity'::DATE", 'infinity', 'infinity'],
    ["'-infinity'::DATE", '-infinity', "'-infinity"],
    ["TIMESTAMP '2026-06-01 01:02:03'", '2026-06-01T01:02:03Z', '2026-06-01T01:02:03Z'],
    ["TIMESTAMP '2026-06-01 01:02:03.000004'", '2026-06-01T01:02:03.000004Z', '2026-06-01T01:02:03.000004Z'],
    ["TIMESTAMPTZ '2026-06-01 01:02:03+02'", '2026-05-31T23:02:03Z', '2026-05-31T23:02:03Z'],
    [
      "'2026-06-01 01:02:03.123456789'::TIMESTAMP_NS",
      '2026-06-01T01:02:03.123456789Z',
      '2026-06-01T01:02:03.123456789Z',
    ],
    ["'infinity'::TIMESTAMP", 'infinity', 'infinity'],
    ["TIMESTAMP '290000-01-01'", '290000-01-01T00:00:00Z', '290000-01-01T00:00:00Z'],
    ['to_timestamp(0)', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ["TIME '01:02:03'", '01:02:03', '01:02:03'],
    ["INTERVAL '1 month 2 days 3 hours'", '1 month 2 days 03:00:00', '1 month 2 days 03:00:00'],
    ["'\\xAA\\x00'::BLOB", 'aa00', 'aa00'],
    ["'101'::BIT", '101', '101'],
    ["'a'::ENUM ('a', 'b')", 'a', 'a'],
    [
      "'7a8c0ed2-0f2d-4ef0-a5d8-5c1a4e7e6a11'::UUID",
      '7a8c0ed2-0f2d-4ef0-a5d8-5c1a4e7e6a11',
      '7a8c0ed2-0f2d-4ef0-a5d8-5c1a4e7e6a11',
    ],
    ['[1, NULL, 3]', [1, null, 3], '"[1,null,3]"'],
    ['[]', [], '[]'],
    ["{'a': 1, 'b': [DATE '2026-01-01']}", { a: 1, b: ['2026-01-01'] }, '"{""a"":1,""b"":[""2026-01-01""]}"'],
    ["MAP {'x': 1}", [{ key: 'x', value: 1 }], '"[{""key"":""x"",""value"":1}]"'],
    ['union_value(a := 1)', 1, '1'],
    ['[1, 2]::INTEGER[2]', [1, 2], '"[1,2]"'],
    [`'{"a": 1}'::JSON`, '{"a": 1}', '"{""a"": 1}"'],
  ])('%s', async (expression, json, csv) => {
    const value = await plainOf(expression);
    expect(value).toEqual(json);
    const result = { columns: [{ name: 'v', type: 'any' }], rows: [[value]], truncated: false };
    expect(JSON.parse(queryJson(result)).rows).toEqual([{ v: json }]);
    expect(queryCsv(result)).toBe(`v\n${csv}\n`);
  });
});
