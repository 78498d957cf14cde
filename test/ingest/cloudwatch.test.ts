import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Files, header, line, lines, lostLines, type Reading, reading } from './reading.ts';

async function whole(files: Files, format?: string): Promise<Reading> {
  const read = await reading(files, format === undefined ? {} : { format });
  expect(lostLines(read.files)).toEqual([]);
  return read;
}

/** The ports of the same content plain and packed, in one workspace. */
async function portsOfBoth(plain: string, packed: string): Promise<unknown[]> {
  const read = await reading({ 'a.log': plain, 'b.log': gzipSync(packed) }, { keepDuplicates: true });
  expect(lostLines(read.files)).toEqual([]);
  return read.records.map((record) => record['srcport']);
}

async function ports(content: string | Buffer, format?: string): Promise<unknown[]> {
  return (await whole({ 'a.log': content }, format)).records.map((record) => record['srcport']);
}

const custom = 'interface-id srcaddr dstaddr srcport';
const customLines = ['eni-1 10.0.0.4 8.8.8.8 1', 'eni-1 10.0.0.4 8.8.8.8 2'];
const stamp = '2025-02-25T12:25:04.000Z';

describe('lines without header', () => {
  test('are the default format when they fit it, with junk among them', async () => {
    const content = ['w,,,,w,,w', ...lines(2), 'junk', '', ...lines(1, 3), `${line()} more`].join('\n');
    const { records, rejects } = await whole({ 'a.log': content });
    expect(records.map((record) => record['srcport'])).toEqual([1, 2, 3]);
    expect(rejects.map((reject) => reject['line'])).toEqual([1, 4, 7]);
  });

  test('of a custom format are read with --format, and without it the error names it', async () => {
    const content = customLines.join('\n');
    expect(await ports(content, custom)).toEqual([1, 2]);
    expect(await ports(content, custom.replaceAll('-', '_').replaceAll(' ', ', '))).toEqual([1, 2]);
    expect(await ports(content, custom.replaceAll(/\S+/g, '${' + '$&' + '}'))).toEqual([1, 2]);
    const { error, files } = await whole({ 'a.log': content });
    expect(error).toMatchObject({ code: 'input.nothing-readable', exitCode: 3 });
    expect(error?.hint).toContain('--format "version account-id ..."');
    expect(error?.message).toContain('no header line, and its lines (4 fields in the first) do not fit');
    expect(files).toMatchObject([{ status: 'failed', unreadable: 2 }]);
  });

  test('a header says more than --format, and the default format is still known beside it', async () => {
    const { records } = await whole(
      { 'a.log': `${header}\n${line()}`, 'b.log': line(), 'c.log': customLines.join('\n') },
      custom,
    );
    expect(records).toHaveLength(1 + 2); // a and b are the same record
  });

  test('prose of as many words as the format has is no record', async () => {
    const { files } = await whole(
      { 'a.txt': 'four words stand here\nand here four more\n', 'b.log': customLines.join('\n') },
      custom,
    );
    expect(files).toMatchObject([
      { status: 'failed', records: 0 },
      { status: 'read', records: 2 },
    ]);
  });
});

