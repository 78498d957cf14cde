import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenEquations } from '../../src/index.ts';
import { plainText } from '../../src/report/plain-text.ts';
import { Case, type Files, folderOf, header, line, lostLines, type Row } from './reading.ts';

type Answer = readonly [type: string, text: string];

/** A query record as AWS writes it; only what a case is about is given. */
function query(
  given: Readonly<Record<string, unknown>> = {},
  answers: readonly Answer[] = [['A', '203.0.113.9']],
): string {
  return JSON.stringify({
    ...{ version: '1.100000', account_id: '123456789010', region: 'eu-west-1', vpc_id: 'vpc-1' },
    ...{ query_timestamp: '2026-05-28T20:26:40Z', query_name: 'www.example.com.', query_type: 'A' },
    ...{ query_class: 'IN', rcode: 'NOERROR' },
    answers: answers.map(([Type, Rdata]) => ({ Rdata, Type, Class: 'IN' })),
    ...{ srcaddr: '10.0.0.4', srcport: '40000', transport: 'UDP', srcids: { instance: 'i-1' } },
    ...given,
  });
}

const start = 1_780_000_000; // 2026-05-28T20:26:40Z

async function dnsOf(opened: Case): Promise<{ names: Row[]; askers: Row[]; files: Row[]; rejects: Row[] }> {
  return {
    names: await opened.ask('SELECT * FROM names ORDER BY address, name'),
    askers: await opened.ask('SELECT * FROM askers ORDER BY address, name, host'),
    files: await opened.ask('SELECT * FROM files ORDER BY path'),
    rejects: await opened.ask('SELECT line, reason FROM rejects ORDER BY path, line'),
  };
}

async function dns(files: Files) {
  await using opened = await Case.open();
  const { result, error } = await opened.load(folderOf(files));
  return { result, error, ...(await dnsOf(opened)) };
}

const real = join(import.meta.dirname, '../../../shared/data/real/eks-dns-queries.csv');

describe.runIf(existsSync(real))('the query log of a real account', () => {
  test('names its addresses, and what is no query is a reject', async () => {
    const { result, names, askers, files, rejects } = await dns({ 'dns.csv': readFileSync(real) });
    // Counted with grep: 263 lines hold a query, 431 answers are of type A and 158 of type AAAA; by uniq -d, 2 lines are
    // there twice, letter by letter.
    expect(result).toMatchObject({
      ...{ files: 0, records: 0, unreadable: 0, failedFiles: [], otherFiles: [] },
      dns: { files: 1, queries: 263, answers: 431 + 158, unreadable: 2, duplicate: 2 },
    });
    expect(rejects.map((reject) => reject['line'])).toEqual([140, 141]);
    expect(files).toMatchObject([{ kind: 'dns', status: 'read', lines: 265, records: 0, unreadable: 2 }]);
    const registry = '602401143452.dkr.ecr.us-east-1.amazonaws.com';
    expect(names.filter(({ address }) => address === '54.211.105.2')).toEqual([
      { address: '54.211.105.2', name: registry, ...seen(1735922060, 1735922087), queries: 7, hosts: 3 },
    ]);
    // Behind a CNAME: the name that was asked is the name.
    expect(names.filter(({ address }) => address === '54.231.229.194')).toMatchObject([
      { name: 'prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com', queries: 1 },
    ]);
    expect(askers.filter(({ address }) => address === '140.82.113.4')).toContainEqual({
      ...{ address: '140.82.113.4', name: 'github.com', host: '10.0.2.17' },
      ...{ instance: 'i-0cbb972217716b743', vpc_id: 'vpc-0d640787fb4e94ea0' },
      ...{ ...seen(1735923116, 1735923116), queries: 1 },
    });
  });
});

function seen(first: number, last: number) {
  return { first_seen: first, last_seen: last };
}

const two = [
  query({}, [
    ['CNAME', 'edge.example.net.'],
    ['A', '203.0.113.9'],
    ['AAAA', '2001:db8::9'],
  ]),
  query({ query_name: 'API.Example.com.', srcaddr: '10.0.0.5', query_timestamp: '2026-05-28T20:27:00.500Z' }),
];
const stamp = '2026-05-28T20:27:41.000Z';
const csv = (text: string) => `"${text.replaceAll('"', '""')}"`;

