import { expect, test } from 'vitest';
import type { ExplainedAddress } from '../addresses/explain.ts';
import type { LabelSource } from '../addresses/label-source.ts';
import type { HiddenFinding, NoiseReport } from '../detect/noise-report.ts';
import type {
  AddressReport,
  BaselineInfo,
  FindingsResult,
  Hunt,
  IdentifiedFinding,
  ListedPeer,
} from '../detect/results.ts';
import type { FailedFile, LoadResult } from '../ingest/load-result.ts';
import type { Hit } from '../intel/list.ts';
import type { IntelChange, IntelListReport, IntelRefresh } from '../intel/results.ts';
import type { LabelsReport } from '../labels/listing.ts';
import type { UpdateOutcome } from '../labels/update.ts';
import type { Mark } from '../marks/mark.ts';
import type { MarkResult, MarksReport } from '../marks/results.ts';
import { type Asked, nobodyAsked } from '../registries/facts.ts';
import type { InquiryProgress } from '../registries/outcome.ts';
import type { Registration } from '../registries/registration.ts';
import type { CoverageReport } from '../traffic/coverage.ts';
import type { Funnel } from '../traffic/funnel.ts';
import type { NewPeers } from '../traffic/new-peers.ts';
import type { RejectsResult } from '../traffic/rejects.ts';
import type { TopRow } from '../traffic/top.ts';
import type { ExplanationText } from './explain.ts';

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
  shownInSpite: 0,
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
    city: null,
    provider: null,
    service: null,
    region: null,
  };
});

const hostile = 'EVIL\u001b]0;owned\u0007\u202e 通信 Hosting Gesellschaft mit sehr langem Namen';

const sampleHit: Hit = {
  ...{ list: 'feodo', kind: 'threat', date: '2026-11-20T00:00:00Z', entry: '203.0.113.77', port: 443 },
  context: hostile,
};

const sampleListedPeer: ListedPeer = {
  ...{ peer: '203.0.113.77', lists: [sampleHit], knownGood: [], mark: null, sessions: 1418, records: 2836 },
  ...{
    accepted: 2836,
    rejected: 0,
    bytesOut: 1_200_000,
    bytesIn: 800_000,
    directions: ['outbound'],
    locals: 2,
  },
  ...{ ports: [443], portMatches: true, firstSeen: '2026-05-28T20:26:40Z', lastSeen: '2026-06-04T20:26:40Z' },
  ...{ findings: 1, asn: 64_500, network: hostile, country: 'DE', city: null, provider: null, service: null },
  ...{ region: null, setAside: 'Amazon', name: hostile, names: 2 },
};

export const sampleLists: readonly IntelListReport[] = [
  {
    ...{
      format: 1,
      name: 'feodo',
      kind: 'threat',
      date: '2026-11-20T00:00:00Z',
      fetched: '2026-11-24T07:35:00Z',
    },
    ...{ origin: { kind: 'url', location: 'https://feodotracker.abuse.ch/downloads/ipblocklist.csv' } },
    ...{ form: 'CSV with column names', entries: 1204, asns: 0, outside: 2, skipped: 3, withdrawn: 1 },
    ...{ expiring: false, bytes: 88_120, licence: 'CC0', notes: hostile, etag: null, modified: null },
    ...{ file: 'entries-0123456789abcdef.parquet', addresses: 1 },
  },
  {
    ...{ format: 1, name: 'resolvers', kind: 'known-good', date: '2026-11-01T00:00:00Z' },
    ...{ fetched: '2026-11-24T07:35:00Z', origin: { kind: 'file', location: '/lists/resolvers.txt' } },
    ...{ form: 'one entry on each line', entries: 12, asns: 1, outside: 0, skipped: 0, withdrawn: 0 },
    ...{ expiring: true, bytes: 400, licence: null, notes: null, etag: null, modified: null },
    ...{ file: 'entries-fedcba9876543210.parquet', addresses: 4 },
  },
];

const [sampleList] = sampleLists as readonly [IntelListReport];

