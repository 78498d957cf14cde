import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { brokenEquations } from '../../src/index.ts';
import { Case, folderOf, header, line, lines, lostLines } from './reading.ts';

const text = (...records: readonly string[]) => `${header}\n${records.join('\n')}\n`;
const custom = 'interface-id srcaddr dstaddr srcport';

describe('loading again', () => {
  test('with --format: what a first try rejected counts no more, and nothing counts twice', async () => {
    await using opened = await Case.open();
    const folder = folderOf({
      'a.log': 'eni-1 10.0.0.4 8.8.8.8 1\neni-1 10.0.0.4 8.8.8.8 x\neni-1 10.0.0.4 8.8.8.8 2\n',
      'b.log': text(line(), 'bad'),
      'c.txt': 'a few words\nof something else\n',
    });
    expect((await opened.load(folder)).result).toMatchObject({
      records: 1,
      unreadable: 6,
      failedFiles: [{}, {}],
    });
    expect((await opened.load(folder)).result).toMatchObject({ files: 0, alreadyLoaded: 3 });

    const { result } = await opened.load(folder, { format: custom });
    // b.log had a header: it is not read again.
    expect(result).toMatchObject({
      files: 2,
      alreadyLoaded: 1,
      records: 2,
      unreadable: 3,
      failedFiles: [{}],
    });
    const { records, rejects, files } = await opened.everything(folder);
    expect(records.map((record) => record['srcport'])).toEqual([49152, 1, 2]);
    expect(rejects.map((reject) => [reject['path'], reject['line']])).toEqual([
      ['a.log', 2],
      ['b.log', 3],
      ['c.txt', 1],
      ['c.txt', 2],
    ]);
    expect(files).toHaveLength(3);
    const funnel = await opened.funnel();
    expect(funnel).toMatchObject({
      files: 3,
      failedFiles: 1,
      records: 7,
      unreadable: 4,
      duplicate: 0,
      accepted: 3,
    });
    expect(brokenEquations(funnel)).toEqual([]);

    expect((await opened.load(folder, { format: custom })).result).toMatchObject({
      files: 1,
      records: 0,
      unreadable: 2,
    });
    expect(await opened.funnel()).toEqual(funnel);
  });

  test('reads what is new, and what has grown', async () => {
    await using opened = await Case.open();
    const folder = folderOf({ 'a.log': text(...lines(2)) });
    await opened.load(folder);
    writeFileSync(join(folder, 'b.log'), text(...lines(1, 3)));
    appendFileSync(join(folder, 'a.log'), `${line({ srcport: '4' })}\n`);
    expect((await opened.load(folder)).result).toMatchObject({
      files: 2,
      records: 4,
      duplicate: 2,
      alreadyLoaded: 0,
    });
    expect((await opened.everything(folder)).records.map((record) => record['srcport']).sort()).toEqual([
      1, 2, 3, 4,
    ]);
  });
});

