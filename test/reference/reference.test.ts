import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { canonicalAddress, scopeOf } from './addresses.ts';
import {
  boundaryAddresses,
  byteSoup,
  bytesOfFile,
  damagedFiles,
  disputedAddresses,
  type FlowLogFile,
  filesOfSeed,
  flowLogFiles,
  headerlessFiles,
  rearranged,
  writeFiles,
} from './generate-lines.ts';
import { readLines } from './lines.ts';
import { mutations } from './mutate-lines.ts';
import { type Reference, type ReferenceOptions, runReference, unreconciled } from './notebook.ts';
import { type PandasRow, pandasAvailable, runPandas, topDifferences } from './pandas.ts';

const data = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data');
const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-reference-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function reference(files: Readonly<Record<string, string | Buffer>>, options?: ReferenceOptions): Reference {
  return runReference(folderOf(files), options);
}

function referenceOn(files: readonly FlowLogFile[]): Reference {
  const folder = writeFiles(files);
  folders.push(folder);
  return runReference(folder);
}

/** A default v2 record; only what a case is about is given. */
function line(given: Readonly<Record<string, string>> = {}): string {
  const values: Record<string, string> = {
    ...{ version: '2', 'account-id': '123456789010', 'interface-id': 'eni-0a', srcaddr: '10.0.0.4' },
    ...{ dstaddr: '8.8.8.8', srcport: '49152', dstport: '443', protocol: '6', packets: '10', bytes: '1000' },
    ...{ start: '1780000000', end: '1780000060', action: 'ACCEPT', 'log-status': 'OK' },
    ...given,
  };
  return header
    .split(' ')
    .map((name) => values[name])
    .join(' ');
}

/** What one line is under the default header: its kind, or why it is unreadable. */
function kindOf(text: string, names = header): string | undefined {
  const last = readLines(Buffer.from(`${names}\n${text}\n`)).lines[1];
  return last?.kind === 'unreadable' ? last.reason : last?.kind;
}

const none = 'srcaddr dstaddr srcport dstport protocol packets bytes action'.split(' ');
const nothing = Object.fromEntries(none.map((name) => [name, '-']));

