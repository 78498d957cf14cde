import { expect, test } from 'vitest';
import type { Context } from '../detector.ts';
import { weightedScore } from '../finding.ts';
import { defaultsOf } from '../settings.ts';
import { exfilDetector, exfilSettings } from './index.ts';
import { amount, decimal, span } from './phrases.ts';
import type { ExfilRow } from './row.ts';
import { between, deviationsOf, rarityOf, tunnelParts, uploadParts } from './score.ts';

const settings = defaultsOf(exfilSettings);
const day = 86_400;
const context: Context = {
  from: 0,
  to: 4 * day,
  localHosts: 100,
  windowSeconds: 60,
  hasTcpFlags: true,
  hasBothDirections: true,
  covered: 1,
  skipped: 0,
};

/** 100 MB to one rented server on port 443 in one night, a third day into four days of data. */
const upload: ExfilRow = {
  scale: 'pair',
  carrier: 'data',
  way: 'out',
  local: '10.0.0.1',
  peer: '45.77.10.10',
  peers: 1,
  servicePort: 443,
  protocol: 6,
  ports: 1,
  sessions: 10,
  bytesOut: 100_000_000,
  bytesIn: 10_000_000,
  packetsOut: 70_000,
  packetsIn: 35_000,
  firstSeen: 2 * day,
  lastSeen: 2.5 * day,
  floor: 1_000_000,
  localOut: 200_000_000,
  localPeers: 50,
  logLower: 3.5,
  logMiddle: 4,
  logUpper: 4.5,
  senders: 100,
  locals: 1,
  othersLog: null,
  networkPeers: 3,
  networkLocals: 3,
  portPeers: 500,
  asn: 64_500,
  network: 'Rented',
  country: 'DE',
  provider: null,
  setAside: null,
  hours: 5,
  spread: 0.3,
  doubtfulOut: 0,
  days: 4,
  activeDays: 1,
  leastDay: 100_000_000,
  peakDay: 100_000_000,
  usualDay: 0,
  restDay: 20_000_000,
};

const judge = (change: Partial<ExfilRow>, other: Partial<Context> = {}) =>
  exfilDetector.judge({ ...upload, ...change }, settings, { ...context, ...other });

test('a number lies between two others on a logarithmic scale', () => {
  expect(between(10, 1, 100)).toBeCloseTo(0.5); // log 10 / log 100
  expect([between(1, 1, 100), between(0, 1, 100), between(1e9, 1, 100), between(Number.NaN, 1, 2)]).toEqual([
    0, 0, 1, 0,
  ]);
});

test('deviations are counted from the median in robust deviations of the logarithm', () => {
  // Quartiles 1 apart are 1/1.349 = 0.741 deviations; log10(1e8) = 8 lies 4 above the median: 4/0.741 = 5.396.
  expect(deviationsOf(upload)).toBeCloseTo(5.396, 3);
  // Peers that all got the same: the least deviation is 0.3 of a power of ten, so 4/0.3.
  expect(deviationsOf({ ...upload, logLower: 4, logUpper: 4 })).toBeCloseTo(13.333, 3);
});

test.each([
  // 100 hosts: one that nobody else sends to, 2 % of them, 20 %; between: 1 - log(6.3/2)/log(20/2) = 0.5.
  [{ locals: 1 }, 1],
  [{ locals: 2 }, 1],
  [{ locals: 20 }, 0],
  [{ locals: 6.3246 }, 0.5],
  // 2 hosts: the network of 1 peer, of 8, of 3 = 1 - log 3/log 8 = 0.472.
  [{ senders: 2, networkPeers: 1 }, 1],
  [{ senders: 2, networkPeers: 8 }, 0],
  [{ senders: 2, networkPeers: 3 }, 0.472],
  // 5 hosts of which 3 send to it: (1 - 2/4) x 1.
  [{ senders: 5, locals: 3, networkPeers: 1 }, 0.5],
])('rarity of %o is %f', (change, expected) => {
  expect(rarityOf({ ...upload, ...change }, settings)).toBeCloseTo(expected, 3);
});

