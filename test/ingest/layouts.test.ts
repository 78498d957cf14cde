import { describe, expect, test } from 'vitest';
import { brokenEquations } from '../../src/index.ts';
import { columnOf, type Field, fields } from '../../src/records/fields.ts';
import { Case, folderOf, header, line, lines, lostLines, type Row, reading } from './reading.ts';

const record = {
  version: 2,
  account_id: '123456789010',
  interface_id: 'eni-0a',
  srcaddr: '10.0.0.4',
  dstaddr: '8.8.8.8',
  srcport: 49152,
  dstport: 443,
  protocol: 6,
  packets: 10,
  bytes: 1000,
  start: 1780000000,
  end: 1780000060,
  action: 'ACCEPT',
  log_status: 'OK',
};

async function recordsOf(content: string): Promise<readonly Row[]> {
  const { records, files } = await reading({ 'a.log': content });
  expect(lostLines(files)).toEqual([]);
  return records;
}

describe('headers', () => {
  test.each([
    ['AWS', header, line()],
    ['underscores', header.replaceAll('-', '_'), line()],
    ['upper case', header.toUpperCase(), line()],
    ['reversed', header.split(' ').reverse().join(' '), line().split(' ').reverse().join(' ')],
    ['tabs', header.replaceAll(' ', '\t'), line().replaceAll(' ', '\t')],
    ['tabs in the header only', header.replaceAll(' ', '\t'), line()],
    ['blanks and tabs', header.replaceAll(' ', ' \t '), line().replaceAll(' ', '\t  ')],
    ['commas', header.replaceAll(' ', ','), line().replaceAll(' ', ',')],
    ['commas and blanks', header.replaceAll(' ', ', '), line().replaceAll(' ', ', ')],
    ['pandas to_csv', `,${header.replaceAll(' ', ',')}`, `0,${line().replaceAll(' ', ',')}`],
    [
      'Athena',
      `"${header.replaceAll('-', '_').replaceAll(' ', '","')}"`,
      `"${line().replaceAll(' ', '","')}"`,
    ],
  ])('%s', async (_, names, values) => {
    const files = { 'a.log': `${names}\n${values}\n`, 'b.log': `\n \n${names}\r\n${values}` };
    const { records, files: rows } = await reading(files, { keepDuplicates: true });
    expect(records).toEqual([record, record]);
    expect(lostLines(rows)).toEqual([]);
  });

  test('quotes hold commas and quotes; an empty field is no value', async () => {
    const names = `${header.replaceAll(' ', ',')},network,region`;
    expect(
      await recordsOf(`${names}\n${line({ start: '' }).replaceAll(' ', ',')}, "Amazon.com, ""Inc.""" ,\n`),
    ).toEqual(
      [{ ...record, start: undefined, network: 'Amazon.com, "Inc."' }].map(({ start: _, ...rest }) => rest),
    );
  });

  test('a field that stands twice does not shift another', async () => {
    const { records, result } = await reading({
      'a.log': `${header} srcaddr vpc-id\n${line()} other vpc-1\n`,
    });
    expect(records).toEqual([{ ...record, srcaddr_: 'other', vpc_id: 'vpc-1' }]);
    expect(result?.unknownFields).toEqual(['srcaddr']);
  });

  test('other lines may stand before the header, and words are none', async () => {
    const names = 'srcaddr dstaddr interface-id';
    const { records, rejects, files } = await reading({
      'a.log': `# exported by hand\n${names}\n10.0.0.4 8.8.8.8 eni-1\n`,
      'b.txt': 'the start and the end of every action in a region\nof this type\n',
      'c.txt': 'version\n1\n',
    });
    expect(records).toEqual([{ srcaddr: '10.0.0.4', dstaddr: '8.8.8.8', interface_id: 'eni-1' }]);
    expect(rejects).toHaveLength(1 + 2 + 2);
    expect(files.map((file) => file['status'])).toEqual(['read', 'failed', 'failed']);
  });
});