describe('the funnel, worked by hand', () => {
  const lines = [
    line(), //                                                     1 out, 1000 bytes
    line({ start: '1780000060' }), //                              2 out, the same group
    line(), //                                                     3 = 1: duplicate
    line({ dstaddr: '1.1.1.1', bytes: '5000', packets: '3' }), //  4 out, another group
    line({ srcaddr: '8.8.8.8', dstaddr: '10.0.0.4' }), //          5 in
    line({ dstaddr: '10.0.0.5' }), //                              6 east/west
    line({ dstaddr: '224.0.0.251' }), //                           7 east/west: multicast is no Internet
    line({ dstport: '123', protocol: '17', packets: '1', bytes: '76' }), // 8 NTP
    line({ dstport: '123', protocol: '17', packets: '1', bytes: '76', dstaddr: '10.0.0.5' }), // 9 east/west
    line({ action: 'REJECT' }), //                                10 rejected
    line({ ...nothing, 'log-status': 'NODATA' }), //              11
    line({ ...nothing, 'log-status': 'SKIPDATA' }), //            12
    line({ protocol: '256' }), //                                 13 unreadable
    '2 123456789010 eni-0a', //                                   14 unreadable
  ];

  test('every record goes one way', () => {
    const result = reference({ 'a.log': `${header}\n${lines.join('\n')}\n\n` });
    expect(result.lines).toEqual({ lines: 16, headers: 1, blank: 1 }); // 14 + header + 1 blank
    expect(result.funnel).toEqual({
      records: 14,
      ...{ unreadable: 2, duplicate: 1, noData: 1, skipData: 1, rejected: 1 },
      accepted: 8, //   14 - 2 - 1 - 1 - 1 - 1
      eastWest: 3, //   6, 7, 9
      northSouth: 5, // 8 - 3
      ...{ noise: 1, noiseByRule: { ntp: 1 } },
      kept: 4, //       5 - 1
      ...{ toInternet: 3, fromInternet: 1 },
    });
    expect(unreconciled(result)).toEqual([]);
    expect(result.toInternetBytes).toBe(7000n); // 1000 + 1000 + 5000
    expect(result.rejects).toEqual([
      { file: 'a.log', line: 14, reason: 'protocol is 256' },
      { file: 'a.log', line: 15, reason: '3 fields instead of 14' },
    ]);
  });

  test('the top differs by what it is ordered by', () => {
    const { top } = reference({ 'a.log': `${header}\n${lines.join('\n')}` });
    // 8.8.8.8: 2 flows, 2000 bytes, 20 packets; 1.1.1.1: 1 flow, 5000 bytes, 3 packets
    expect(top.flows.map((row) => [row.dstAddr, row.flows])).toEqual([
      ['8.8.8.8', 2],
      ['1.1.1.1', 1],
    ]);
    expect(top.bytes.map((row) => [row.dstAddr, row.bytes])).toEqual([
      ['1.1.1.1', 5000n],
      ['8.8.8.8', 2000n],
    ]);
    expect(top.packets.map((row) => [row.dstAddr, row.packets])).toEqual([
      ['8.8.8.8', 20n],
      ['1.1.1.1', 3n],
    ]);
  });

  test('duplicates kept on demand, as the notebook does', () => {
    const { funnel } = reference({ 'a.log': `${header}\n${lines.join('\n')}` }, { keepDuplicates: true });
    // The duplicate is one more accepted, north/south, kept, to the Internet.
    expect(funnel).toMatchObject({ records: 14, duplicate: 0, accepted: 9, northSouth: 6, toInternet: 4 });
  });

  test('ties go by the keys: null first, numbers by value, text by code point', () => {
    const ties = [
      line({ dstport: '1000' }),
      line({ dstport: '999' }),
      line({ srcaddr: '10.0.0.10' }), // '10.0.0.10' < '10.0.0.4' as text
      line({ 'account-id': '-' }),
      line({ 'account-id': 'a\u{1F600}' }), // U+1F600 > U+FF5E, though its first UTF-16 unit is D83D
      line({ 'account-id': 'a\uFF5E' }),
    ];
    const { top } = reference({ 'a.log': `${header}\n${ties.join('\n')}` });
    expect(top.flows.map((row) => [row.accountId, row.srcAddr, row.dstPort])).toEqual([
      [null, '10.0.0.4', 443],
      ['123456789010', '10.0.0.10', 443],
      ['123456789010', '10.0.0.4', 999],
      ['123456789010', '10.0.0.4', 1000],
      ['a\uFF5E', '10.0.0.4', 443],
      ['a\u{1F600}', '10.0.0.4', 443],
    ]);
  });

  test('sums beyond 2^53 are exact, and the limit cuts', () => {
    const most = '9223372036854775807'; // 2^63 - 1
    const { top } = reference(
      {
        'a.log': [
          header,
          line({ bytes: most }),
          line({ bytes: most, srcport: '1' }),
          line({ dstport: '1' }),
        ].join('\n'),
      },
      { limit: 1 },
    );
    expect(top.flows.map((row) => row.bytes)).toEqual([18446744073709551614n]); // 2^64 - 2
  });
});