test('the parts of an upload, worked by hand', () => {
  const parts = uploadParts(upload, settings, context);
  expect(Object.fromEntries(parts.map(({ name, value, weight }) => [name, [value, weight]]))).toEqual({
    amount: [0.767, 3], // log(1e8/5e4) / log(1e9/5e4) = 3.301/4.301
    ratio: [1, 3], // 10 of 10
    share: [0.8, 2], // (0.5 - 0.1)/0.5
    'own history': [1, 2], // (5.396 - 1)/2.5, at most 1
    rarity: [1, 2],
    port: [0, 1.5],
    'first contact': [1, 1.5],
    'own days': [0.769, 1], // 100/20 = 5; log(5/0.5)/log(10/0.5) = 2.303/2.996
  });
  // (2.304 + 3 + 1.6 + 2 + 2 + 0 + 1.5 + 0.769)/16
  expect(weightedScore(parts)).toBeCloseTo(13.172 / 16, 2);
});

test('what the data cannot tell is left out of the score', () => {
  const names = (row: Partial<ExfilRow>, to = 4 * day) =>
    uploadParts({ ...upload, ...row }, settings, { ...context, to }).map(({ name }) => name);
  expect(names({ localPeers: 2, days: 1, firstSeen: 0 }, 300)).toEqual(['amount', 'ratio', 'rarity', 'port']);
  expect(names({ hours: 20, othersLog: 4, locals: 9 })).toEqual(
    expect.arrayContaining(['steady', 'other hosts']),
  );
});

test('tunnels are told by packets that are too full', () => {
  const parts = tunnelParts(
    { ...upload, carrier: 'dns', protocol: 17, bytesOut: 5_000_000, bytesIn: 5_000_000, packetsOut: 25_000 },
    settings,
  );
  expect(parts.map(({ name, value }) => [name, value])).toEqual([
    ['packet size', 0.896], // 200 bytes: log(200/88)/log(220/88) = 0.821/0.916
    ['amount', 0.869], // log(5e6/5e4)/log(1e7/5e4) = 4.605/5.298
    ['rarity', 1],
    ['ratio', 0.569], // log(1/0.4)/log(2/0.4) = 0.916/1.609
  ]);
});

