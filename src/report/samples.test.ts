import { expect, test } from 'vitest';
import type { FailedFile, LoadResult } from '../ingest/load-result.ts';
import type { Funnel } from '../traffic/funnel.ts';
import type { Hunt } from '../traffic/hunt.ts';
import type { NoiseReport } from '../traffic/noise.ts';
import type { RejectsResult } from '../traffic/rejects.ts';
import type { TopRow } from '../traffic/top.ts';

// Made-up results that the tests of reports and commands share. They reconcile.

export const sampleFunnel: Funnel = {
  files: 500,
  emptyFiles: 2,
  failedFiles: 1,
  records: 10_000_000,
  unreadable: 3,
  duplicate: 20_412,
  noData: 9_120,
  skipData: 41,
  rejected: 812_004,
  accepted: 9_158_420,
  eastWest: 4_990_207,
  northSouth: 4_168_213,
  noise: 401_880,
  noiseByRule: { ntp: 401_880, dns: 0 },
  kept: 3_766_333,
  toInternet: 1_902_744,
  fromInternet: 1_863_589,
  shown: 612_031,
  setAside: 1_290_713,
  setAsideByProvider: { Amazon: 902_110, Google: 241_007, Microsoft: 138_802, Canonical: 8_794 },
  bytes: { toInternet: 1_834_201_992_114, shown: 212_400_118_220, setAside: 1_621_801_873_894 },
};

export const sampleFailedFiles: readonly FailedFile[] = [
  {
    path: 'logs/2026/05/29/123456789012_vpcflowlogs_eu-central-1_fl-0a1b2c3d_20260529T0400Z_9f1c2a7e.log.gz',
    reason: 'the gzip ends too early; the 1,204 records before that count',
  },
];

const networks = [
  ['203.0.113.77', 64_500, 'EXAMPLE-TRANSIT Example Transit and Hosting Gesellschaft mbH', 'DE'],
  ['198.51.100.4', 64_496, 'EXAMPLE-VPS', 'NL'],
  ['192.0.2.200', null, null, null],
  ['2001:db8:4860:4802:34::223', 64_511, 'Beispiel 通信 株式会社', 'JP'],
] as const;

export const sampleTop: readonly TopRow[] = Array.from({ length: 46 }, (_, index) => {
  const [dstAddr, asn, network, country] = networks[index % networks.length] ?? networks[0];
  const flows = Math.round(91_402 / (index + 1));
  return {
    rank: index + 1,
    accountId: '123456789012',
    interfaceId: `eni-0a1b2c3d4e5f6${String(index).padStart(4, '0')}`,
    srcAddr: `10.20.${index}.14`,
    dstAddr,
    dstPort: index % 5 === 3 ? 0 : ([443, 8443, 22, 53, 80][index % 5] ?? 443),
    protocol: index % 5 === 3 ? 1 : 6,
    action: 'ACCEPT',
    flows,
    packets: flows * 11,
    bytes: flows * 48_211,
    asn,
    network,
    country,
    provider: null,
  };
});

export const sampleHunt: Hunt = {
  workspace: '.northsouth',
  period: { from: '2026-05-28T20:26:40Z', to: '2026-06-04T20:26:40Z' },
  funnel: sampleFunnel,
  top: sampleTop,
  findings: [],
};

export const sampleLoad: LoadResult = {
  workspace: '.northsouth',
  files: 500,
  alreadyLoaded: 12,
  emptyFiles: 2,
  failedFiles: sampleFailedFiles,
  otherFiles: [{ path: 'logs/readme.txt', reason: 'text without a header; its lines are not flow records' }],
  records: 10_000_000,
  unreadable: 3,
  duplicate: 20_412,
  unknownFields: ['x-vendor-tag'],
  seconds: 14.2,
};

export const sampleRejects: RejectsResult = {
  total: 3,
  byReason: [
    { reason: 'srcport is no number', lines: 2 },
    { reason: '9 fields where the header has 14', lines: 1 },
  ],
  rejects: [
    {
      file: 'logs/a.log.gz',
      line: 17,
      reason: 'srcport is no number',
      raw: '2 123456789012 eni-1 10.0.0.1 203.0.113.7 \u001b]0;owned\u0007 443 6 1 40 1 2 ACCEPT OK',
    },
    {
      file: 'logs/a.log.gz',
      line: 9_120,
      reason: '9 fields where the header has 14',
      raw: '2 123456789012 eni-1 10.0.0.1 203.0.113.7 40000 443 6 1',
    },
  ],
  failedFiles: sampleFailedFiles,
};

export const sampleNoise: NoiseReport = {
  rules: [
    {
      name: 'ntp',
      on: true,
      reason: 'Clock synchronisation: one packet of 76 bytes to port 123.',
      matches: 'dst port 123, udp, 1 packet, 76 bytes',
      records: 401_880,
      bytes: 30_542_880,
      peers: 41,
    },
    {
      name: 'icmp-unreachable',
      on: false,
      reason: 'Error messages of routers.',
      matches: 'icmp',
      records: 1_204,
      bytes: 67_424,
      peers: 310,
    },
  ],
  setAsides: [
    {
      name: 'Amazon',
      on: true,
      reason: 'Cloud to cloud: mostly benign, and hunted with other questions.',
      records: 902_110,
      bytes: 1_200_418_220_004,
      peers: 2_114,
    },
  ],
  files: { noise: '.northsouth/noise.yaml', setAsides: '.northsouth/set-asides.yaml' },
};

test('the sample funnel reconciles', () => {
  const f = sampleFunnel;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  expect(f.unreadable + f.duplicate + f.noData + f.skipData + f.rejected + f.accepted).toBe(f.records);
  expect(f.eastWest + f.northSouth).toBe(f.accepted);
  expect(f.noise + f.kept).toBe(f.northSouth);
  expect(f.toInternet + f.fromInternet).toBe(f.kept);
  expect(f.shown + f.setAside).toBe(f.toInternet);
  expect(sum(f.noiseByRule)).toBe(f.noise);
  expect(sum(f.setAsideByProvider)).toBe(f.setAside);
});