export const sampleIntelChange: IntelChange = {
  ...{ list: sampleList, before: null, asked: 'feodotracker.abuse.ch' },
  firstSkipped: [{ line: 7, reason: 'no address, network or AS number', text: hostile }],
};

export const sampleRefresh: readonly IntelRefresh[] = [
  {
    name: 'feodo',
    outcome: 'updated',
    message: null,
    asked: 'feodotracker.abuse.ch',
    change: sampleIntelChange,
  },
  {
    name: 'drop',
    outcome: 'failed',
    message: 'It is a web page, not a list.',
    asked: 'www.spamhaus.org',
    change: null,
  },
];

export const sampleFindings: readonly IdentifiedFinding[] = [
  {
    id: '0123456789abcdef',
    question: 'c2',
    kind: 'beacon',
    answer: 'yes',
    peer: '203.0.113.77',
    peers: [],
    local: '10.20.1.14',
    servicePort: 443,
    protocol: 6,
    direction: 'outbound',
    score: 0.968,
    severity: 'critical',
    firstSeen: '2026-05-28T20:26:40Z',
    lastSeen: '2026-05-29T20:26:38Z',
    asn: 64_500,
    network: 'EXAMPLE-TRANSIT Example Transit and Hosting Gesellschaft mbH',
    country: 'DE',
    city: null,
    provider: null,
    service: null,
    region: null,
    setAside: null,
    mark: null,
    marks: [],
    threatLists: [],
    bytes: 4_120_338,
    evidence: [
      'starts every 60 s ± 2 s: 1,418 of the 1,440 expected, the longest gap is 4 min',
      'out 1.2 kB and in 1.7 kB each time, 95 % within 40 B',
    ],
    counterEvidence: ['the network hosts many harmless services'],
    missing: ['tcp-flags', '12 % of the minutes were skipped'],
    names: [],
    namesTotal: 0,
    attack: ['T1071', 'T1571'],
    parts: [
      { name: 'regularity', value: 0.98, weight: 3, because: 'the middle half of the gaps lies within 2 s' },
      { name: 'coverage', value: 0.985, weight: 2, because: '1,418 of 1,440 beats' },
      { name: 'bytes', value: 0.9, weight: 1, because: 'spread of 40 B around 1.2 kB' },
    ],
    severitySteps: [
      { because: '1 of 240 local hosts talks to this peer', steps: 1 },
      { because: 'exfiltration with the same peer: upload, score 0.9', steps: 1 },
    ],
    coverage: 0.88,
    sql: "SELECT * FROM sessions WHERE local = '10.20.1.14' AND peer = '203.0.113.77' ORDER BY start",
  },
  {
    id: 'aaaa456789abcdef',
    question: 'scan',
    kind: 'horizontal scan',
    answer: 'yes',
    peer: '2001:db8:4860:4802:34::223',
    peers: [],
    local: null,
    servicePort: 22,
    protocol: 6,
    direction: 'inbound',
    score: 1,
    severity: 'medium',
    firstSeen: '2026-05-30T01:00:00Z',
    lastSeen: '2026-05-30T01:04:12Z',
    asn: 64_511,
    network: hostile,
    country: 'JP',
    city: null,
    provider: null,
    service: null,
    region: null,
    setAside: null,
    mark: null,
    marks: [],
    threatLists: [],
    bytes: 91_203,
    evidence: ['asked 212 of 240 hosts for port 22, none answered'],
    counterEvidence: [],
    missing: [],
    names: [],
    namesTotal: 0,
    attack: ['T1595'],
    parts: [{ name: 'walk', value: 1, weight: 1, because: '212 misses, no hit' }],
    severitySteps: [],
    coverage: 1,
    sql: "SELECT * FROM sessions WHERE peer = '2001:db8:4860:4802:34::223' ORDER BY start",
  },
  {
    id: 'bbbb456789abcdef',
    question: 'exfil',
    kind: 'upload',
    answer: 'yes',
    peer: '192.0.2.200',
    peers: [],
    local: '10.20.3.14',
    servicePort: null,
    protocol: null,
    direction: 'outbound',
    score: 0.61,
    severity: 'low',
    firstSeen: null,
    lastSeen: null,
    asn: null,
    network: null,
    country: null,
    city: null,
    provider: null,
    service: null,
    region: null,
    setAside: null,
    mark: null,
    marks: [],
    threatLists: [],
    bytes: 1_200_000_000,
    evidence: [],
    counterEvidence: [],
    missing: [],
    names: [],
    namesTotal: 0,
    attack: ['T1048'],
    parts: [],
    severitySteps: [],
    coverage: 0.003,
    sql: "SELECT * FROM sessions WHERE peer = '192.0.2.200' ORDER BY start",
  },
];

