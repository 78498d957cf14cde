// What other parsers' own tests and real logs say of a line, value by value.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columnOf, defaultFormat } from '../../src/records/fields.ts';
import { Case, type Row, reading } from './reading.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const otel = join(data, 'records/opentelemetry-collector-contrib');
const tenzir = join(data, 'records/tenzir-library/amazon/tests');
const vrl = join(data, 'records/vrl/parse_aws_vpc_flow_log.json');

/** The records of one file, as a workspace has them. */
async function read(path: string, format?: string) {
  return reading({ 'a.log': readFileSync(path) }, format === undefined ? {} : { format });
}

const withoutNulls = (row: Row) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

describe.skipIf(!existsSync(otel))('OpenTelemetry', () => {
  const defaults = (values: string) => {
    const parts = values.split(' ');
    const typed = parts.map((text, index) => (/^\d+$/.test(text) && index !== 1 ? Number(text) : text));
    return withoutNulls(
      Object.fromEntries(
        defaultFormat.map((name, index) => [columnOf(name), typed[index] === '-' ? null : typed[index]]),
      ),
    );
  };

  test('no data', async () => {
    const expected = JSON.parse(readFileSync(join(otel, 'expected-condensed.json'), 'utf8'));
    const { records } = await read(join(otel, 'valid_vpc_flow_log.log'));
    expect(records).toEqual(expected['valid_vpc_flow_log.log']);
  });

  test('several records', async () => {
    const { records } = await read(join(otel, 'valid_vpc_flow_log_multi.log'));
    const [, ...texts] = readFileSync(join(otel, 'valid_vpc_flow_log_multi.log'), 'utf8').trim().split('\n');
    expect(records).toHaveLength(2);
    for (const text of texts) expect(records).toContainEqual(defaults(text));
  });

  test.each([
    ['ECS', 'valid_vpc_flow_log_ecs.log'],
    ['Transit Gateway', 'valid_tgw_flow_log.log'],
  ])('%s', async (_, file) => {
    const [names = '', values = ''] = readFileSync(join(otel, file), 'utf8').trim().split('\n');
    const texts = values.split(' ');
    const { records, result } = await read(join(otel, file));
    expect(result).toMatchObject({ records: 1, unreadable: 0, unknownFields: [] });
    const [record = {}] = records;
    expect(Object.keys(record).sort()).toEqual(names.split(' ').map(columnOf).sort());
    for (const [index, name] of names.split(' ').entries())
      expect(String(record[columnOf(name)]), name).toBe(texts[index]);
  });

  test.each([
    ['too few fields', 'vpc_flow_log_too_few_fields.log', '14 fields expected, 13 found'],
    ['too many fields', 'vpc_flow_log_too_many_fields.log', '14 fields expected, 15 found'],
  ])('%s', async (_, file, reason) => {
    const { rejects, error } = await read(join(otel, file));
    expect(rejects).toMatchObject([{ line: 2, reason }]);
    expect(error?.exitCode).toBe(3);
  });

  test('the subscription envelope in a format of its own', async () => {
    const path = join(otel, 'valid_vpc_flow_cw_custom.json');
    expect((await read(path)).error?.hint).toContain('--format');
    const { records } = await read(path, 'version interface-id srcaddr dstaddr');
    const more = { version: 2, account_id: '123456789012', interface_id: 'eni-1235b8ca123456789' };
    expect(records).toHaveLength(2);
    expect(records).toContainEqual({ ...more, srcaddr: '172.31.16.139', dstaddr: '172.31.16.21' });
    expect(records).toContainEqual({ ...more, srcaddr: '172.31.9.69', dstaddr: '172.31.9.12' });
  });
});

/** The events of a file of Tenzir's, in its notation, as stored records have them. */
function tenzirEvents(file: string): Row[] {
  const events = readFileSync(join(tenzir, 'vpc_flow', file), 'utf8')
    .split(/^\}\n/m)
    .filter((text) => text.trim() !== '');
  return events.map((event) =>
    withoutNulls(
      Object.fromEntries(
        [...event.matchAll(/^ {2}(\w+): (.*),$/gm)].map(([, name = '', written = '']) => [
          name,
          tenzirValue(name, written),
        ]),
      ),
    ),
  );
}

function tenzirValue(name: string, written: string): unknown {
  if (written === 'null') return null;
  if (written.startsWith('"')) return JSON.parse(written);
  if (/T.*Z$/.test(written)) return Date.parse(written) / 1000;
  return /^\d+$/.test(written) && name !== 'account_id' ? Number(written) : written;
}