test.each<[string, Files]>([
  ['JSON lines', { 'a.log': two.join('\n') }],
  ['gzip', { 'a.log.gz': gzipSync(`${two.join('\n')}\n`) }],
  ['objects behind each other', { 'a.log': two.join('') }],
  [
    'over several lines',
    { 'a.json': two.map((text) => JSON.stringify(JSON.parse(text), null, 2)).join('\n') },
  ],
  [
    'the export of CloudWatch to S3',
    { '000000.gz': gzipSync(two.map((text) => `${stamp} ${text}`).join('\n')) },
  ],
  [
    'behind the write test of an export',
    { 'a.csv': `Permission Check Successful${stamp} ${two[0]}\n${stamp} ${two[1]}\n` },
  ],
  [
    'Insights as CSV',
    { 'a.csv': ['@timestamp,@message', ...two.map((text) => `2026,${csv(text)}`)].join('\n') },
  ],
  ['CSV without header', { 'a.csv': two.map((text) => `"${stamp}",${csv(text)}`).join('\n') }],
  ['messages', { 'a.ndjson': two.map((message) => JSON.stringify({ timestamp: 1, message })).join('\n') }],
  [
    'a subscription',
    {
      'a.gz': gzipSync(
        [
          JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL' }] }),
          JSON.stringify({
            messageType: 'DATA_MESSAGE',
            logEvents: two.map((message) => ({ id: 'x', message })),
          }),
        ].join('\n'),
      ),
    },
  ],
  [
    'the events of the AWS CLI',
    { 'a.json': JSON.stringify({ events: two.map((message) => ({ message })) }, null, 1) },
  ],
])('a query log as %s', async (_, files) => {
  const { result, error, names, askers, files: read } = await dns(files);
  expect(error).toBeUndefined();
  expect(result?.dns).toEqual({ files: 1, queries: 2, answers: 3, unreadable: 0, duplicate: 0 });
  expect(lostLines(read)).toEqual([]);
  expect(names).toEqual([
    { address: '2001:db8::9', name: 'www.example.com', ...seen(start, start), queries: 1, hosts: 1 },
    {
      address: '203.0.113.9',
      name: 'api.example.com',
      ...seen(start + 20, start + 20),
      queries: 1,
      hosts: 1,
    },
    { address: '203.0.113.9', name: 'www.example.com', ...seen(start, start), queries: 1, hosts: 1 },
  ]);
  expect(askers.map(({ host, instance, vpc_id }) => [host, instance, vpc_id])).toEqual([
    ['10.0.0.4', 'i-1', 'vpc-1'],
    ['10.0.0.5', 'i-1', 'vpc-1'],
    ['10.0.0.4', 'i-1', 'vpc-1'],
  ]);
});

test('the example of the documentation: an answer that is no address names none', async () => {
  const example = {
    ...{ srcaddr: '4.5.64.102', vpc_id: 'vpc-7example', firewall_rule_action: 'BLOCK' },
    answers: [{ Rdata: '203.0.113.9', Type: 'PTR', Class: 'IN' }],
    ...{ query_name: '15.3.4.32.in-addr.arpa.', query_class: 'IN', query_type: 'PTR', rcode: 'NOERROR' },
    srcids: { instance: 'i-0d15cd0d3example' },
    ...{ transport: 'UDP', version: '1.100000', account_id: '111122223333', srcport: '56067' },
    ...{ query_timestamp: '2021-02-04T17:51:55Z', region: 'us-east-1' },
  };
  const { result, names } = await dns({ 'a.json': JSON.stringify(example, null, 4) });
  expect(result?.dns).toMatchObject({ queries: 1, answers: 0, unreadable: 0 });
  expect(names).toEqual([]);
});

test('lines that are no query are rejects, each with its reason', async () => {
  const lines = [
    query(),
    'words',
    '[1]',
    query({ query_name: '' }),
    query({ query_name: `${'x'.repeat(1025)}.` }),
    query({ query_timestamp: undefined }),
    query({ query_timestamp: 'yesterday' }),
    query({ query_timestamp: '2026-13-28T20:26:40Z' }),
    query({ srcaddr: '10.0.0.256' }),
    query({}, [['A', 'www.example.com']]),
    query({ answers: 'none' }),
    '',
    `${query()} ${query()} x`,
    query({ srcaddr: undefined, answers: null, rcode: 'NXDOMAIN' }),
  ];
  const { result, rejects, files } = await dns({ 'dns.log': `${lines.join('\n')}\n` });
  // Objects behind each other have lines of their own, of which the text behind the last makes the second a reject.
  expect(result?.dns).toMatchObject({ queries: 3, answers: 2, unreadable: 11 });
  expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
    [2, 'not a JSON object'],
    [3, 'not a JSON object'],
    [4, 'query_name: missing'],
    [5, 'query_name: longer than 1024 characters'],
    [6, 'query_timestamp: missing'],
    [7, "query_timestamp: 'yesterday' is no ISO time in UTC"],
    [8, "query_timestamp: '2026-13-28T20:26:40Z' is no ISO time in UTC"],
    [9, "srcaddr: '10.0.0.256' is no address"],
    [10, "answers: 'www.example.com' is no address"],
    [11, 'answers: not a list'],
    [14, 'not a JSON object'],
  ]);
  expect(lostLines(files)).toEqual([]);
});

