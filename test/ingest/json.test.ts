import { describe, expect, test } from 'vitest';
import { fields } from '../../src/records/fields.ts';
import { type Files, header, line, lines, lostLines, type Reading, reading } from './reading.ts';

async function whole(files: Files): Promise<Reading> {
  const read = await reading(files);
  expect(lostLines(read.files)).toEqual([]);
  return read;
}

const object = (given: Readonly<Record<string, unknown>> = {}) => ({
  ...Object.fromEntries(header.split(' ').map((name, index) => [name, line().split(' ')[index]])),
  ...given,
});
const numbers = {
  version: 2,
  srcport: 1,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start: 1780000000,
};
const json = (...objects: object[]) => objects.map((each) => `${JSON.stringify(each)}\n`).join('');

describe('JSON lines of fields', () => {
  test('numbers or texts, hyphens or underscores, in any order', async () => {
    const underscores = Object.fromEntries(
      Object.entries(object()).map(([name, value]) => [name.replaceAll('-', '_'), value]),
    );
    const { records, result } = await whole({
      'a.json': json(object(), object(numbers)),
      'b.json': json(underscores),
      'c.json': json(Object.fromEntries(Object.entries(object()).reverse())),
    });
    expect(result).toMatchObject({ records: 4, duplicate: 2, unknownFields: [] });
    expect(records.map((record) => record['srcport'])).toEqual([1, 49152]);
  });

  test('null, no key, and "-" are no value; a bad value is told', async () => {
    const bad = [
      { bytes: null },
      { bytes: '-' },
      { srcaddr: '' },
      { bytes: 1.5 },
      { bytes: 1e300 },
      { bytes: true },
    ];
    const worse = [{ bytes: { sum: 1 } }, { bytes: [1] }, { srcaddr: 7 }];
    const { records, rejects } = await whole({
      'a.json': json(object({ start: null }), ...[...bad, ...worse].map(object), object()),
    });
    expect(records.map((record) => record['start'])).toEqual([1780000000, undefined]);
    expect(rejects.map((reject) => reject['line'])).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(String(rejects[0]?.['raw'])).toContain('"bytes":null');
  });

  test('other keys are kept, new ones of later lines too, whatever they are', async () => {
    const odd = {
      '': 1,
      'a b': 'c',
      'x"y': 2,
      'text srcaddr': 'd',
      'b/c~d': 'e',
      __proto_: 'f',
      file_id: 'g',
      ä: 'h',
    };
    const { records, result } = await whole({
      'a.json': json(
        object(),
        object({ ...odd, srcport: 1, nested: { deep: [1, null] } }),
        object({ srcport: 2, 'vpc-id': 'vpc-1' }),
      ),
    });
    expect(records[0]).toMatchObject({
      ...{ a_b: 'c', 'x"y': '2', text_srcaddr: 'd', 'b/c~d': 'e', __proto_: 'f', file_id_: 'g', ä: 'h' },
      nested: '{"deep":[1,null]}',
    });
    expect(records[1]).toMatchObject({ srcport: 2, vpc_id: 'vpc-1' });
    expect(result?.unknownFields).toEqual([
      '__proto_',
      'a b',
      'b/c~d',
      'file_id',
      'nested',
      'text srcaddr',
      'x"y',
      'ä',
    ]);
  });

  test('every documented field, none reported as unknown', async () => {
    const values = fields.map(({ name, kind }, index) => {
      const special = { address: '10.0.0.1', action: 'ACCEPT', status: 'OK', text: 'text' } as const;
      return [name, kind in special ? special[kind as keyof typeof special] : index] as const;
    });
    const { result } = await whole({ 'a.json': json(Object.fromEntries(values)) });
    expect(result).toMatchObject({ records: 1, unreadable: 0, unknownFields: [] });
  });

  test('lines that are no objects are rejects, a torn one takes no other with it', async () => {
    const torn = JSON.stringify(object()).slice(0, 50);
    const { records, rejects } = await whole({
      'a.json': `junk\n${json(object())}${torn}\n${json(object({ srcport: 1 }))}[1]\n7\n"text"\n\n${json(object({ srcport: 2 }))}`,
    });
    expect(records).toHaveLength(3);
    expect(rejects.map((reject) => [reject['line'], reject['reason']])).toEqual(
      [1, 3, 5, 6, 7].map((at) => [at, 'not a JSON object']),
    );
  });

  test('objects behind each other and over several lines', async () => {
    const { result } = await whole({
      'a.json': `${JSON.stringify(object())}${JSON.stringify(object({ srcport: 1 }))} ${JSON.stringify(object({ srcport: 2 }))}`,
      'b.json': `${JSON.stringify(object({ srcport: 3 }), null, 2)}\n${JSON.stringify(object({ srcport: 4 }), null, 2)}\n`,
    });
    expect(result).toMatchObject({ records: 5, unreadable: 0 });
  });
});

