import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import {
  type Files,
  folderOf,
  header,
  line,
  lostLines,
  type Reading,
  reading,
  temporaryFolder,
} from './reading.ts';

/** A Parquet file with the rows of a query, as bytes. */
async function parquet(query: string, options = ''): Promise<Buffer> {
  const path = join(temporaryFolder(), 'made.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
  return readFileSync(path);
}

const number = (name: string) => (/^(packets|bytes|start|end)$/.test(name) ? 'BIGINT' : 'INTEGER');
const isNumber = (name: string) => /^(version|srcport|dstport|protocol|packets|bytes|start|end)$/.test(name);

/** A SELECT of one record as AWS types it; `given` replaces the expression of a column. */
function row(
  given: Readonly<Record<string, string>> = {},
  spell = (name: string) => name.replaceAll('-', '_'),
): string {
  const values = line().split(' ');
  const columns = header.split(' ').map((name, index) => {
    const written = isNumber(name) ? `CAST(${values[index]} AS ${number(name)})` : `'${values[index]}'`;
    return `${given[name] ?? written} AS "${spell(name)}"`;
  });
  const more = Object.entries(given).filter(([name]) => !header.split(' ').includes(name));
  return `SELECT ${[...columns, ...more.map(([name, value]) => `${value} AS "${name}"`)].join(', ')}`;
}

async function whole(files: Files): Promise<Reading> {
  const read = await reading(files);
  expect(lostLines(read.files)).toEqual([]);
  return read;
}

const {
  records: [asText],
} = await whole({ 'a.log': line() });

describe('Parquet', () => {
  test('is the same record as the text, by any spelling of names, and known by its bytes', async () => {
    const { result } = await whole({
      'a.log': line(),
      'b.parquet': await parquet(row(), ', COMPRESSION gzip'),
      'c.log': await parquet(row({}, (name) => name)),
      'd.parquet': await parquet(row({}, (name) => name.toUpperCase())),
      'e.parquet': await parquet(row({ version: '2' }).replace(/^SELECT (.*?), (.*)$/, 'SELECT $2, $1')),
    });
    expect(result).toMatchObject({ records: 5, duplicate: 4, unreadable: 0, unknownFields: [] });
  });

  test.each([
    ['numbers as text', { srcport: "'49152'", dstport: "'443'", bytes: "'1000'", start: "'1780000000'" }],
    [
      'wider numbers',
      { protocol: 'CAST(6 AS BIGINT)', srcport: 'CAST(49152 AS UBIGINT)', bytes: 'CAST(1000 AS HUGEINT)' },
    ],
    [
      'floating point, as pandas has it beside gaps',
      { srcport: 'CAST(49152 AS DOUBLE)', bytes: 'CAST(1000 AS FLOAT)' },
    ],
    [
      'a time with fractions',
      { start: "TIMESTAMP '2026-05-28 20:26:40.9'", end: "TIMESTAMP '2026-05-28 20:27:40'" },
    ],
    ['a time with nanoseconds', { start: "TIMESTAMP_NS '2026-05-28 20:26:40.999999999'" }],
    ['a time with zone', { start: "TIMESTAMPTZ '2026-05-28 20:26:40+00'" }],
    ['milliseconds', { start: '1780000000000' }],
    ['bytes for text', { 'account-id': "CAST('123456789010' AS BLOB)" }],
  ])('%s', async (_, given) => {
    const { records } = await whole({ 'a.parquet': await parquet(row(given)) });
    expect(records).toEqual([asText]);
  });

  test('NULL, "-", the empty text and NaN are no value', async () => {
    const none = {
      srcaddr: 'NULL',
      dstaddr: "'-'",
      'interface-id': "''",
      srcport: "CAST('NaN' AS DOUBLE)",
      action: 'NULL',
    };
    const { records, result } = await whole({
      'a.parquet': await parquet(row({ ...none, 'log-status': "'NODATA'" })),
    });
    const { srcaddr, dstaddr, interface_id, srcport, action, ...rest } = asText ?? {};
    expect(records).toEqual([{ ...rest, log_status: 'NODATA' }]);
    expect(result?.unreadable).toBe(0);
  });

  test('rows that are no records are rejected under their number, as JSON', async () => {
    const rows = [
      row(),
      row({ srcaddr: "'1.2.3'" }),
      row({ srcport: '1' }),
      row({ protocol: '256' }),
      row({ bytes: '-1' }),
    ];
    const { rejects, records } = await whole({ 'a.parquet': await parquet(rows.join(' UNION ALL ')) });
    expect(records).toHaveLength(2);
    expect(rejects.map((reject) => [reject['line'], reject['reason']])).toEqual([
      [2, "srcaddr: '1.2.3' is no address"],
      [4, "protocol: '256' is not a whole number from 0 to 255"],
      [5, "bytes: '-1' is not a whole number from 0 to 9223372036854775807"],
    ]);
    expect(JSON.parse(String(rejects[0]?.['raw']))).toMatchObject({ srcaddr: '1.2.3', dstport: 443 });
  });

  test('other columns are kept as text, whatever their names and types', async () => {
    const ours = {
      line: '1',
      raw: "'r'",
      broken: "'b'",
      file_id: '7',
      path_region: "'p'",
      local: "'l'",
      file_row_number: '9',
    };
    const other = {
      'a b': "'c'",
      day: "DATE '2026-01-01'",
      list: '[1, 2]',
      seen: "TIMESTAMP '2026-01-01 00:00:00'",
    };
    const { records, result } = await whole({ 'a.parquet': await parquet(row({ ...ours, ...other })) });
    expect(records).toEqual([
      {
        ...asText,
        ...{
          line_: '1',
          raw_: 'r',
          broken_: 'b',
          file_id_: '7',
          path_region_: 'p',
          local_: 'l',
          file_row_number_: '9',
        },
        ...{ a_b: 'c', day: '2026-01-01', list: '[1, 2]', seen: '2026-01-01 00:00:00' },
      },
    ]);
    expect(result?.unknownFields).toHaveLength(11);
  });

  test('no flow log, no rows, and no Parquet at all', async () => {
    const good = await parquet(row());
    const { result } = await whole({
      'a.parquet': await parquet("SELECT 1 AS id, 'x' AS name"),
      'b.parquet': await parquet(`${row()} WHERE FALSE`),
      'c.parquet': 'PAR1 and then nothing',
      'd.parquet': good.subarray(0, good.length - 20),
      'e.log': line(),
    });
    expect(result?.otherFiles).toMatchObject([
      { reason: 'a Parquet file whose columns are not those of a flow log' },
    ]);
    expect(result).toMatchObject({ records: 1, emptyFiles: 1 });
    expect(result?.failedFiles.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^the Parquet file cannot be read: /),
      expect.stringMatching(/^the Parquet file cannot be read: /),
    ]);
  });

  test('a damaged file fails alone, wherever the damage is', async () => {
    const good = await parquet(
      Array.from({ length: 40 }, (_, port) => row({ srcport: String(port) })).join(' UNION ALL '),
    );
    const files: Record<string, Uint8Array | string> = { 'z.log': line() };
    for (let at = 4; at < good.length - 4; at += 41) {
      const damaged = Buffer.from(good);
      damaged.fill(0xff, at, at + 3);
      files[`${at}.parquet`] = damaged;
    }
    const { result } = await whole(files);
    expect(result?.files).toBeGreaterThan(20);
    expect(result?.failedFiles.length).toBeGreaterThan(5);
  });

  test('columns come from the file, never from folders named key=value', async () => {
    const { records, result } = await whole({
      'aws-account-id=1/aws-region=eu-west-1/year=2026/action=REJECT/a.parquet': await parquet(row()),
    });
    expect(records).toEqual([{ ...asText, region: 'eu-west-1' }]);
    expect(result?.unknownFields).toEqual([]);
  });
});

test('a workspace below folders named key=value holds the same records', async () => {
  const { Case } = await import('./reading.ts');
  const folder = folderOf({ 'action=REJECT/start=1/a.log': line() });
  await using opened = await Case.open(join(folder, 'action=REJECT/start=1'));
  await opened.load(join(folder, 'action=REJECT/start=1/a.log'));
  await opened.load(join(folder, 'action=REJECT/start=1/a.log'));
  expect((await opened.everything(folder)).records).toEqual([asText]);
  expect(await opened.funnel()).toMatchObject({ accepted: 1, rejected: 0 });
});