test.each([
  ['more came in', { bytesIn: 200_000_000 }, {}, 'no', 'info'],
  ['too little', { bytesOut: 900_000 }, {}, 'no', 'info'],
  ['probes of many ports', { ports: 1000, bytesOut: 3_500_000, bytesIn: 0 }, {}, 'no', 'info'],
  ['the peer started it', { way: 'in' }, {}, 'no', 'info'],
  ['100 MB, new and rare', {}, {}, 'yes', 'high'],
  ['100 MB, known from the start', { firstSeen: 0 }, {}, 'yes', 'medium'],
  // medium by amount, two steps down, and new and rare raises nothing
  ['as much back, as in a call', { bytesIn: 80_000_000 }, {}, 'yes', 'info'],
  // 3 minutes; 27 MB back less 52 for each of 20,000 packets are 26 of 133 MB
  [
    'a test of speed',
    {
      ...{ bytesOut: 137e6, bytesIn: 27e6, packetsIn: 20_000, servicePort: 8080, portPeers: 1 },
      lastSeen: 2 * day + 180,
    },
    {},
    'yes',
    'info',
  ],
  // its way back of acknowledgements: 1.9 MB less 52 for each of 35,000
  ['as fast, one way', { bytesOut: 137e6, bytesIn: 1.9e6, lastSeen: 2 * day + 180 }, {}, 'yes', 'high'],
  ['as full, in an hour', { bytesOut: 137e6, bytesIn: 27e6, lastSeen: 2 * day + 3600 }, {}, 'yes', 'high'],
  ['2 GB, known from the start', { firstSeen: 0, bytesOut: 2e9 }, {}, 'yes', 'medium'],
  [
    'a backup every night',
    { firstSeen: 0, bytesOut: 4e9, activeDays: 4, leastDay: 9e8, peakDay: 11e8 },
    {},
    'yes',
    'low',
  ],
  [
    'every night, one much larger',
    { firstSeen: 0, bytesOut: 4e9, activeDays: 4, leastDay: 1e8, peakDay: 3e9 },
    {},
    'yes',
    'medium',
  ],
  [
    'every night, since the second',
    { firstSeen: 1.1 * day, bytesOut: 4e9, activeDays: 3, leastDay: 9e8, peakDay: 11e8 },
    {},
    'yes',
    'critical',
  ],
  ['a mail of 30 MB', { bytesOut: 3e7, servicePort: 587, sessions: 1 }, {}, 'yes', 'low'],
  ['a gigabyte to a mail port', { bytesOut: 1e9, servicePort: 587, sessions: 1 }, {}, 'yes', 'critical'],
  [
    'photos, to where all send',
    { bytesOut: 2e9, network: 'Apple Inc.', networkLocals: 60 },
    {},
    'yes',
    'medium',
  ],
  [
    'to where all send, and anyone rents',
    { bytesOut: 2e9, network: 'OVH SAS', networkLocals: 60 },
    {},
    'yes',
    'critical',
  ],
  ['new, rare and 5 GB', { bytesOut: 5e9 }, {}, 'yes', 'critical'],
  ['half of the hosts send to it', { locals: 50, othersLog: 4 }, {}, 'yes', 'low'],
  ['set aside', { setAside: 'Amazon', scale: 'network' }, {}, 'yes', 'low'],
  [
    'set aside, a hundredfold',
    { setAside: 'Amazon', scale: 'network', bytesOut: 5e9, peakDay: 5e9, usualDay: 5e7 },
    {},
    'yes',
    'medium',
  ],
  ['set aside, small', { setAside: 'Amazon', scale: 'network', bytesOut: 5e7 }, {}, 'no', 'info'],
  ['seen one way only', {}, { hasBothDirections: false }, 'cannot-tell', 'info'],
  ['no way back', { bytesIn: 0, packetsIn: 0 }, {}, 'cannot-tell', 'info'],
  ['nobody knows who started it', { doubtfulOut: 80_000_000 }, {}, 'cannot-tell', 'info'],
] as const)('%s', (_, change, other, answer, severity) => {
  const judged = judge(change, other);
  expect([judged.answer, judged.severity]).toEqual([answer, severity]);
  expect(judged.score).toBeGreaterThanOrEqual(0);
  expect(judged.score).toBeLessThanOrEqual(1);
  expect(judged.evidence.length + judged.counterEvidence.length).toBeGreaterThan(0);
  if (answer === 'cannot-tell') expect(judged.missing.length).toBeGreaterThan(0);
});

test('little more than headers lowers, an unusual port raises', () => {
  const { severity, severitySteps } = judge({
    firstSeen: 0,
    servicePort: 5888,
    portPeers: 1,
    bytesOut: 3_500_000,
    bytesIn: 100_000,
  });
  expect(severity).toBe('low'); // low by amount, +1 for the port, -1 for 50 bytes in each packet
  expect(severitySteps.map(({ steps }) => steps)).toEqual([1, -1]);
});

test('numbers read as people say them', () => {
  expect([amount(999), amount(4_897_567_105), amount(72_812), amount(0)]).toEqual([
    '999 bytes',
    '4.9 GB',
    '72.8 kB',
    '0 bytes',
  ]);
  expect([decimal(0.0123), decimal(57.54), decimal(1234.5)]).toEqual(['0.012', '57.5', '1,235']);
  expect([span(60), span(500), span(20_000), span(300_000)]).toEqual(['60 s', '8 min', '5.6 h', '3.5 days']);
});

test('what goes to a keeper of backups is one step lower, and its being new and rare raises nothing', () => {
  const large = { ...upload, bytesOut: 1_600_000_000, packetsOut: 1_100_000 };
  const plain = judge(large);
  const kept = judge({ ...large, network: 'Backblaze Inc' });
  expect([plain.severity, kept.severity]).toEqual(['critical', 'medium']);
  expect(kept.severitySteps.map(({ steps }) => steps)).toEqual([-1]);
  expect(kept.counterEvidence.join(' ')).toContain('keeping backups is the trade of Backblaze Inc');
});