describe('JSON lines of messages', () => {
  test('the message is the record', async () => {
    const { records, rejects } = await whole({
      'a.json': json(
        ...lines(2).map((message) => ({ message, logStream: 'eni-0a' })),
        { message: 'junk' },
        { other: 1 },
      ),
      'b.json': json({ '@timestamp': '2025-02-25', '@message': line({ srcport: '3' }) }),
    });
    expect(records.map((record) => record['srcport'])).toEqual([1, 2, 3]);
    expect(rejects.map((reject) => reject['reason'])).toEqual([
      '14 fields expected, 1 found',
      'not a JSON object with a message',
    ]);
  });

  test('a message beside the fields is one more field', async () => {
    const { records, result } = await whole({ 'a.json': json(object({ message: 'from the collector' })) });
    expect(records).toMatchObject([{ srcport: 49152, message: 'from the collector' }]);
    expect(result?.unknownFields).toEqual(['message']);
  });
});

test('other JSON is told and left alone', async () => {
  const { result, files } = await whole({
    'a.json': '{"Records":[{"eventVersion":"1.08","eventName":"ConsoleLogin"}]}',
    'c.json': `[${JSON.stringify(object())}]`,
    'd.json': json({ hello: 'world' }),
    'e.log': `[INFO] export\n${lines(3).join('\n')}\n`,
  });
  expect(result?.otherFiles.map(({ reason }) => reason)).toEqual([
    'a CloudTrail log, not a flow log',
    'JSON without a message and without the field names of a flow log',
  ]);
  expect(files.slice(1).map((file) => file['reason'])).toEqual([
    'JSON, but not one object after another; write it so, for example with jq -c',
    'JSON without a message and without the field names of a flow log',
    null,
  ]);
  expect(result?.records).toBe(3);
});

test('a log of something else that has a start, an end and a protocol is no flow log', async () => {
  const connection = {
    start: 1_780_000_000,
    end: 1_780_000_060,
    protocol: 6,
    local: '10.0.0.1',
    peer: '8.8.8.8',
  };
  const { result } = await whole({ 'connections.ndjson': json(connection), 'flow.log': lines(2).join('\n') });
  expect(result).toMatchObject({
    records: 2,
    unreadable: 0,
    otherFiles: [{ path: expect.stringContaining('connections') }],
  });
});

test('an export of northsouth beside the logs is not read as a log again', async () => {
  const row = {
    ...object(),
    file_id: 1,
    src_scope: 'private',
    dst_scope: 'internet',
    local: '10.0.0.1',
    peer: '8.8.8.8',
  };
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`;
  const { result } = await whole({
    'flows.ndjson': json(row),
    'flows.csv': csv,
    'flow.log': lines(2).join('\n'),
  });
  expect(result).toMatchObject({ records: 2, unreadable: 0 });
  expect(result?.otherFiles.map(({ reason }) => reason)).toEqual([
    'an export of northsouth, not a flow log',
    'an export of northsouth, not a flow log',
  ]);
});
