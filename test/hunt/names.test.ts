import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FindingsResult } from '../../src/index.ts';
import { findingsLines } from '../../src/report/findings.ts';
import { addressLines } from '../../src/report/ip.ts';
import { plainPage } from '../../src/report/page.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';
import { northsouth } from '../cli/program.ts';

const from = 1_780_272_000; // 2026-06-01T00:00:00Z
const [named, unnamed] = ['161.97.80.9', '161.97.80.10'];
const hours = 12;

/** A beacon each minute for half a day, both records of each exchange. */
function beacon(host: string, peer: string): string[] {
  return Array.from({ length: hours * 60 }, (_, n) => {
    const [at, port] = [from + n * 60, 40_000 + n];
    const tail = `${at} ${at + 2} ACCEPT OK`;
    return [
      `2 123456789012 eni-1 ${host} ${peer} ${port} 443 6 6 600 ${tail}`,
      `2 123456789012 eni-1 ${peer} ${host} 443 ${port} 6 5 400 ${tail}`,
    ];
  }).flat();
}

function query(seconds: number, host: string, name: string, address?: string): string {
  return JSON.stringify({
    query_name: `${name}.`,
    query_timestamp: new Date((from + seconds) * 1000).toISOString(),
    srcaddr: host,
    answers: address === undefined ? [] : [{ Type: 'A', Rdata: address, Class: 'IN' }],
  });
}

/** Each host asks for its packages once an hour, from two hours before the traffic on. */
const everyHour = (host: string) =>
  Array.from({ length: hours + 2 }, (_, n) =>
    query((n - 2) * 3600 + 5, host, 'packages.example', '52.1.1.1'),
  );

const flows = [
  ...beacon('10.0.0.5', named),
  ...beacon('10.0.0.6', unnamed),
  ...beacon('10.0.0.7', '161.97.80.11'),
];
const logs = [
  ...everyHour('10.0.0.5'),
  ...everyHour('10.0.0.6'),
  query(-20, '10.0.0.5', 'update.evil.example', named),
  query(7000, '10.0.0.5', 'later.example', named),
  query(9000, '10.0.0.8', 'shared.example', named),
];

let root = '';
let workspace: Workspace;
let result: FindingsResult;

const about = (peer: string) => result.findings.find((one) => one.peer === peer && one.question === 'c2');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-names-'));
  await writeFile(join(root, 'flow.log'), `${flows.join('\n')}\n`);
  await writeFile(join(root, 'dns.log'), `${logs.join('\n')}\n`);
  workspace = await openWorkspace({ workspace: join(root, 'case'), create: true });
  await workspace.load([join(root, 'flow.log'), join(root, 'dns.log')]);
  result = await workspace.findings({ severity: 'info', unsettled: true });
});
afterAll(async () => {
  await workspace.close();
  await rm(root, { recursive: true, force: true });
});

describe('findings with query logs', () => {
  test('name the peer, first as its local end asked before the traffic began', () => {
    const finding = about(named);
    expect(finding?.names).toEqual([
      {
        ...{ name: 'update.evil.example', askedByLocal: true },
        ...{ firstSeen: '2026-05-31T23:59:40Z', lastSeen: '2026-05-31T23:59:40Z' },
      },
      {
        ...{ name: 'later.example', askedByLocal: true },
        ...{ firstSeen: '2026-06-01T01:56:40Z', lastSeen: '2026-06-01T01:56:40Z' },
      },
      {
        ...{ name: 'shared.example', askedByLocal: false },
        ...{ firstSeen: '2026-06-01T02:30:00Z', lastSeen: '2026-06-01T02:30:00Z' },
      },
    ]);
    expect(finding?.namesTotal).toBe(3);
    expect(finding?.evidence.join()).not.toContain('DNS');
  });

  test('say that nobody asked for the peer where the logs speak of its local end, and only there', () => {
    expect(about(unnamed)?.evidence.at(-1)).toBe(
      'no host asked DNS for a name of it: the query logs have none, and speak of 10.0.0.6 in 13 of the 13 hours of this traffic and the one before',
    );
    // 10.0.0.7 asked nothing at all: whom it asks, these logs do not show.
    expect(about('161.97.80.11')).toMatchObject({ names: [], namesTotal: 0 });
    expect(about('161.97.80.11')?.evidence.join()).not.toContain('DNS');
  });

  test('show it in text', () => {
    const text = findingsLines(result, false, plainPage(200)).join('\n');
    expect(text).toContain(
      'named update.evil.example: 10.0.0.5 asked DNS for it 2026-05-31 23:59; also later.example, shared.example',
    );
    expect(text).toContain('+ no host asked DNS for a name of it');
  });
});

test('the page of an address has its names, with who asked and when', async () => {
  const report = await workspace.ip(named);
  expect(report.namesTotal).toBe(3);
  expect(report.names[0]).toEqual({
    ...{ name: 'shared.example', queries: 1, hosts: 1 },
    ...{ firstSeen: '2026-06-01T02:30:00Z', lastSeen: '2026-06-01T02:30:00Z' },
    askers: [
      {
        ...{ host: '10.0.0.8', instance: null, queries: 1 },
        ...{ firstSeen: '2026-06-01T02:30:00Z', lastSeen: '2026-06-01T02:30:00Z' },
      },
    ],
  });
  expect(report.conversations[0]).toMatchObject({ peerName: 'later.example' });
  expect(addressLines(report, 5, plainPage(120))).toContain(
    'Name update.evil.example: asked 1 time by 10.0.0.5, 2026-05-31 23:59',
  );
});

test('coverage and hunt tell of the query logs, and the program prints names', async () => {
  const dns = { files: 1, queries: 2 * 14 + 3, names: 4, addresses: 2, hosts: 3 };
  expect((await workspace.coverage()).dns).toMatchObject(dns);
  expect((await workspace.hunt({ limit: 1 })).dns).toMatchObject({
    ...dns,
    ...{ from: '2026-05-31T22:00:00Z', to: '2026-06-01T12:00:00Z' },
  });
  const looked = await northsouth(['lookup', named, unnamed, '--workspace', join(root, 'case'), '--json']);
  expect(
    JSON.parse(looked.stdout).map(({ name, names }: { name: string; names: number }) => [name, names]),
  ).toEqual([
    ['shared.example', 3],
    [null, 0],
  ]);
  const { stdout, code } = await northsouth(['hunt', '--workspace', join(root, 'case')]);
  expect(code).toBe(0);
  expect(stdout).toContain('DNS logs: 31 queries of 3 hosts in 1 file');
  expect(stdout).toContain('update.evil.example +2');
  expect(stdout).toMatch(/destination +name +port/);
});