export const sampleFindingsResult: FindingsResult = {
  workspace: '.northsouth',
  computedOver: { from: '2026-05-28T20:26:40Z', to: '2026-06-04T20:26:40Z' },
  coverage: 0.912,
  skipped: 0.004,
  total: 3,
  below: 319,
  unsettled: 24,
  findings: sampleFindings,
};

const [sampleFinding] = sampleFindings;

export const sampleRegistration: Registration = {
  first: '203.0.113.0',
  last: '203.0.113.255',
  cidrs: ['203.0.113.0/24'],
  handle: 'NET-203-0-113-0-1',
  name: hostile,
  organisation: `Example Hosting ${hostile}`,
  description: null,
  country: 'DE',
  abuse: 'abuse@example.net',
  kind: 'ASSIGNED PA',
  registered: '2011-01-02T02:04:05Z',
  changed: '2024-02-03T04:05:06Z',
  asns: [64_500],
  parent: null,
  registry: 'ripe',
  url: 'https://rdap.db.ripe.net/ip/203.0.113.77',
  askedAt: '2026-06-05T08:00:00Z',
};

export const sampleAsked: Asked = {
  registries: { iana: 1, ripe: 12, 'rdap.example\u001b[31m': 1 },
  reverseDns: 0,
  bootstraps: [
    {
      family: 4,
      source: 'downloaded',
      publication: '2019-06-07T19:00:02Z',
      confirmedAt: '2026-06-05T08:00:00Z',
    },
    { family: 6, source: 'shipped', publication: null, confirmedAt: null },
  ],
  notKept: null,
};

export const sampleInquiry: InquiryProgress = {
  ...{ total: 200, fromCache: 30, answered: 12, failed: 1, asked: 14 },
  ...{ questions: { ripe: 14 }, waitingFor: 'lacnic', secondsLeft: 75 },
};

