import { describe, expect, test } from 'vitest';
import { type Files, header, line, type Row, reading } from './reading.ts';

const nothing = Object.fromEntries(
  'srcaddr dstaddr srcport dstport protocol packets bytes action'.split(' ').map((name) => [name, '-']),
);
const noData = { ...nothing, 'log-status': 'NODATA' };
const longest = '9223372036854775807';
const notNumbers = '1.5 1.0 1e3 +5 007 00 0x1f 1_000 1,000 -1 -0 １ NaN true null x'.split(' ');
const notAddresses =
  '256.1.1.1 1.2.3 1.2.3.4.5 01.2.3.4 1.2.3.4/32 16909060 ::g ::: 1::2::3 12345:: fe80::1%eth0 localhost'.split(
    ' ',
  );

interface Verdict {
  readonly text: string;
  /** Names of the fields; the default format where absent. */
  readonly names?: string;
  /** Why the line is unreadable; absent for a record. */
  readonly reason?: RegExp;
}

const number = (field: string) => new RegExp(`^${field}: '.*' is not a (whole number|time)`);

const verdicts: readonly Verdict[] = [
  ...['srcport', 'bytes', 'start'].flatMap((field) =>
    notNumbers.map((value): Verdict => ({ text: line({ [field]: value }), reason: number(field) })),
  ),
  ...['dstport', 'protocol', 'packets', 'end', 'version'].flatMap((field) =>
    ['1.5', '007', '-1'].map((value): Verdict => ({ text: line({ [field]: value }), reason: number(field) })),
  ),
  ...['srcaddr', 'dstaddr'].flatMap((field) =>
    notAddresses.map((value): Verdict => ({ text: line({ [field]: value }), reason: /is no address$/ })),
  ),
  { text: line({ srcport: '65535' }) },
  { text: line({ srcport: '65536' }), reason: /^srcport: '65536' is not a whole number from 0 to 65535$/ },
  { text: line({ protocol: '255' }) },
  { text: line({ protocol: '256' }), reason: /^protocol: '256' is not a whole number from 0 to 255$/ },
  { text: line({ bytes: longest, packets: longest }) },
  { text: line({ bytes: '9223372036854775808' }), reason: number('bytes') },
  { text: line({ start: '4294967295', end: '4294967295' }) },
  { text: line({ end: '4294967296' }), reason: /^end: '4294967296' is not a time before February 2106$/ },
  {
    text: line({ start: '99999999999', end: '99999999999' }),
    reason: /^start: '99999999999' is not a time before/,
  },
  { text: line({ end: longest }), reason: /^end: '9223372036854775807' is not a time before February 2106$/ },
  {
    text: line({ start: '1780000060', end: '1780000059' }),
    reason: /^start: '1780000060' is later than the end, '1780000059'$/,
  },
  {
    text: line({ ...noData, start: '2', end: '1' }),
    reason: /^start: '2' is later than the end, '1'$/,
  },
  { text: line({ start: '1780000060', end: '1780000060' }) },
  { text: line({ version: '2147483647' }) },
  { text: line({ version: '2147483648' }), reason: number('version') },
  { text: line({ action: 'DROP' }), reason: /^action: 'DROP' is not ACCEPT or REJECT$/ },
  { text: line({ action: 'accept' }), reason: /^action: 'accept'/ },
  { text: line({ action: '-' }), reason: /^action: -/ },
  { text: line({ 'log-status': 'ok' }), reason: /^log-status: 'ok' is not OK, NODATA or SKIPDATA$/ },
  { text: line({ 'log-status': '-' }), reason: /^log-status: -/ },
  ...['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes'].map(
    (field): Verdict => ({
      text: line({ [field]: '-' }),
      reason: new RegExp(`^${field}: '-' in a record with data$`),
    }),
  ),
  { text: line({ 'account-id': '-', 'interface-id': '-', start: '-', end: '-', version: '-' }) },
  // Records without data: '-' or values, and values must parse.
  { text: line(noData) },
  { text: line({ ...noData, 'log-status': 'SKIPDATA' }) },
  { text: line({ ...noData, start: '-', end: '-' }) },
  { text: line({ 'log-status': 'NODATA' }) },
  { text: line({ 'log-status': 'SKIPDATA', packets: '0', bytes: '0' }) },
  { text: line({ ...noData, dstport: 'x' }), reason: number('dstport') },
  { text: line({ ...noData, srcaddr: '1.2.3' }), reason: /^srcaddr: '1.2.3' is no address$/ },
  { text: line({ ...noData, action: 'DROP' }), reason: /^action/ },
  // VPC block public access logs no bytes; EFA traffic has no ports.
  { text: line({ action: 'REJECT', bytes: '-' }) },
  { text: `${line({ srcport: '-', dstport: '-' })} EFA`, names: `${header} type` },
  { text: `${line({ srcport: '-', dstport: '-' })} IPv4`, names: `${header} type`, reason: /^srcport: '-'/ },
  { text: `${line()} 2.5`, names: `${header} tcp-flags`, reason: number('tcp-flags') },
  { text: `${line()} -`, names: `${header} tcp-flags` },
  {
    text: `${line()} 18446744073709551616`,
    names: `${header} packets-lost-no-route`,
    reason: number('packets-lost-no-route'),
  },
  // White space.
  { text: `  ${line().replaceAll(' ', '  ')}  ` },
  { text: line().replaceAll(' ', '\t') },
  { text: line().replace(' ', '\f') },
  { text: line({ 'interface-id': 'eni-0a\teni-0b' }), reason: /^14 fields expected, 15 found$/ },
  { text: line({ 'interface-id': 'eni-0a\feni-0b' }), reason: /^14 fields expected, 15 found$/ },
  { text: line({ 'interface-id': '' }), reason: /^14 fields expected, 13 found$/ },
  { text: line({ version: '' }), reason: /^14 fields expected, 13 found$/ },
  { text: line({ 'log-status': '' }), reason: /^14 fields expected, 13 found$/ },
  { text: line({ 'log-status': 'OK\u00a0' }), reason: /^log-status/ },
  { text: line({ 'interface-id': 'eni\u00a00a' }) },
  { text: line({ 'interface-id': 'eni"0a' }) },
  { text: line({ 'interface-id': '"eni' }) },
  { text: `"${line()}"`, reason: /^version/ },
  { text: line({ 'interface-id': "eni'0a" }) },
  { text: line({ 'interface-id': '#eni' }) },
  { text: line({ 'interface-id': 'eni\\' }) },
  { text: line({ 'interface-id': 'eni\0' }) },
  { text: line({ 'interface-id': 'é\u{1F600}' }) },
  { text: `\ufeff${line()}` },
  { text: `\ufeff\ufeff${line()}` },
  { text: line({ version: '2\ufeff' }), reason: /^version/ },
  // Number of fields.
  { text: `${line()} more`, reason: /^14 fields expected, 15 found$/ },
  { text: line().replace(/ OK$/, ''), reason: /^14 fields expected, 13 found$/ },
  { text: '2', reason: /^14 fields expected, 1 found$/ },
];