describe('the export of CloudWatch', () => {
  test.each([
    ['to S3: an ISO time before each line', lines(3).map((text) => `${stamp} ${text}`)],
    ['with commas', lines(3).map((text) => `${stamp},${text.replaceAll(' ', ',')}`)],
    ['with a comma before blanks', lines(3).map((text) => `${stamp},${text}`)],
    ['CSV, quoted', ['timestamp,message', ...lines(3).map((text) => `1780000000000,"${text}"`)]],
    ['CSV, all quoted', ['"timestamp","message"', ...lines(3).map((text) => `"1780000000000","${text}"`)]],
    ['CSV, not quoted', ['timestamp,message', ...lines(3).map((text) => `1780000000000,${text}`)]],
    ['CSV without header', lines(3).map((text) => `1780000000000,"${text}"`)],
    ['CSV without header, all quoted', lines(3).map((text) => `"${stamp}","${text}"`)],
    ['CSV without header, not quoted', lines(3).map((text) => `1780000000000,${text}`)],
    ['Insights', ['@timestamp,@message', ...lines(3).map((text) => `2025-02-25 12:25:04.000,${text}`)]],
    [
      'Insights with more columns',
      ['"@ptr","@message","@timestamp"', ...lines(3).map((text) => `"x","${text}","t"`)],
    ],
  ])('%s', async (_, content) => {
    const both = await portsOfBoth(content.join('\n'), `${content.join('\r\n')}\r\n`);
    expect(both).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test('one line behind the text of the write test is a record', async () => {
    const { records, rejects } = await whole({
      'a.log': `Permission Check Successful${stamp} ${lines(3)[0]}\n`,
    });
    expect(records).toHaveLength(1);
    expect(rejects).toEqual([]);
  });

  test('junk around it is rejected, each line by itself', async () => {
    const { records, rejects } = await whole({
      'a.log': ['Permission Check Successful', ...lines(3).map((text) => `${stamp} ${text}`), 'cut'].join(
        '\n',
      ),
      'b.csv': [
        'timestamp,message',
        '1780000000000,"junk"',
        ...lines(3, 4).map((text) => `1,"${text}"`),
        'cut',
      ].join('\n'),
    });
    expect(records).toHaveLength(6);
    expect(rejects.map((reject) => [reject['line'], reject['reason']])).toEqual([
      [1, 'no ISO time at the start of the line'],
      [5, 'no ISO time at the start of the line'],
      [2, '14 fields expected, 1 found'],
      [6, 'no message column'],
    ]);
  });

  test('of a custom format needs --format', async () => {
    const csv = `timestamp,message\n${customLines.map((text) => `1,"${text}"`).join('\n')}\n`;
    const exported = customLines.map((text) => `${stamp} ${text}`).join('\n');
    expect(await ports(csv, custom)).toEqual([1, 2]);
    expect(await ports(exported, custom)).toEqual([1, 2]);
    expect((await whole({ 'a.csv': csv })).error?.hint).toContain('--format');
  });
});

const envelope = (messages: readonly string[], more: object = {}) => ({
  ...{ messageType: 'DATA_MESSAGE', owner: '210987654321', logGroup: 'flow', logStream: 'eni-1' },
  ...more,
  logEvents: messages.map((message, index) => ({ id: String(index), timestamp: 1, message })),
});
const control = envelope(['CWL CONTROL MESSAGE: Checking health of destination'], {
  messageType: 'CONTROL_MESSAGE',
});

describe('the subscription envelope', () => {
  const one = JSON.stringify(envelope(lines(2)));
  const two = JSON.stringify(envelope(lines(2, 3)));

  test.each([
    ['one', one, [1, 2]],
    ['one a line', `${one}\n${two}\n`, [1, 2, 3, 4]],
    ['one behind the other', `${one}${two}`, [1, 2, 3, 4]],
    [
      'some behind each other, some on lines',
      `${one}${two}\n\n${JSON.stringify(envelope(lines(1, 5)))}`,
      [1, 2, 3, 4, 5],
    ],
    [
      'printed over many lines',
      `${JSON.stringify(envelope(lines(2)), null, 2)}\n${JSON.stringify(envelope(lines(1, 3)), null, 4)}`,
      [1, 2, 3],
    ],
    [
      'as get-log-events prints it',
      JSON.stringify({ events: lines(3).map((message) => ({ message })), nextToken: '{' }, null, 4),
      [1, 2, 3],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await portsOfBoth(content, content)).toEqual([...expected, ...expected]);
  });

  test('gives the account where the record has none', async () => {
    const { records } = await whole({ 'a.json': JSON.stringify(envelope(customLines)) }, custom);
    expect(records.map((record) => record['account_id'])).toEqual(['210987654321', '210987654321']);
  });

  test('control messages and envelopes without events are no records and no rejects', async () => {
    const content = [control, envelope([]), envelope(lines(1))].map((each) => JSON.stringify(each));
    const { records, rejects, files } = await whole({
      'a.json': content.join('\n'),
      'b.json': content[0] ?? '',
    });
    expect(records).toHaveLength(1);
    expect(rejects).toEqual([]);
    expect(files).toMatchObject([
      { status: 'read', lines: 3, header_lines: 2 },
      { status: 'empty', lines: 1, header_lines: 1 },
    ]);
  });

  test('a bad record and a bad envelope are rejected, each by itself', async () => {
    const bad = line({ bytes: 'many' });
    const { rejects, files } = await whole({
      'a.json': [
        JSON.stringify(envelope([...lines(2), bad])),
        '{"logEvents":[{"id":1}]}',
        '{"logEvents":',
        two,
      ].join('\n'),
    });
    expect(rejects).toMatchObject(
      [
        { line: 1, raw: bad, reason: /^bytes/ },
        { line: 2, raw: '{"id":1}', reason: 'not a JSON object with log events' },
        { line: 3, raw: '{"logEvents":', reason: 'not a JSON object with log events' },
      ].map((each) => ({
        ...each,
        reason: typeof each.reason === 'string' ? each.reason : expect.stringMatching(each.reason),
      })),
    );
    expect(files).toMatchObject([{ lines: 7, records: 4, unreadable: 3 }]);
  });

  test('larger than a piece', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => line({ srcport: String(index) }));
    const { files } = await whole({ 'a.json': `${JSON.stringify(envelope(many))}${two}` });
    expect(files).toMatchObject([{ status: 'read', records: 60_002, unreadable: 0 }]);
  });
});