export const sampleAddress: AddressReport = {
  address: '203.0.113.77',
  scope: 'internet',
  asn: 64_500,
  network: hostile,
  country: 'DE',
  city: null,
  provider: null,
  service: null,
  region: null,
  setAside: null,
  mark: null,
  marks: [],
  ...{ registry: null, registryFailure: null, reverseNames: null, asked: nobodyAsked },
  names: [],
  namesTotal: 0,
  intel: [sampleHit],
  wouldAdd: [{ servicePort: 443, steps: [{ because: hostile, steps: 2 }] }],
  baselines: [],
  baselineChanges: [],
  firstSeen: '2026-05-28T20:26:40Z',
  lastSeen: '2026-05-29T20:26:38Z',
  totals: {
    ...{ flowsIn: 1418, flowsOut: 1420, bytesIn: 2_410_600, bytesOut: 1_709_738 },
    ...{ packetsIn: 5672, packetsOut: 7090, sessions: 1418 },
  },
  coverage: 0.88,
  conversationsTotal: 31,
  conversations: Array.from({ length: 31 }, (_, index) => ({
    traffic: 'north_south',
    local: `10.20.${index}.14`,
    peer: '203.0.113.77',
    servicePort: 443,
    protocol: 6,
    direction: index % 4 === 3 ? 'inbound' : 'outbound',
    sessions: 1418 - index,
    answered: 1418 - index,
    flows: 2838 - 2 * index,
    bytesIn: 2_410_600 - index,
    bytesOut: 1_709_738 - index,
    packetsIn: 5672,
    packetsOut: 7090,
    firstSeen: '2026-05-28T20:26:40Z',
    lastSeen: '2026-05-29T20:26:38Z',
    peerNetwork: hostile,
    peerCountry: 'DE',
    peerName: null,
  })),
  timeline: {
    bucketSeconds: 900,
    buckets: Array.from({ length: 97 }, (_, index) => ({
      start: new Date(Date.UTC(2026, 4, 28, 20, 15) + index * 900_000).toISOString().replace('.000Z', 'Z'),
      sessions: index % 24 < 20 ? 15 : 0,
      bytesIn: index % 24 < 20 ? 25_000 + 1000 * (index % 7) : 0,
      bytesOut: index % 24 < 20 ? 18_000 : 0,
    })),
  },
  interArrivals: [
    {
      local: '10.20.1.14',
      peer: '203.0.113.77',
      servicePort: 443,
      protocol: 6,
      gaps: 1417,
      medianSeconds: 60,
      bins: [
        { fromSeconds: 40, toSeconds: 50, count: 3 },
        { fromSeconds: 50, toSeconds: 60, count: 604 },
        { fromSeconds: 60, toSeconds: 70, count: 801 },
        { fromSeconds: 70, toSeconds: 241, count: 9 },
      ],
    },
  ],
  questions: (['scan', 'access', 'c2', 'exfil'] as const).map((question) => ({
    question,
    answer: question === 'c2' ? 'yes' : question === 'access' ? 'cannot-tell' : 'no',
    kind: question === 'scan' ? null : question === 'c2' ? 'beacon' : 'sessions',
    score: question === 'c2' ? 0.968 : question === 'scan' ? 0 : 0.21,
    severity: question === 'c2' ? 'critical' : null,
    evidence: question === 'c2' ? (sampleFinding?.evidence ?? []) : [],
    counterEvidence: question === 'c2' ? [] : ['3.1 MB in and 1.7 MB out: it receives more than it sends'],
    missing: question === 'access' ? ['tcp-flags: who started these 12 sessions is not sure'] : [],
    attack: question === 'c2' ? ['T1071'] : [],
    parts: question === 'c2' ? (sampleFinding?.parts ?? []) : [],
    severitySteps: question === 'c2' ? (sampleFinding?.severitySteps ?? []) : [],
    subject:
      question === 'scan'
        ? null
        : {
            ...{ peer: '203.0.113.77', local: '10.20.1.14', servicePort: 443, protocol: 6 },
            direction: 'outbound' as const,
          },
    peers: [],
    subjects: question === 'scan' ? 0 : 2,
    coverage: 0.88,
    sql: question === 'scan' ? null : 'SELECT 1',
  })),
};

const hour = (index: number) =>
  new Date(Date.UTC(2026, 4, 28, 20) + index * 3_600_000).toISOString().replace('.000Z', 'Z');

const noDns: Hunt['dns'] = {
  ...{ files: 0, failedFiles: 0, queries: 0, answers: 0, unreadable: 0, duplicate: 0 },
  ...{ names: 0, addresses: 0, hosts: 0, from: null, to: null },
};

export const sampleCoverage: CoverageReport = {
  dns: noDns,
  period: { from: hour(0), to: hour(168) },
  covered: 0.94,
  skipped: 0.0004,
  interfacesTotal: 50,
  interfaces: Array.from({ length: 50 }, (_, nth) => ({
    accountId: '123456789012',
    interfaceId: nth === 0 ? hostile : `eni-0a1b2c3d4e5f6${String(nth).padStart(4, '0')}`,
    covered: nth === 0 ? 0.3 : Math.min(1, 0.9 + nth / 400),
    skipped: nth === 1 ? 0.02 : 0,
    hours: Array.from({ length: 168 }, (_, index) => {
      const minutes = nth === 0 && index > 40 ? 0 : index % 24 < 8 ? 20 : 60;
      const isLost = nth === 1 && index === 70;
      return {
        hour: hour(index),
        state: isLost ? 'skipped' : minutes === 0 ? 'nothing' : nth === 2 ? 'no-data' : 'records',
        records: minutes === 0 || nth === 2 ? 0 : minutes * 12,
        rejected: 0,
        noData: nth === 2 ? minutes : 0,
        skipData: isLost ? 1 : 0,
        minutes,
        skippedMinutes: isLost ? 1 : 0,
      } as const;
    }),
  })),
};