test('a line gets one verdict, whichever way its file is read', async () => {
  // Alone in its file a good line is read in the fast way; a blank line is nothing that the fast way takes.
  const alone: Record<string, string> = {};
  const careful: Record<string, string> = {};
  for (const [index, { text, names = header }] of verdicts.entries()) {
    alone[`${index}.log`] = `${names}\n${text}\n`;
    careful[names] = `${careful[names] ?? `${names}\n\n`}${text}\n`;
  }
  const fast = await reading(alone, { keepDuplicates: true });
  const slow = await reading(careful, { keepDuplicates: true });
  expect(fast.files.filter((file) => file['status'] !== 'read')).toEqual([]);

  const rejected = (read: typeof fast, path: string, at: number) =>
    read.rejects.find((reject) => reject['path'] === path && reject['line'] === at)?.['reason'];
  const place = new Map<string, number>();
  for (const [index, { text, names = header, reason }] of verdicts.entries()) {
    const at = place.get(names) ?? 3;
    place.set(names, at + 1);
    const told = [rejected(fast, `${index}.log`, 2), rejected(slow, names, at)];
    const one = reason === undefined ? undefined : expect.stringMatching(reason);
    expect(told, text).toEqual([one, one]);
  }
  const values = (records: readonly Row[]) => records.map((record) => JSON.stringify(record)).sort();
  expect(values(fast.records)).toEqual(values(slow.records));
  expect(fast.records).toHaveLength(verdicts.filter(({ reason }) => reason === undefined).length);
});

describe('times', () => {
  const times = async (files: Files) =>
    (await reading(files)).records.map((record) => [record['start'], record['end']]);

  test('are seconds, or milli-, micro- or nanoseconds where they are too large for that; files may mix them', async () => {
    expect(
      await times({
        'a.log': `${header}\n${line()}\n${line({ srcport: '50000', start: '1780000000999', end: '1780000060000' })}\n`,
        'b.log': `${header}\n${line({ start: '100000000', end: '100000000000' })}\n`,
        'c.log': `${header}\n${line({ start: '1780000001000000', end: '1780000061999999' })}\n`,
        'd.log': `${header}\n${line({ start: '1780000002000000000', end: '1780000062999999999' })}\n`,
      }),
    ).toEqual([
      [1780000000, 1780000060],
      [1780000000, 1780000060],
      [100000000, 100000000],
      [1780000001, 1780000061],
      [1780000002, 1780000062],
    ]);
  });
});