describe('fields', () => {
  const sample = (field: Field): [text: string, value: unknown] => {
    const at = fields.indexOf(field);
    switch (field.kind) {
      case 'address':
        return [`10.0.0.${at}`, `10.0.0.${at}`];
      case 'text':
        return [`${field.name}/${at}`, `${field.name}/${at}`];
      case 'action':
        return ['REJECT', 'REJECT'];
      case 'status':
        return ['OK', 'OK'];
      default:
        return [String(at), at];
    }
  };

  test('every documented one at once, of all versions, in any order', async () => {
    const all = fields.map((field) => ({ field, sample: sample(field) }));
    const expected = Object.fromEntries(all.map((each) => [columnOf(each.field.name), each.sample[1]]));
    for (const order of [all, [...all].reverse()]) {
      const names = order.map(({ field }) => field.name).join(' ');
      const { records, result } = await reading({
        'a.log': `${names}\n${order.map((each) => each.sample[0]).join(' ')}\n`,
      });
      expect(records).toEqual([expected]);
      expect(result?.unknownFields).toEqual([]);
    }
  });

  const odd = [
    ...['field-of-tomorrow', '__proto__', 'constructor', 'select', 'order', 'group', 'from', 'copy'],
    ...[
      'file_id',
      'record_hash',
      'local',
      'peer',
      'src_scope',
      'dst_set_aside',
      'file_row_number',
      'filename',
    ],
    ...['fault', 'broken', 'line', 'raw', 'path_account', 'fields', 'body', 'blank', 'overlong', 'path'],
    ...[
      'asn',
      'network',
      'country',
      'provider',
      'address',
      'scope',
      'family',
      'number',
      'set_aside',
      'label',
    ],
    ...['accepted', 'with_data', 'north_south', 'to_internet', 'noise', 'flows', 'rank', 'r', 's', 'd'],
  ];
  const ours =
    'file_id record_hash local peer src_scope dst_set_aside file_row_number fault broken line raw path_account'
      .concat(' accepted with_data north_south to_internet noise')
      .split(' ');

  test.each(['fast', 'careful'])(
    'unknown ones are kept under their names, whatever these are (%s)',
    async (way) => {
      const names = odd.map((name) => [name, ours.includes(name) ? `${name}_` : columnOf(name)] as const);
      const more = names.map(([name]) => `of-${name}`).join(' ');
      const blank = way === 'careful' ? '\n' : '';
      const content = `${header} ${odd.join(' ')}\n${blank}${line()} ${more}\n`;
      const { records, result } = await reading({
        'a.log': content,
        'b.log': `${content}${line({ bytes: '1' })} ${more}\n`,
      });
      const expected = Object.fromEntries([
        ...Object.entries(record),
        ...names.map(([name, as]) => [as, `of-${name}`]),
      ]);
      expect(records).toEqual([expected, { ...expected, bytes: 1 }]);
      expect(result?.unknownFields).toEqual([...odd].sort());
      expect(result?.duplicate).toBe(1);
    },
  );
});

