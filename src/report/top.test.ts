import { expect, test } from 'vitest';
import type { TopRow } from '../traffic/top.ts';
import { plainPage } from './page.ts';
import { sampleTop } from './samples.test.ts';
import { topLines } from './top.ts';

const numbers = { flows: 1418, packets: 20_000, bytes: 1_234_567_890 };
const label = {
  asn: 64_500,
  network: 'EXAMPLE-VPS',
  country: 'NL',
  provider: null,
  service: null,
  region: null,
};

const shown = (row: Omit<TopRow, 'rank'>, width?: number): string[] =>
  topLines([{ rank: 1, ...row }], plainPage(width)).filter((line) => !line.startsWith('─'));

test('each grouping has its own columns', () => {
  expect(shown({ peer: '203.0.113.7', ...numbers, ...label })).toEqual([
    '#  peer         flows   bytes  packets     AS  network      in',
    '1  203.0.113.7  1,418  1.2 GB   20,000  64500  EXAMPLE-VPS  NL',
  ]);
  expect(shown({ local: '10.0.0.1', ...numbers, peers: 12 })).toEqual([
    '#  local     flows   bytes  packets  peers',
    '1  10.0.0.1  1,418  1.2 GB   20,000     12',
  ]);
  expect(shown({ asn: null, network: null, ...numbers, peers: 12 })).toEqual([
    '#  AS  network  flows   bytes  packets  peers',
    '1   -  -        1,418  1.2 GB   20,000     12',
  ]);
  expect(shown({ dstPort: 443, protocol: 6, ...numbers, peers: 1 })).toEqual([
    '#     port  flows   bytes  packets  peers',
    '1  443/tcp  1,418  1.2 GB   20,000      1',
  ]);
  expect(shown({ country: null, ...numbers, peers: 3 })).toEqual([
    '#  country  flows   bytes  packets  peers',
    '1  -        1,418  1.2 GB   20,000      3',
  ]);
});

test('the provider is a column where any row has one, the account where there are several', () => {
  const peer = { peer: '203.0.113.7', ...numbers, ...label };
  expect(shown({ ...peer, provider: 'Amazon' })[0]).toContain('provider');
  const accounts = ['1', '2'].map((accountId, index): TopRow => ({ rank: index + 1, accountId, ...peer }));
  expect(topLines(accounts, plainPage())[0]).toContain('account');
  expect(topLines(accounts.slice(1), plainPage())[0]).not.toContain('account');
});

test('addresses are whole at 80 columns', () => {
  const text = topLines(sampleTop, plainPage(80)).join('\n');
  for (const { srcAddr, dstAddr } of sampleTop) {
    expect(text).toContain(srcAddr);
    expect(text).toContain(dstAddr);
  }
});

test('no row, no table', () => {
  expect(topLines([], plainPage())).toEqual([]);
});