describe('files', () => {
  test('order of fields, spelling, CRLF, BOM, spaces, gzip: the same record', () => {
    const names = header.split(' ').reverse();
    const values = line().split(' ').reverse();
    const milliseconds = line({ start: '1780000000000', end: '1780000060999' });
    const { funnel, lines } = reference({
      'a.log': `\ufeff${header}\r\n${line()}\r\n`,
      'b.log': `${names.join('  ').replaceAll('-', '_')}\n ${values.join('\t ')} \n`,
      'c.log.gz': gzipSync(`${header}\n${milliseconds}`),
      'd.log': line(),
    });
    expect(lines).toEqual({ lines: 7, headers: 3, blank: 0 }); // 3 headers + 4 records
    expect(funnel).toMatchObject({ records: 4, duplicate: 3, toInternet: 1 });
  });

  test("a field that is '-' is a field that is absent", () => {
    const { funnel } = reference({
      'a.log': `${header} vpc-id\n${line()} -\n${line()} vpc-1`,
      'b.log': line(),
    });
    expect(funnel).toMatchObject({ records: 3, duplicate: 1, toInternet: 2 });
  });

  test('empty files and files of something else', () => {
    const { files, lines, funnel } = reference({
      'a.log': '',
      'b.log': '\ufeff \r\n\n',
      'c.txt': 'Dear all,\nbye',
      'd.log': header,
    });
    expect(files).toEqual({ files: 4, emptyFiles: 2, failedFiles: [], notFlowLogs: ['c.txt'] });
    expect(lines).toEqual({ lines: 3, headers: 1, blank: 2 });
    expect(funnel.records).toBe(0);
  });

  test('a cut gzip file gives what lies before the cut, a corrupt one nothing', () => {
    const lines = Array.from({ length: 500 }, (_, i) => line({ srcport: String(i * 97) }));
    const packed = gzipSync(`${header}\n${lines.join('\n')}\n`);
    const { files, funnel } = reference({
      'a.log.gz': packed.subarray(0, packed.length - 9), // all but the end of the last block and the trailer
      'b.log.gz': Buffer.from([0x1f, 0x8b, 8, 0, 0]),
      'c.log.gz': Buffer.from([0x1f, 0x8b, 99, 1, 2, 3]),
    });
    expect(files.failedFiles).toEqual(['a.log.gz', 'b.log.gz', 'c.log.gz']);
    expect(funnel.accepted).toBeGreaterThan(400);
    expect(funnel.records).toBeLessThanOrEqual(500);
  });

  test('a header further down is no record', () => {
    const { funnel } = reference({ 'a.log': `${header}\n${line()}\n${header}\n${line({ bytes: '1' })}` });
    expect(funnel).toMatchObject({ records: 2, unreadable: 0, toInternet: 2 });
  });

  test('a header of another order holds from there on', () => {
    const names = header.split(' ').reverse().join(' ');
    const values = line({ srcport: '1' }).split(' ').reverse().join(' ');
    const { funnel, lines } = reference({ 'a.log': `${header}\n${line()}\n${names}\n${values}\n${line()}` });
    expect(lines).toEqual({ lines: 5, headers: 2, blank: 0 });
    expect(funnel).toMatchObject({ records: 3, unreadable: 1, toInternet: 2 });
  });

  test('a Transit Gateway record has no action and counts as accepted', () => {
    const names =
      'version resource-type account-id tgw-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status';
    const { funnel, top } = reference({
      'a.log': `${names}\n6 TransitGateway 1 tgw-1 10.0.0.1 8.8.8.8 1 443 6 1 40 1 2 OK`,
    });
    expect(funnel).toMatchObject({ accepted: 1, toInternet: 1 });
    expect(top.flows[0]).toMatchObject({ interfaceId: null, action: null });
  });
});

test.each<[string, Record<string, string>]>([
  ['record', {}],
  ['record', { version: '-', start: '-', end: '-', 'account-id': '-', 'interface-id': '-' }],
  ['record', { srcport: '0', dstport: '65535', protocol: '255', packets: '0', bytes: '9223372036854775807' }],
  ['record', { action: 'REJECT', bytes: '-' }],
  ['record', { ...nothing, 'log-status': 'NODATA', start: '-', end: '-' }],
  ['record', { 'log-status': 'SKIPDATA' }],
  ['dstport is 65536', { dstport: '65536' }],
  ['bytes is 9223372036854775808', { bytes: '9223372036854775808' }],
  ['packets is 1.0', { packets: '1.0' }],
  ['packets is +1', { packets: '+1' }],
  ['packets is -1', { packets: '-1' }],
  ['packets is 01', { packets: '01' }],
  ['packets is 1e3', { packets: '1e3' }],
  ['bytes is missing', { bytes: '-' }],
  ['packets is missing', { action: 'REJECT', packets: '-' }],
  ['srcport is missing', { srcport: '-' }],
  ['srcaddr is missing', { srcaddr: '-' }],
  ['action is missing', { action: '-' }],
  ['action is accept', { action: 'accept' }],
  ['log-status is -', { 'log-status': '-' }],
  ['log-status is ok', { 'log-status': 'ok' }],
  ['dstaddr is 08.8.8.8', { dstaddr: '08.8.8.8' }],
  ['dstport is x', { ...nothing, 'log-status': 'NODATA', dstport: 'x' }],
])('%s: %j', (kind, given) => {
  expect(kindOf(line(given))).toBe(kind);
});

test('EFA records have no ports, and other types must', () => {
  const ports = { srcport: '-', dstport: '-' };
  expect(kindOf(`${line(ports)} EFA`, `${header} type`)).toBe('record');
  expect(kindOf(`${line(ports)} IPv4`, `${header} type`)).toBe('srcport is missing');
});