describe.skipIf(!existsSync(tenzir))('Tenzir', () => {
  test.each(['parse-default.txt', 'parse-custom.txt'])('%s', async (expected) => {
    const { records } = await read(join(tenzir, 'inputs/cloudwatch-v2.ndjson'));
    expect(records).toHaveLength(4);
    for (const event of tenzirEvents(expected)) expect(records).toContainEqual(event);
  });

  test('version 7 needs --format', async () => {
    const path = join(tenzir, 'inputs/cloudwatch-v7-ecs.ndjson');
    expect((await read(path)).error?.hint).toContain('--format');
    // The order of the lines: the default format, then the ECS fields, the container last.
    const ecs =
      'ecs-cluster-name ecs-cluster-arn ecs-container-instance-id ecs-container-instance-arn ecs-service-name';
    const tasks = 'ecs-task-definition-arn ecs-task-id ecs-task-arn ecs-second-container-id ecs-container-id';
    const { records } = await read(path, `${defaultFormat.join(' ')} ${ecs} ${tasks}`);
    expect(records).toHaveLength(4);
    for (const event of tenzirEvents('parse-v7-ecs.txt')) expect(records).toContainEqual(event);
  });
});

describe.skipIf(!existsSync(vrl))('Vector', () => {
  interface Example {
    readonly title: string;
    readonly source: string;
    readonly return: Row;
  }
  const examples: Example[] = existsSync(vrl) ? JSON.parse(readFileSync(vrl, 'utf8')).examples : [];

  test('all four cases are there', () => expect(examples).toHaveLength(4));

  test.each(examples.map((example) => [example.title, example] as const))('%s', async (_, example) => {
    const [value = '', format] = [...example.source.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
    const { records } = await reading({ 'a.log': `${value}\n` }, format === undefined ? {} : { format });
    expect(records).toEqual([withoutNulls(example.return)]);
  });
});

describe.skipIf(!existsSync(data))('real logs', () => {
  test('ec2-s3-v2.log and its Parquet: the same 214 records', async () => {
    await using opened = await Case.open();
    const loaded = await opened.load(join(data, 'real/ec2-s3-v2.log'));
    expect(loaded.result).toMatchObject({ records: 214, unreadable: 0, duplicate: 0, unknownFields: [] });
    expect(await opened.funnel()).toMatchObject({ accepted: 192, rejected: 22 });
    expect(await opened.ask('SELECT count(DISTINCT srcaddr) AS sources FROM flows')).toEqual([
      { sources: 47 },
    ]);
    const again = await opened.load(join(data, 'real/ec2-v2-aws-names.parquet'));
    expect(again.result).toMatchObject({ records: 214, unreadable: 0, duplicate: 214, unknownFields: [] });
    expect(await opened.funnel()).toMatchObject({
      records: 428,
      duplicate: 214,
      accepted: 192,
      rejected: 22,
    });
  });

  test('eks-cloudwatch-export.csv: 14,552 records, one junk line, accounts as text', async () => {
    await using opened = await Case.open();
    const { result } = await opened.load(join(data, 'real/eks-cloudwatch-export.csv'));
    expect(result).toMatchObject({ records: 14_552, unreadable: 1, unknownFields: [] });
    expect(await opened.ask('SELECT line, raw FROM rejects')).toEqual([
      { line: 1, raw: 'w,,,,w,,w,,,,,,,,w' },
    ]);
    const accounts = await opened.ask(
      'SELECT account_id, count(*) AS n FROM flows GROUP BY 1 ORDER BY n DESC LIMIT 1',
    );
    expect(accounts[0]?.['account_id']).toBe('6.02485E+11');
    const first = `SELECT * FROM flows WHERE interface_id = 'eni-05afc7a0cb0c6049f' AND srcport = 26016 AND start = 1735922373`;
    expect(await opened.ask(first)).toMatchObject([
      {
        ...{
          version: 2,
          srcaddr: '10.0.102.143',
          dstaddr: '10.0.2.83',
          dstport: 31170,
          protocol: 6,
          packets: 5,
        },
        ...{ bytes: 409, end: 1735922401, action: 'ACCEPT', log_status: 'OK' },
      },
    ]);
  });

  test('eks-dns-queries.csv holds names and no record', async () => {
    await using opened = await Case.open();
    const { result } = await opened.load(join(data, 'real/eks-dns-queries.csv'));
    expect(result).toMatchObject({ files: 0, records: 0, unreadable: 0, dns: { files: 1, queries: 263 } });
    expect(await opened.ask('SELECT status, kind, lines FROM files')).toEqual([
      { status: 'read', kind: 'dns', lines: 265 },
    ]);
  });
});