test('beside flow logs in one folder: all adds up, a second load reads nothing', async () => {
  await using opened = await Case.open();
  const flow = `${header}\n${line({ dstaddr: '203.0.113.9' })}\nbad\n`;
  const files = {
    'AWSLogs/123456789010/vpcflowlogs/eu-west-1/a.log.gz': gzipSync(flow),
    'AWSLogs/123456789010/vpcdnsquerylogs/vpc-1/2026/05/28/b.log.gz': gzipSync(`${two.join('\n')}\n`),
    'AWSLogs/123456789010/CloudTrail/eu-west-1/c.json': '{}',
    'copy/of-b.log': `${two.join('\r\n')}\r\n`,
    'cut.gz': gzipSync(
      Array.from({ length: 50 }, (_, n) => query({ srcport: String(n) })).join('\n'),
    ).subarray(0, -30),
  };
  const folder = folderOf(files);
  const { result } = await opened.load(folder);
  expect(result).toMatchObject({ files: 1, records: 1, unreadable: 1, emptyFiles: 0 });
  expect(result?.failedFiles).toMatchObject([{ path: join(folder, 'cut.gz') }]);
  expect(result?.dns).toMatchObject({ files: 3, duplicate: 2 });
  const read = await dnsOf(opened);
  expect(lostLines(read.files)).toEqual([]);
  expect(read.files.map(({ kind, status }) => [kind, status])).toEqual([
    ['dns', 'read'],
    ['flow', 'read'],
    ['dns', 'read'],
    ['dns', 'failed'],
  ]);
  const hunt = await opened.workspace.hunt({ findings: false });
  expect(brokenEquations(hunt.funnel)).toEqual([]);
  expect(hunt.funnel).toMatchObject({ files: 1, failedFiles: 0, records: 2, unreadable: 1 });
  const { queries, unreadable } = result?.dns ?? { queries: 0, unreadable: 0 };
  expect(hunt.dns).toMatchObject({
    ...{ files: 3, failedFiles: 1, queries, unreadable, duplicate: 2, names: 2, hosts: 2 },
    ...{ from: '2026-05-28T20:00:00Z', to: '2026-05-28T21:00:00Z' },
  });
  // The two queries of the folder count once, and those of the file that breaks, for the first name.
  expect(read.names.map(({ name, queries }) => [name, queries])).toEqual([
    ['www.example.com', 1],
    ['api.example.com', 1],
    ['www.example.com', 1 + queries - 4],
  ]);
  const again = await opened.load(folder);
  expect(again.result).toMatchObject({ files: 0, alreadyLoaded: 4, dns: { files: 0, queries: 0 } });
  expect(await dnsOf(opened)).toEqual(read);
});

test('DNS logs alone are something to read, and hold no record', async () => {
  const { error, result } = await dns({ 'a.log': query() });
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ files: 0, records: 0, dns: { files: 1, queries: 1 } });
});

test('an address has one name list, however IPv6 is written', async () => {
  await using opened = await Case.open();
  const folder = folderOf({
    'dns.log': [
      query({}, [['AAAA', '2606:4700::6810:1']]),
      query({ query_name: 'b.example.' }, [['AAAA', '2606:4700:0:0:0:0:6810:0001']]),
    ].join('\n'),
    'flow.log': `${header}\n${line({ srcaddr: '2600::5', dstaddr: '2606:4700:0::6810:1' })}`,
  });
  await opened.load(folder);
  expect((await dnsOf(opened)).names.map(({ address, name }) => [address, name])).toEqual([
    ['2606:4700:0::6810:1', 'b.example'],
    ['2606:4700:0::6810:1', 'www.example.com'],
  ]);
  const [row] = await opened.workspace.top({ all: true });
  expect(row).toMatchObject({ dstAddr: '2606:4700:0::6810:1', names: 2 });
});

