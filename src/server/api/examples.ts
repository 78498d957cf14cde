import type { AnswerOf, BodyOf, EndpointName, ParamsOf, QueryOf } from '../api.ts';
import { fullFinding, gaps, labels, line, madeMark, runningLoad, timeline } from './example-values.ts';

/** What somebody may ask of an endpoint, and what may come back. */
interface Example<Name extends EndpointName> {
  readonly params?: ParamsOf<Name>;
  readonly query?: QueryOf<Name>;
  readonly body?: BodyOf<Name>;
  /** Absent where a file or a stream comes. */
  readonly answer?: AnswerOf<Name>;
}

const period = { from: '2026-05-28T20:26:40Z', to: '2026-06-04T20:26:40Z' };
const sums = { flows: 5210, packets: 61_300, bytes: 48_200_000 };
const moment = { start: '2026-05-28T20:00:00Z', outbound: { flows: 310, bytes: 2_900_000 } };
const { id: _, secondsLeft: __, ...ran } = runningLoad;
const address = { ...{ address: '203.0.113.7', scope: 'internet' }, ...labels };
const none = { flows: 0, bytes: 0 };

/** An example of each endpoint: what the OpenAPI document shows. */
export const examples: { readonly [Name in EndpointName]: Example<Name> } = {
  status: {
    answer: {
      ...{ version: '0.1.0', workspace: '.northsouth', revision: '1f0c5a7be2d94836', period },
      ...{ files: 500, records: 9_981_572, state: 'ready', preparing: null, failed: null },
      ...{ resolutionSeconds: 3600, load: null },
    },
  },
  events: {},
  overview: {
    query: { from: '2026-05-29', to: '2026-05-30', where: 'country:RU,CN port:443', rows: 5 },
    answer: {
      ...{ basis: 'cube', seconds: 0.082, period, broken: [], ignored: [] },
      funnel: {
        ...{ files: 1, emptyFiles: 0, failedFiles: 0, records: 100, unreadable: 1, duplicate: 2 },
        ...{ noData: 3, skipData: 0, rejected: 14, accepted: 80, eastWest: 30, northSouth: 50, noise: 4 },
        ...{ noiseByRule: { ntp: 4 }, kept: 46, toInternet: 40, fromInternet: 6, shown: 25, setAside: 15 },
        ...{
          setAsideByProvider: { Amazon: 15 },
          bytes: { toInternet: 90_000, shown: 60_000, setAside: 30_000 },
        },
      },
      timeline: {
        bucketSeconds: 3600,
        buckets: [{ ...moment, inbound: none, eastWest: none, noise: none, rejected: none }],
      },
      totals: sums,
      networks: [{ asn: 64500, network: 'Example Transit', provider: null, ...sums, peers: 12 }],
      countries: [{ country: 'CN', ...sums, peers: 12 }],
      ports: [{ dstPort: 443, protocol: 6, ...sums, peers: 12 }],
      locals: [{ local: '10.0.1.23', ...sums, peers: 12, name: 'build.internal', names: 1 }],
      findings: {
        ...{ total: 1, bySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 }, matter: [line] },
      },
      coverage: {
        ...{ covered: 0.998, skipped: 0 },
        hours: [{ hour: '2026-05-28T20:00:00Z', covered: 1, skipped: 0, interfaces: 40 }],
      },
    },
  },
  destinations: {
    query: { group: 'peer', sort: 'bytes', where: 'bytes>1GB -provider:Amazon', limit: 1 },
    answer: {
      ...{ basis: 'cube', seconds: 0.064, group: 'peer', total: 31, totals: sums, offset: 0 },
      hidden: { flows: 910, bytes: 4_100_000 },
      rows: [
        {
          ...{ rank: 1, peer: '203.0.113.7', ...sums, ...labels, mark: null, threatLists: null },
          ...{ name: 'updates.example', names: 1 },
        },
      ],
    },
  },
  exportDestinations: { query: { group: 'peer', sort: 'bytes', format: 'csv' } },
  report: { query: { format: 'html', title: 'Case 7', severity: 'high' } },
  findings: {
    query: { question: 'c2', severity: 'medium', limit: 1 },
    answer: {
      ...{ computedOver: period, coverage: 0.998, skipped: 0, total: 1, below: 4, unsettled: 2 },
      ...{ byQuestion: { scan: 0, access: 0, c2: 1, exfil: 0 }, offset: 0, findings: [line] },
    },
  },
  finding: {
    params: { id: line.id },
    answer: {
      ...{ id: line.id, ...fullFinding, about: '# C2\n\nPeers that a local host calls again and again ...' },
      settings: [
        { name: 'sessions', value: 20, isDefault: true, unit: 'sessions', reason: 'fewer tell no rhythm' },
      ],
      ...{ timeline, interArrivals: gaps, related: [] },
      sessions: {
        total: 1418,
        rows: [
          {
            ...{
              start: period.from,
              end: '2026-05-28T20:26:42Z',
              interfaceId: 'eni-0a1b2c3d',
              local: '10.0.1.23',
            },
            ...{ localPort: 49_152, peer: '203.0.113.7', peerPort: 443, servicePort: 443, protocol: 6 },
            ...{ direction: 'outbound', state: 'established', records: 2 },
            ...{ packetsOut: 8, bytesOut: 820, packetsIn: 6, bytesIn: 360 },
          },
        ],
      },
      records: {
        total: 2836,
        columns: ['start', 'srcaddr', 'bytes'],
        rows: [[1_780_000_000, '10.0.1.23', 820]],
      },
    },
  },
  address: {
    params: { address: '203.0.113.7' },
    query: { limit: 1 },
    answer: {
      ...{ ...address, mark: null, marks: [], names: [], namesTotal: 0, intel: [] },
      ...{ wouldAdd: [], baselines: [], baselineChanges: [] },
      ...{ firstSeen: period.from, lastSeen: period.to, coverage: 1, conversationsTotal: 1 },
      totals: {
        ...{ flowsIn: 1418, flowsOut: 1418, bytesIn: 510_480, bytesOut: 1_162_760 },
        ...{ packetsIn: 8508, packetsOut: 11_344, sessions: 1418 },
      },
      conversations: [
        {
          ...{
            traffic: 'north_south',
            local: '10.0.1.23',
            peer: '203.0.113.7',
            servicePort: 443,
            protocol: 6,
          },
          ...{ direction: 'outbound', sessions: 1418, answered: 1418, flows: 2836, bytesIn: 510_480 },
          ...{ bytesOut: 1_162_760, packetsIn: 8508, packetsOut: 11_344, firstSeen: period.from },
          ...{
            lastSeen: period.to,
            peerNetwork: 'Example Transit',
            peerCountry: 'DE',
            peerName: 'updates.example',
          },
        },
      ],
      ...{ timeline, interArrivals: [gaps], findings: [line] },
      questions: [
        {
          ...{ question: 'c2', answer: 'yes', kind: 'beacon', score: 0.97, severity: 'high', subjects: 1 },
          evidence: fullFinding.evidence,
          ...{ peers: [], counterEvidence: [], missing: [], attack: ['T1071'], parts: [], severitySteps: [] },
          subject: {
            ...{
              peer: '203.0.113.7',
              local: '10.0.1.23',
              servicePort: 443,
              protocol: 6,
              direction: 'outbound',
            },
          },
          ...{ coverage: 1, sql: null },
        },
      ],
    },
  },
  coverage: {
    query: { from: '2026-05-29', to: '2026-05-30', limit: 1 },
    answer: {
      ...{ period, covered: 0.998, skipped: 0, total: 12, offset: 0 },
      interfaces: [
        {
          ...{ accountId: '123456789012', interfaceId: 'eni-0a1b2c3d', covered: 1, skipped: 0 },
          hours: [
            {
              ...{ hour: '2026-05-29T00:00:00Z', state: 'records', records: 410, rejected: 12, noData: 0 },
              ...{ skipData: 0, minutes: 60, skippedMinutes: 0 },
            },
          ],
        },
      ],
    },
  },
  files: {
    query: { status: 'failed', limit: 1 },
    answer: {
      ...{ total: 1, byStatus: { read: 499, empty: 0, failed: 1, other: 0 }, offset: 0 },
      files: [
        {
          ...{ fileId: 17, path: '/logs/part-17.log.gz', sizeBytes: 81_204, modifiedAt: period.to },
          ...{ status: 'failed', reason: 'the file is cut off', shape: null, lines: 0, records: 0 },
          ...{ unreadable: 0, duplicate: 0, accountId: null, region: null, batch: null, unknownFields: [] },
        },
      ],
    },
  },
  rejects: {
    query: { limit: 1 },
    answer: {
      ...{ total: 3, byReason: [{ reason: 'dstport ... is no number', lines: 3 }], offset: 0 },
      rejects: [
        {
          ...{ file: '/logs/part-1.log.gz', line: 18, reason: "dstport 'https' is no number" },
          raw: '2 123456789012 eni-0a1b2c3d 10.0.1.23 203.0.113.7 49152 https 6 8 820 1780000000 1780000002 ACCEPT OK',
        },
      ],
    },
  },
  noise: {
    answer: {
      rules: [
        {
          ...{
            name: 'ntp',
            on: true,
            reason: 'clocks',
            matches: 'dstport 123, protocol 17, 1 packet, 76 bytes',
          },
          ...{ records: 40_120, bytes: 3_049_120, peers: 61 },
        },
      ],
      setAsides: [
        {
          name: 'Amazon',
          on: true,
          reason: 'a cloud provider',
          records: 90_400,
          bytes: 810_000_000,
          peers: 5100,
        },
      ],
      files: { noise: '.northsouth/noise.yaml', setAsides: '.northsouth/set-asides.yaml' },
    },
  },
  switchNoise: { body: { name: 'ntp', on: false }, answer: { name: 'ntp', on: false } },
  labels: {
    answer: {
      sources: [
        {
          ...{
            name: 'asn',
            holds: 'AS numbers and their names',
            date: '2026-05-01',
            ageDays: 35,
            ranges: 515_000,
          },
          ...{ licence: 'CC BY 4.0', attribution: null, origin: 'shipped', from: '@ip-location-db/asn' },
        },
      ],
    },
  },
  startLoad: { body: { paths: ['/logs/AWSLogs'] }, answer: runningLoad },
  load: { params: { id: runningLoad.id }, answer: runningLoad },
  loadEvents: { params: { id: runningLoad.id } },
  cancelLoad: {
    params: { id: runningLoad.id },
    answer: {
      ...{ ...ran, id: runningLoad.id, state: 'cancelled', secondsLeft: null },
      error: { code: 'engine.cancelled', message: 'Interrupted.', hint: null },
    },
  },
  sql: {
    body: { sql: 'SELECT peer, sum(bytes) AS bytes FROM outbound_flows GROUP BY peer LIMIT 1', seconds: 30 },
    answer: {
      columns: [
        { name: 'peer', type: 'VARCHAR' },
        { name: 'bytes', type: 'HUGEINT' },
      ],
      ...{ rows: [['203.0.113.7', 1_162_760]], truncated: false, seconds: 0.31 },
    },
  },
  cancelSql: { params: { id: 'my-query-1' }, answer: { cancelled: true } },
  sqlSchema: {
    answer: {
      views: [{ name: 'peers', columns: [{ name: 'peer', type: 'VARCHAR' }] }],
      ...{ functions: ['count', 'sum'], keywords: ['FROM', 'SELECT'] },
      examples: [{ title: 'Peers', sql: 'SELECT * FROM peers LIMIT 20' }],
      note: 'One SELECT at a time, over the views; nothing can be changed.',
    },
  },
  marks: {
    answer: {
      ...{ file: '.northsouth/marks.yaml', removed: 0 },
      marks: [{ ...madeMark, changes: ['ten times the bytes a day since it was marked'], addresses: 1 }],
    },
  },
  mark: {
    body: { target: '203.0.113.7', verdict: 'benign', note: 'our own updates' },
    answer: { mark: madeMark, before: null, addresses: 1, revision: '5d41402abc4b2a76' },
  },
  unmark: {
    query: { target: '203.0.113.7' },
    answer: { mark: null, before: madeMark, addresses: 1, revision: '7b52009b64fd0a2a' },
  },
  filter: {
    query: { text: 'ip:10.0.0.1  -CC:ru' },
    answer: {
      canonical: 'address:10.0.0.1 -country:RU',
      terms: [
        {
          ...{ from: 0, to: 11, key: 'address', operator: ':', negated: false, values: ['10.0.0.1'] },
          meaning: 'an end is 10.0.0.1',
        },
      ],
    },
  },
  completeFilter: {
    query: { text: 'country:', cursor: 8 },
    answer: { from: 8, to: 8, candidates: [{ text: 'DE', kind: 'value', detail: '812 addresses' }] },
  },
};