export const sampleChains = [
  {
    chain: 'exfil' as const,
    about: 'Bytes that left, one row for each peer or network to be judged.',
    from: ['conversations'],
    steps: [
      {
        ...{ name: 'channels', about: 'Bytes to one peer.', reads: ['conversations'], isKept: true },
        sql: 'SELECT peer\nFROM conversations',
      },
    ],
    asked: [{ name: 'exfil', sql: 'SELECT * FROM channels' }],
  },
];

export const sampleExplanation: ExplanationText = {
  question: 'c2',
  about: [
    '# C2: command and control',
    '',
    'Looks for **regular** starts, see [the design](x.md), by `score.ts`, in a sentence that is long enough to be wrapped at eighty columns.',
    '',
    '- one point that goes on and on until it has to be wrapped, and then goes on below its own text',
    '  and on a second line',
    '1. a numbered point',
    '',
    '| part | weight |',
    '|---|---|',
    '| regularity | 3 |',
    '',
    '```sql',
    'SELECT   1',
    '```',
  ].join('\n'),
  settings: [
    { name: 'leastStarts', value: 4, isDefault: true, unit: 'starts', reason: 'Fewer have no rhythm.' },
    { name: 'ports', value: [22, 3389], isDefault: false, unit: 'ports', reason: 'Where one logs in.' },
  ],
  file: '/tmp/case/northsouth.yaml',
};