test('a folder of everything: each file by itself, and all of it adds up', async () => {
  await using opened = await Case.open();
  const [a, b, c, d, e, f, g, h, i] = lines(9) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const folder = folderOf({
    'AWSLogs/123456789010/vpcflowlogs/eu-west-1/2026/05/28/x.log.gz': gzipSync(text(a, 'bad')),
    'AWSLogs/aws-account-id=123456789010/aws-region=eu-west-1/year=2026/y.log.gz': gzipSync(text(a, b)),
    'cloudwatch/000000.gz': gzipSync(`2025-02-25T12:25:04.000Z ${c}\n2025-02-25T12:25:04.000Z junk\n`),
    'cloudwatch/export.csv': `timestamp,message\n1,"${d}"\n`,
    'firehose/1': `${JSON.stringify({ logEvents: [{ message: e }] })}${JSON.stringify({ logEvents: [{ message: f }] })}`,
    'lines.ndjson': `${JSON.stringify({ message: g })}\n`,
    'pandas.csv': `,${header.replaceAll(' ', ',')}\n0,${h.replaceAll(' ', ',')}\n`,
    'headerless.log': `${i}\r\n\r\n`,
    'cut.log.gz': gzipSync(text(a, b, c)).subarray(0, -8),
    'dns.json': '{"query_name":"example.com.","query_timestamp":"2026-05-28T20:26:40Z"}\n',
    ...{ 'empty.log': '', 'README.md': text(a), 'notes.txt': 'words\n', '.hidden.log': text(a) },
  });
  const { result } = await opened.load(folder);
  // a, b; c; d; e, f; g; h; i: 9 different records. a again in y, a b c again in the cut file.
  expect(result).toMatchObject({
    records: 13,
    duplicate: 4,
    unreadable: 3,
    emptyFiles: 1,
    unknownFields: [],
    dns: { files: 1, queries: 1, answers: 0, unreadable: 0 },
  });
  expect(result?.otherFiles.map(({ path }) => path.replace(`${folder}/`, ''))).toEqual(['README.md']);
  expect(result?.failedFiles.map(({ path }) => path.replace(`${folder}/`, ''))).toEqual([
    'cut.log.gz',
    'notes.txt',
  ]);
  const { records, files } = await opened.everything(folder);
  expect(records.map((record) => record['srcport']).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(lostLines(files)).toEqual([]);
  expect(brokenEquations(await opened.funnel())).toEqual([]);
});

describe('nothing to read', () => {
  test.each([
    [
      'an empty folder',
      {},
      /^There is no flow log in .*: no file is there\. Looked for VPC or Transit Gateway flow logs/,
    ],
    ['files of other names only', { 'a.md': 'x' }, /the only files there are 1 whose names say/],
    ['empty files', { 'a.log': '' }, /^No record could be read in .* \(every file is empty\)/],
    [
      'other text',
      { 'a.txt': 'hello\n' },
      /no header line, and its lines \(1 field in the first\) do not fit/,
    ],
    ['only unreadable lines', { 'a.log': text('bad') }, /^No record could be read/],
  ])('%s', async (_, files, message) => {
    await using opened = await Case.open();
    const { error } = await opened.load(folderOf(files));
    expect(error).toMatchObject({
      code: 'input.nothing-readable',
      exitCode: 3,
      message: expect.stringMatching(message),
    });
  });

  test('a path that is not there', async () => {
    await using opened = await Case.open();
    expect((await opened.load('/nowhere/at/all')).error).toMatchObject({
      code: 'input.not-found',
      exitCode: 3,
    });
    expect((await opened.load('/nowhere/*.log')).error).toMatchObject({ code: 'input.not-found' });
  });
});

test('paths may be files, folders and globs, and each file counts once', async () => {
  await using opened = await Case.open();
  const folder = folderOf({
    'a [1].log': text(line()),
    'b.md': text(line({ srcport: '1' })),
    'd/c.log': text(line({ srcport: '2' })),
  });
  const { result } = await opened.load([
    join(folder, 'a [1].log'),
    folder,
    join(folder, '**/*.log'),
    join(folder, 'b.md'),
  ]);
  // A file that is named is read, whatever its name says.
  expect(result).toMatchObject({ files: 3, records: 3, duplicate: 0, otherFiles: [] });
});

test('what is committed can be asked while the rest is read, and is part of the whole', async () => {
  await using opened = await Case.open();
  const names = [...'abcdefg'];
  const folder = folderOf(
    Object.fromEntries(
      names.map((name, port) => [`${name}.log`, text(line({ srcport: String(port) }), 'bad')]),
    ),
  );
  const workspace = opened.workspace;
  const seen: unknown[] = [];
  await workspace.load([folder], {
    batchBytes: 1,
    onCommitted: async (records) => {
      const { funnel, top } = await workspace.hunt({ findings: false, all: true });
      expect(brokenEquations(funnel)).toEqual([]);
      seen.push([records, funnel.records, top.reduce((sum, { flows }) => sum + flows, 0)]);
    },
  });
  // Three files are unpacked at once. Behind the last step whoever loads asks, and nobody is told.
  expect(seen).toEqual([
    [3, 6, 3],
    [6, 12, 6],
  ]);
  const { funnel, top } = await workspace.hunt({ findings: false, all: true });
  expect([funnel.records, funnel.unreadable]).toEqual([14, 7]);
  expect(top.reduce((sum, { flows }) => sum + flows, 0)).toBe(7);
});