test('the best name is what the host itself asked for last, else what any host did', async () => {
  await using opened = await Case.open();
  const ask = (name: string, seconds: number, host: string) =>
    query(
      {
        ...{ query_name: name, srcaddr: host },
        query_timestamp: new Date((start + seconds) * 1000).toISOString(),
      },
      [['A', '9.9.9.9']],
    );
  const folder = folderOf({
    'dns.log': [
      ask('own.example.', 10, '10.0.0.4'),
      ask('old.example.', 0, '10.0.0.4'),
      ask('other.example.', 20, '10.0.0.9'),
    ].join('\n'),
    'flow.log': [
      header,
      line({ dstaddr: '9.9.9.9', srcaddr: '10.0.0.4', bytes: '30' }),
      line({ dstaddr: '9.9.9.9', srcaddr: '10.0.0.7', bytes: '20' }),
      line({ dstaddr: '8.8.4.4', srcaddr: '10.0.0.4', bytes: '10' }),
    ].join('\n'),
  });
  await opened.load(folder);
  const byFlow = await opened.workspace.top({ all: true, by: 'bytes' });
  expect(byFlow.map(({ srcAddr, name, names }) => [srcAddr, name, names])).toEqual([
    ['10.0.0.4', 'own.example', 3],
    ['10.0.0.7', 'other.example', 3],
    ['10.0.0.4', null, 0],
  ]);
  const byPeer = await opened.workspace.top({ all: true, by: 'bytes', group: 'peer' });
  expect(byPeer.map(({ peer, name, names }) => [peer, name, names])).toEqual([
    ['9.9.9.9', 'other.example', 3],
    ['8.8.4.4', null, 0],
  ]);
});