export const sampleHunt: Hunt = {
  workspace: '.northsouth',
  period: { from: '2026-05-28T20:26:40Z', to: '2026-06-04T20:26:40Z' },
  funnel: sampleFunnel,
  dns: noDns,
  top: sampleTop,
  findings: sampleFindings,
  asked: nobodyAsked,
  everythingShown: null,
  intel: [sampleListedPeer],
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
  dns: { files: 0, queries: 0, answers: 0, unreadable: 0, duplicate: 0 },
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

const sampleMark: Omit<Mark, 'seen'> = {
  ...{ target: '203.0.113.77', port: null, local: null, verdict: 'malicious', note: hostile },
  ...{ by: 'alice', at: '2026-11-24T07:35:00Z' },
};

const sampleProfile = {
  ...{
    from: '2026-05-28T20:26:40Z',
    to: '2026-06-04T20:26:40Z',
    ports: ['443/tcp'],
    directions: ['outbound'],
  },
  ...{ locals: 2, bytesPerDay: 1_200_000, flowsPerDay: 1440, findings: ['c2 beacon'] },
};

export const sampleMarkResult: MarkResult = {
  mark: { ...sampleMark, seen: sampleProfile },
  before: { ...sampleMark, verdict: 'benign', note: null, seen: null },
  addresses: 1,
};

export const sampleBaseline: BaselineInfo = {
  ...{ name: 'may', version: '0.1.0', exportedAt: '2026-06-01T00:00:00.000Z' },
  period: { from: '2026-05-01T00:00:00Z', to: '2026-05-31T23:59:59Z' },
  ...{ coverage: 0.98, peers: 1418, locals: 12, rows: 2400, leftOut: 0 },
  ...{ digest: 'ab', importedAt: '2026-06-01T00:00:01.000Z' },
};

export const sampleNewPeers: NewPeers = {
  ...{ since: '2026-06-01T00:00:00Z', peers: 7, of: 1418, recordsFrom: '2026-05-28T20:26:40Z' },
  ...{ baselinesFrom: null, isBlind: false },
};

export const sampleMarks: MarksReport = {
  file: '.northsouth/marks.yaml',
  marks: [
    { ...sampleMark, changes: [], addresses: 1, seen: null },
    {
      ...{
        ...sampleMark,
        target: 'AS64500',
        port: 443,
        local: '10.20.0.0/16',
        verdict: 'benign',
        note: 'updates',
      },
      ...{ changes: ['new service port 22/tcp'], addresses: 12, seen: sampleProfile },
    },
  ],
  removed: 1,
};

const sampleHidden: HiddenFinding = {
  ...{
    question: 'c2',
    kind: 'beacon',
    peer: '203.0.113.77',
    local: '10.20.0.14',
    servicePort: 443,
    protocol: 6,
  },
  ...{ score: 0.97, severity: 'critical', records: 1418 },
};

const sampleBenign = {
  ...{ target: 'AS64500', port: 443, local: null, note: hostile, by: 'alice', at: '2026-11-24T07:35:00Z' },
  ...{ records: 2836, bytes: 2_000_000, peers: 3, changes: [], lowered: 2, hides: [sampleHidden] },
};

export const sampleNoise: NoiseReport = {
  rules: [
    {
      hides: [sampleHidden],
      name: 'ntp',
      on: true,
      reason: 'Clock synchronisation: one packet of 76 bytes to port 123.',
      matches: 'dst port 123, udp, 1 packet, 76 bytes',
      records: 401_880,
      bytes: 30_542_880,
      peers: 41,
    },
    {
      hides: [],
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
      hides: [],
      name: 'Amazon',
      on: true,
      reason: 'Cloud to cloud: mostly benign, and hunted with other questions.',
      records: 902_110,
      bytes: 1_200_418_220_004,
      peers: 2_114,
      only: [],
      except: [],
      services: [
        { service: 'S3', records: 700_000, bytes: 1_200_000_000_000, peers: 1_000 },
        { service: 'EC2', records: 200_000, bytes: 418_000_000, peers: 1_100 },
        { service: null, records: 2_110, bytes: 220_004, peers: 14 },
      ],
    },
  ],
  marks: [sampleBenign],
  everythingShown: null,
  files: {
    noise: '.northsouth/noise.yaml',
    setAsides: '.northsouth/set-asides.yaml',
    marks: '.northsouth/marks.yaml',
  },
};

export const sampleSource: LabelSource = {
  ...{ name: 'city', kind: 'city', columns: ['country', 'city'], file: '/home/me/labels/city.parquet' },
  ...{ holds: 'DBIP-City-Lite', date: '2026-05-01', fetched: null, ranges: 3_000_000 },
  ...{ licence: 'CC-BY-4.0', attribution: 'DB-IP \u001b[31m', origin: 'added', from: '/tmp/dbip.mmdb' },
  ...{ hash: 'abc', blocks: true },
};

export const sampleLabels: LabelsReport = {
  ...{ folder: '/home/me/labels', settings: '/home/me/labels/sources.yaml' },
  sources: [
    { ...sampleSource, ageDays: 10, isOld: false },
    { ...sampleSource, name: 'shipped-asn', kind: 'asn', origin: 'shipped', ageDays: 160, isOld: true },
  ],
  missing: [{ name: 'aws', holds: 'ranges of Amazon with service and region' }],
};

const outcome = { date: '2026-05-28', from: 'https://example.net/list', unreadable: 0, error: null };

export const sampleUpdates: readonly UpdateOutcome[] = [
  { ...outcome, name: 'aws', result: 'updated', ranges: 9_000, before: null },
  { ...outcome, name: 'google', result: 'unchanged', ranges: 90, before: 90 },
  {
    ...{ ...outcome, name: 'azure', result: 'failed', ranges: null, before: null },
    error: { code: 'label.unreadable', message: 'It starts with "<html>".', hint: 'It stays.' },
  },
];

export const sampleExplained: ExplainedAddress = {
  ...{ address: '203.0.113.7', scope: 'internet' },
  labels: [
    { column: 'service', value: 'EC2', source: 'aws', why: 'no other source says one' },
    {
      column: 'country',
      value: 'IE',
      source: 'city',
      why: 'its range is narrower than that of shipped-country',
    },
  ],
  statements: [
    {
      ...{ source: 'aws', kind: 'provider', origin: 'downloaded', range: '203.0.113.0/24', hostBits: 8 },
      ...{
        date: '2026-05-28',
        fetched: '2026-05-29T00:00:00.000Z',
        says: { provider: 'Amazon', service: 'EC2' },
      },
    },
  ],
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