test('times above 99999999999 are milliseconds, micro- or nanoseconds, rounded down', () => {
  const { lines } = readLines(
    Buffer.from(`srcaddr dstaddr start end
1.1.1.1 10.0.0.1 100000000 100000000000
1.1.1.1 10.0.0.1 1780000000999999 1780000000999999999
1.1.1.1 10.0.0.1 4294967295 4294967296
1.1.1.1 10.0.0.1 20 10`),
  );
  const times = lines
    .slice(1)
    .map((line) =>
      line.kind === 'record' ? [line.record.values.get('start'), line.record.values.get('end')] : line,
    );
  expect(times).toEqual([
    ['100000000', '100000000'], // 100000000000 / 1000
    ['1780000000', '1780000000'],
    { kind: 'unreadable', reason: 'end is 4294967296' },
    { kind: 'unreadable', reason: 'start 20 is after end 10' },
  ]);
});

describe('addresses', () => {
  test.each([
    ['10.0.0.0', 'private'],
    ['11.0.0.0', 'internet'],
    ['100.63.255.255', 'internet'],
    ['100.64.0.0', 'shared'],
    ['100.127.255.255', 'shared'],
    ['100.128.0.0', 'internet'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'internet'],
    ['192.0.0.8', 'reserved'],
    ['192.0.0.9', 'internet'], // port control protocol anycast: globally reachable
    ['198.19.255.255', 'reserved'],
    ['203.0.113.255', 'documentation'],
    ['223.255.255.255', 'internet'],
    ['224.0.0.0', 'multicast'],
    ['240.0.0.0', 'reserved'],
    ['::', 'reserved'],
    ['::1', 'loopback'],
    ['2001:1ff::', 'reserved'], // last of 2001::/23
    ['2001:200::', 'internet'],
    ['2001:db8::1', 'documentation'],
    ['fdff::1', 'private'],
    ['fe80::1', 'link-local'],
    ['ff02::16', 'multicast'],
    ['2606:4700::1111', 'internet'],
  ])('%s is %s', (address, scope) => {
    expect(scopeOf(address)).toBe(scope);
  });

  test.each([
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'], // the longest run
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'], // the first of two equal ones
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'], // one zero group is written out
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:808:808', '::ffff:8.8.8.8'],
    ['64:ff9b::8.8.8.8', '64:ff9b::808:808'],
    ['0:0:0:0:0:0:0:0', '::'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each(
    '1.2.3 1.2.3.4.5 256.1.1.1 01.2.3.4 1.2.3.4/32 ::1%eth0 1::2::3 ::: : 12345:: 1:2:3:4:5:6:7 1:2:3:4::5:6:7:8 ::1.2.3.04 1.2.3.4::'.split(
      ' ',
    ),
  )('%s is no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
    expect(scopeOf(text)).toBeUndefined();
  });

  test('the generators use addresses only, in their one spelling', () => {
    for (const text of [...boundaryAddresses, ...disputedAddresses])
      expect(canonicalAddress(text)).toBe(canonicalAddress(canonicalAddress(text) ?? ''));
    expect(boundaryAddresses.map(canonicalAddress)).toEqual(boundaryAddresses);
  });
});

describe('generated input', () => {
  const runs = { numRuns: 60 };

  test('well-formed files reconcile in any order and split', () => {
    fc.assert(
      fc.property(flowLogFiles(), fc.nat(), (files, seed) => {
        const one = referenceOn(files);
        const other = referenceOn(rearranged(files, seed));
        expect(unreconciled(one)).toEqual([]);
        expect(other.funnel).toEqual(one.funnel);
        expect(other.groups).toEqual(one.groups);
      }),
      runs,
    );
  });

  test('files without header hold records only', () => {
    fc.assert(
      fc.property(headerlessFiles(), (files) => {
        const { lines, funnel } = referenceOn(files);
        expect(lines).toEqual({ lines: funnel.records, headers: 0, blank: 0 });
        expect(funnel.unreadable).toBe(0);
      }),
      runs,
    );
  });

  test.each(mutations)('damage of kind %s loses no line', (kind) => {
    fc.assert(
      fc.property(damagedFiles({ only: [kind] }), (files) => {
        const result = referenceOn(files);
        expect(unreconciled(result)).toEqual([]);
        expect(result.lines.lines).toBe(files.map(countLines).reduce((a, b) => a + b, 0));
      }),
      { numRuns: 15 },
    );
  });

  test('byte soup loses no line', () => {
    fc.assert(
      fc.property(byteSoup(), (files) => {
        const result = referenceOn(files);
        expect(unreconciled(result)).toEqual([]);
        expect(result.files.files).toBe(files.length);
      }),
      runs,
    );
  });

  test('a seed stands for the same files always, and they hold every way down the funnel', () => {
    const files = filesOfSeed(1, { records: [2000, 2000] });
    expect(files.map(bytesOfFile)).toEqual(filesOfSeed(1, { records: [2000, 2000] }).map(bytesOfFile));
    const { funnel } = referenceOn(files);
    const { unreadable: _, noiseByRule: __, ...counts } = funnel;
    for (const [name, value] of Object.entries(counts)) expect(value, name).toBeGreaterThan(0);
  });
});

/** By LF alone; a file that ends with LF has no line behind it. */
function countLines(file: FlowLogFile): number {
  const bytes = bytesOfFile(file);
  const lineFeeds = bytes.filter((byte) => byte === 10).length;
  const bom = file.bom ? 3 : 0;
  return lineFeeds + (bytes.length > bom && bytes[bytes.length - 1] !== 10 ? 1 : 0);
}

describe.runIf(existsSync(data))('real and labelled logs', () => {
  test('ec2-s3-v2.log: 214 records', () => {
    const { lines, funnel } = reference({ 'a.log': readFileSync(join(data, 'real/ec2-s3-v2.log')) });
    expect(lines).toEqual({ lines: 215, headers: 1, blank: 0 });
    expect(funnel).toMatchObject({ records: 214, unreadable: 0, rejected: 22, accepted: 192 }); // 192 + 22 = 214
  });

  test.each(existsSync(data) ? readdirSync(join(data, 'labelled')) : [])('%s reconciles', (set) => {
    const result = runReference(join(data, 'labelled', set));
    expect(unreconciled(result)).toEqual([]);
    expect(result.funnel.unreadable).toBe(0);
    expect(result.funnel.records).toBeGreaterThan(0);
  });
});

describe.runIf(pandasAvailable())("the notebook's own steps in pandas", () => {
  function expectAgreement(folder: string): void {
    const { funnel, groups } = runReference(folder, { keepDuplicates: true });
    const pandas = runPandas(folder);
    expect(pandas).toMatchObject({
      loaded: funnel.records,
      flows: funnel.rejected + funnel.accepted,
      accepted: funnel.accepted,
      ns: funnel.northSouth,
      noise: funnel.noise,
      filtered_ns: funnel.kept,
      toInternet: funnel.toInternet,
    });
    expect(topDifferences(pandas.top, groups)).toEqual([]);
  }

  test.each([1, 2, 3])('agree on clean generated input, seed %i', (seed) => {
    const files = filesOfSeed(seed, { layout: 'default', addresses: 'plain', records: [3000, 3000] });
    const folder = writeFiles(files);
    folders.push(folder);
    expectAgreement(folder);
  });

  test('agree where nothing goes to the Internet', () => {
    expectAgreement(folderOf({ 'a.log': `${header}\n${line({ dstaddr: '10.0.0.5' })}\n` }));
    expectAgreement(folderOf({ 'a.log': `${header}\n${line({ action: 'REJECT' })}\n` }));
  });

  test.runIf(existsSync(data))('agree on ec2-s3-v2.log', () => {
    expectAgreement(folderOf({ 'a.log': readFileSync(join(data, 'real/ec2-s3-v2.log')) }));
  });
});

test('a top by flows may order and cut ties as it likes, and nothing else', () => {
  const row = (dstAddr: string, flows: number) => ({
    ...{ accountId: '1', interfaceId: 'eni-0a', srcAddr: '10.0.0.4', dstAddr, dstPort: 443, protocol: 6 },
    ...{ action: 'ACCEPT', flows },
  });
  const groups = [row('1.1.1.1', 3), row('1.1.1.2', 2), row('1.1.1.3', 2), row('1.1.1.4', 2)];
  const [a, b, c, d] = groups as [PandasRow, PandasRow, PandasRow, PandasRow];
  expect(topDifferences([a, c, b], groups, 3)).toEqual([]);
  expect(topDifferences([a, d, c], groups, 3)).toEqual([]);
  expect(topDifferences([a, c, c], groups, 3)).toEqual(['a group stands twice']);
  expect(topDifferences([b, c, d], groups, 3)).toEqual(['counts in order: 2,2,2 instead of 3,2,2']);
  expect(topDifferences([a, b, row('9.9.9.9', 2)], groups, 3)).toHaveLength(1);
});