test('hostile names stay text', async () => {
  const hostile = [
    '\u001b]0;owned\u0007.example.',
    "x'; DROP TABLE names; --.example.",
    '=cmd|calc.example.',
    '\u202eexe.example.',
    'nul\u0000.example.',
    '<script>alert(1)</script>.example.',
    'xn--bcher-kva.example.',
    'bücher.example.',
    '.',
  ];
  const { names, result } = await dns({
    'a.log': hostile.map((name, n) => query({ query_name: name }, [['A', `198.51.100.${n}`]])).join('\n'),
  });
  expect(result?.dns).toMatchObject({ queries: hostile.length, unreadable: 0 });
  expect(names.map(({ name }) => name)).toEqual([
    ...hostile.slice(0, 4).map((name) => name.toLowerCase().slice(0, -1)),
    'nul\u2400.example',
    ...hostile.slice(5, 8).map((name) => name.slice(0, -1)),
    '.',
  ]);
  for (const { name } of names) expect(plainText(String(name))).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('queries in any order, over any files and loads, give the same names', { timeout: 60_000 }, async () => {
  const asked = fc.record({
    host: fc.integer({ min: 1, max: 4 }),
    name: fc.integer({ min: 0, max: 3 }),
    address: fc.integer({ min: 0, max: 3 }),
    second: fc.integer({ min: 0, max: 9000 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(asked, { minLength: 6, maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 40, maxLength: 40 }),
      async (queries, places) => {
        const lines = queries.map(({ host, name, address, second }, port) =>
          query(
            {
              ...{ query_name: `n${name}.example.`, srcaddr: `10.0.0.${host}`, srcport: String(port) },
              query_timestamp: new Date((start + second) * 1000).toISOString(),
            },
            [['A', `198.51.100.${address}`]],
          ),
        );
        await using whole = await Case.open();
        await whole.load(folderOf({ 'all.log': lines.join('\n') }));
        await using split = await Case.open();
        for (const load of [0, 1]) {
          const files: Record<string, string> = {};
          for (const [index, one] of [...lines.entries()].reverse()) {
            const place = places[index] ?? 0;
            if (place % 2 === load) files[`${place}.log`] = `${files[`${place}.log`] ?? ''}${one}\n`;
          }
          if (Object.keys(files).length > 0) await split.load(folderOf(files), { batchBytes: 1 });
        }
        const { names, askers } = await dnsOf(whole);
        expect(await dnsOf(split)).toMatchObject({ names, askers });
        // Worked out here, apart: first, last, how often, by how many.
        const expected = new Map<string, { seconds: number[]; hosts: Set<number> }>();
        for (const { host, name, address, second } of queries) {
          const key = `198.51.100.${address} n${name}.example`;
          const entry = expected.get(key) ?? { seconds: [], hosts: new Set<number>() };
          expected.set(key, entry);
          entry.seconds.push(start + second);
          entry.hosts.add(host);
        }
        expect(names).toEqual(
          [...expected.keys()].sort().map((key) => {
            const { seconds, hosts } = expected.get(key) ?? { seconds: [], hosts: new Set() };
            const [address, name] = key.split(' ');
            return {
              ...{ address, name, ...seen(Math.min(...seconds), Math.max(...seconds)) },
              ...{ queries: seconds.length, hosts: hosts.size },
            };
          }),
        );
      },
    ),
    { numRuns: 8 },
  );
});

describe('queries that were read before are left out, as records are', () => {
  const at = (second: number, given: Readonly<Record<string, unknown>> = {}) =>
    query({ query_timestamp: new Date((start + second) * 1000).toISOString(), ...given });
  const asked = Array.from({ length: 6 }, (_, n) => at(n, { srcport: String(50_000 + n) }));
  const csvOf = (lines: readonly string[]) =>
    ['@timestamp,@message', ...lines.map((text) => `2026,${csv(text)}`)].join('\n');

  test('a file that has grown, an export that overlaps, another form: each query counts once', async () => {
    await using opened = await Case.open();
    const folder = folderOf({ 'a.log': `${asked.slice(0, 3).join('\n')}\n` });
    const first = await opened.load(folder);
    expect(first.result?.dns).toMatchObject({ queries: 3, duplicate: 0 });
    writeFileSync(join(folder, 'a.log'), `${asked.slice(0, 5).join('\n')}\n`);
    const grown = await opened.load(folder);
    expect(grown.result?.dns).toMatchObject({ files: 1, queries: 5, duplicate: 3 });
    const other = folderOf({
      'b.csv': csvOf(asked.slice(2)),
      'c.json': JSON.stringify({ events: asked.map((message) => ({ message })) }),
    });
    const overlap = await opened.load(other);
    // Of b.csv 3 of 4 are known; all 6 of c.json then.
    expect(overlap.result?.dns).toMatchObject({ files: 2, queries: 10, duplicate: 9 });
    const { names, files } = await dnsOf(opened);
    expect(names).toEqual([
      { address: '203.0.113.9', name: 'www.example.com', ...seen(start, start + 5), queries: 6, hosts: 1 },
    ]);
    expect(await opened.ask('SELECT sum(queries) AS queries FROM dns_hours')).toEqual([{ queries: 6 }]);
    expect(lostLines(files)).toEqual([]);
    const again = await opened.load(folder);
    expect(again.result).toMatchObject({ alreadyLoaded: 1, dns: { files: 0 } });
  });

  test('within one file, and in steps of any size', async () => {
    await using opened = await Case.open();
    const folder = folderOf({ 'a.log': [...asked, ...asked].join('\n'), 'b.log': asked.slice(3).join('\n') });
    const { result } = await opened.load(folder, { batchBytes: 1 });
    expect(result?.dns).toMatchObject({ files: 2, queries: 15, duplicate: 9 });
    expect((await dnsOf(opened)).names).toMatchObject([{ queries: 6 }]);
  });

  test('what differs in one field is another query', async () => {
    const others = [
      { srcport: '40001' },
      { query_type: 'AAAA' },
      { srcaddr: '10.0.0.9' },
      { rcode: 'SERVFAIL' },
      { query_timestamp: '2026-05-28T20:26:40.5Z' },
      { srcids: { instance: 'i-2' } },
      { vpc_id: 'vpc-2' },
    ];
    const lines = [query(), ...others.map((given) => query(given)), query({}, [['A', '203.0.113.10']])];
    const { result } = await dns({ 'a.log': lines.join('\n') });
    expect(result?.dns).toMatchObject({ queries: lines.length, duplicate: 0 });
  });

  test('with --keep-duplicates all count', async () => {
    await using opened = await Case.open();
    const folder = folderOf({ 'a.log': [...asked, ...asked].join('\n') });
    const { result } = await opened.load(folder, { keepDuplicates: true });
    expect(result?.dns).toMatchObject({ queries: 12, duplicate: 0 });
    expect((await dnsOf(opened)).names).toMatchObject([{ queries: 12 }]);
  });
});