describe('headers further down', () => {
  test('the same one, and one of another order, as when files are joined', async () => {
    const names = `${header} vpc-id`.split(' ').reverse().join(' ');
    const content = [
      ...[header, ...lines(2), header, ...lines(2, 3)],
      ...[names, `vpc-1 ${line({ srcport: '5' }).split(' ').reverse().join(' ')}`],
      ...[header, ...lines(1, 6), header.replaceAll(' ', ','), line({ srcport: '7' }).replaceAll(' ', ',')],
    ];
    const { records, rejects, files } = await reading({ 'a.log': `${content.join('\n')}\n` });
    expect(rejects).toEqual([]);
    expect(records.map((each) => each['srcport'])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(records[4]).toEqual({ ...record, srcport: 5, vpc_id: 'vpc-1' });
    expect(files).toMatchObject([{ lines: 12, header_lines: 5, blank_lines: 0, records: 7, unreadable: 0 }]);
  });

  test('are no records even where no field would tell', async () => {
    const names = 'account-id vpc-id subnet-id';
    const { files } = await reading({ 'a.log': `${names}\n1 vpc-1 subnet-1\n${names}\n1 vpc-2 subnet-2\n` });
    expect(files).toMatchObject([{ header_lines: 2, records: 2 }]);
  });
});

describe('byte order marks', () => {
  test('in front of a line are no part of it: files with marks were joined', async () => {
    const part = (port: string) => `\ufeff${header}\r\n${line({ srcport: port })}\r\n`;
    const tabs = (port: string) => part(port).replaceAll(' ', '\t');
    const { records, rejects, files } = await reading({
      'a.log': `${part('1')}${part('2')}`,
      'b.log': `${tabs('3')}${tabs('4')}\ufeff\r\n`,
      'c.log': `\ufeff\n${part('5')}`,
      'd.log': `${header}\n\ufeff\ufeff${line({ srcport: '6' })}`,
    });
    expect(rejects).toEqual([]);
    expect(records.map((record) => record['srcport']).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lostLines(files)).toEqual([]);
  });
});

test('records without one of the addresses are counted where the other one belongs', async () => {
  const without = (name: string) => {
    const at = header.split(' ').indexOf(name);
    const cut = (text: string) => text.split(' ').toSpliced(at, 1).join(' ');
    return `${cut(header)}\n${cut(line({ srcaddr: '8.8.8.8', dstaddr: '8.8.8.8' }))}\n`;
  };
  await using opened = await Case.open();
  await opened.load(folderOf({ 'a.log': without('srcaddr'), 'b.log': without('dstaddr') }));
  const funnel = await opened.funnel();
  expect(brokenEquations(funnel)).toEqual([]);
  expect(funnel).toMatchObject({ northSouth: 2, toInternet: 1, fromInternet: 1 });
  expect(await opened.top('flows')).toMatchObject([{ srcAddr: null, dstAddr: '8.8.8.8' }]);
});

describe('short files', () => {
  test('header only, one line, blank lines only, nothing', async () => {
    const { result, files } = await reading({
      ...{ 'a.log': header, 'b.log': line(), 'c.log': '\n \r\n\t\n', 'd.log': '', 'e.log': '\ufeff' },
      'f.log': `${header}\n\n`,
    });
    expect(result).toMatchObject({ files: 6, records: 1, emptyFiles: 5, failedFiles: [] });
    expect(files.map((file) => [file['lines'], file['header_lines'], file['blank_lines']])).toEqual([
      ...[
        [1, 1, 0],
        [1, 0, 0],
        [3, 0, 3],
        [0, 0, 0],
        [0, 0, 0],
      ],
      [2, 1, 1],
    ]);
    expect(lostLines(files)).toEqual([]);
  });
});

describe('long lines and large files', () => {
  const overlong = 'the line is longer than 1,000,000 bytes';

  test.each([1_000_001, 3_500_000, 4_500_000, 9_000_000])('a line of %i bytes is a reject', async (bytes) => {
    const long = line({ 'interface-id': 'e'.repeat(bytes) });
    const before = lines(2000);
    const { records, rejects, files } = await reading({
      'a.log': `${header}\n${before.join('\n')}\n${long}\n${lines(2, 40_000).join('\n')}`,
    });
    expect(records.map((each) => each['srcport']).slice(-3)).toEqual([2000, 40_000, 40_001]);
    expect(rejects).toMatchObject([{ line: 2002, reason: overlong }]);
    expect(String(rejects[0]?.['raw']).length).toBeLessThan(5000);
    expect(lostLines(files)).toEqual([]);
  });

  test('a line of just under the limit is read', async () => {
    const records = await recordsOf(`${header}\n${line({ 'interface-id': 'e'.repeat(999_000) })}\n`);
    expect(String(records[0]?.['interface_id'])).toHaveLength(999_000);
  });

  test('a file without any line end is one reject', async () => {
    const { files, rejects } = await reading({ 'a.log': Buffer.alloc(5_000_000, 'x'), 'b.log': line() });
    expect(files).toMatchObject([{ status: 'failed', lines: 1, unreadable: 1 }, { records: 1 }]);
    expect(rejects).toHaveLength(1);
  });

  test('bad lines in a file of several pieces are told by their numbers', async () => {
    const all = lines(16_000).map((text) => `${text} ${'x'.repeat(600)}`);
    for (const at of [5, 7000, 15_000]) all[at] = 'bad';
    all[9000] = '';
    const { rejects, files } = await reading({ 'a.log': `${header} vpc-id\n${all.join('\n')}\n` });
    // The header is line 1, the first record line 2.
    expect(rejects.map((reject) => reject['line'])).toEqual([7, 7002, 15_002]);
    expect(files).toMatchObject([{ lines: 16_001, blank_lines: 1, records: 15_996, unreadable: 3 }]);
  });
});

test('lone carriage returns end no line: what is between them is one reject, not lost', async () => {
  const { files } = await reading({ 'a.log': [header, ...lines(3)].join('\r'), 'b.log': line() });
  expect(files).toMatchObject([{ status: 'failed', lines: 1, unreadable: 1 }, {}]);
});

test('a header of very many names is told, and one of many is read', async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`);
  const file = (count: number) =>
    [`${header} ${names(count).join(' ')}`, `${line()} ${names(count).join(' ')}`].join('\n');
  const { result, records } = await reading({ 'many.log': file(200), 'very-many.log': file(3000) });
  expect(records).toHaveLength(1);
  expect(result?.failedFiles.map(({ path, reason }) => [path.replace(/.*\//, ''), reason])).toEqual([
    ['very-many.log', 'the header has 3,014 names; at most 250 are read'],
  ]);
});
