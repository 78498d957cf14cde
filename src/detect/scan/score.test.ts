import { describe, expect, test } from 'vitest';
import type { Context } from '../detector.ts';
import { weightedScore } from '../finding.ts';
import { defaultsOf } from '../settings.ts';
import { scanDetector } from './index.ts';
import type { ScanRow } from './query.ts';
import { answerOf, oddsText, scoreParts, severityOf, severitySteps, shapeOf, walk } from './score.ts';
import { missesNeeded, scanSettings } from './settings.ts';

const settings = defaultsOf(scanSettings);

const context: Context = {
  from: 0,
  to: 86_400,
  localHosts: 100,
  windowSeconds: 60,
  hasTcpFlags: false,
  hasBothDirections: true,
  covered: 1,
  skipped: 0,
};

/** Five ports of one host, each refused once. */
const fivePorts: ScanRow = {
  kind: 'inbound',
  source: '198.18.0.1',
  contacts: 5,
  misses: 5,
  hits: 0,
  portMisses: 1,
  portHits: 0,
  targetMisses: 5,
  targetHits: 0,
  targets: 1,
  ports: 5,
  widest: 1,
  widestPort: 22,
  widestProtocol: 6,
  deepest: 5,
  deepestTarget: '10.0.0.1',
  onlyTarget: '10.0.0.1',
  onlyPort: null,
  onlyProtocol: 6,
  portsAsked: [22, 23, 25, 80, 443],
  targetsAsked: ['10.0.0.1'],
  rejected: 5,
  unanswered: 0,
  refused: 0,
  wordless: 0,
  tcpMisses: 5,
  replies: 0,
  unsure: 0,
  firstMiss: 1000,
  lastMiss: 8200,
  thenPort: null,
  thenTarget: null,
  thenSessions: null,
  thenBytes: null,
  thenAdmin: false,
  firstSeen: 1000,
  lastSeen: 8200,
  bytes: 220,
  asn: null,
  network: null,
  country: null,
  provider: null,
  setAside: null,
};

/** A host that asked 60 neighbours for one port in vain, and talks with 300 others all day. */
const sweep: ScanRow = {
  ...fivePorts,
  kind: 'internal',
  ...{ source: '10.0.0.9', contacts: 360, misses: 60, hits: 300, portMisses: 60, portHits: 0 },
  ...{ targetMisses: 1, targetHits: 0, targets: 60, ports: 1, widest: 60, deepest: 1, onlyTarget: null },
  ...{ onlyPort: 22, portsAsked: [22], tcpMisses: 60, rejected: 60 },
};

describe('random walk', () => {
  // 99 to 1 is 4^3.31, so that four misses are needed; with 999 to 1, 4^4.98, five.
  test.each([
    [99, 4],
    [999, 5],
    [4 ** 6, 6],
  ])('odds of %d need %d misses', (odds, needed) => expect(missesNeeded({ ...settings, odds })).toBe(needed));

  // A miss is worth log10(4) = 0.602, a hit -0.602.
  test.each([
    ['five misses', fivePorts, 'everything', 3.01],
    ['300 hits elsewhere hide no sweep', sweep, 'one port', 36.124],
    ['hits as many as misses', { ...fivePorts, hits: 5, targetHits: 5, portHits: 1 }, 'everything', 0],
  ] as const)('%s', (_, row, over, odds) => {
    expect(walk(row, settings)).toMatchObject({ over });
    expect(walk(row, settings).odds).toBeCloseTo(odds, 3);
  });

  test.each([
    [Math.log10(256), '256 to 1'],
    [7, 'over a million to 1'],
    [-Math.log10(16), '1 to 16'],
  ])('odds of 10^%d are said as %s', (power, said) => expect(oddsText(power)).toBe(said));
});

describe('score', () => {
  test('parts of five refused ports', () => {
    const values = scoreParts(fivePorts, settings).map(({ value }) => Math.round(value * 1000) / 1000);
    // 5 * 0.60206 / (2 * log10(99)) = 3.0103 / 3.9913; log2(6) / log2(16) = 2.585 / 4; 5 / 5
    expect(values).toEqual([0.754, 0.646, 1]);
    // (4 * 0.7542 + 3 * 0.6462 + 2) / 9 = 6.9556 / 9
    expect(weightedScore(scoreParts(fivePorts, settings))).toBe(0.773);
  });

  test('a wide sweep scores fully', () => expect(weightedScore(scoreParts(sweep, settings))).toBe(1));
});

describe('answer', () => {
  const few = { ...fivePorts, misses: 3, targetMisses: 3, ports: 3, deepest: 3 };
  const oneSided = { ...context, hasBothDirections: false };
  const scattered = { ...sweep, widest: 1, portMisses: 1, deepest: 1, ports: 60, hits: 0 };
  test.each([
    ['yes', 'five misses', fivePorts, context],
    ['cannot-tell', 'three misses are too few', few, context],
    ['no', 'three misses, more hits', { ...few, hits: 4, targetHits: 4, portMisses: 0 }, context],
    ['no', 'nothing in vain', { ...few, misses: 0, targetMisses: 0, portMisses: 0 }, context],
    ['cannot-tell', 'half of the traffic', { ...few, misses: 0, targetMisses: 0, unanswered: 9 }, oneSided],
    ['no', 'outward, each target a port of its own', { ...scattered, kind: 'outbound' }, context],
    ['yes', 'inbound the same', { ...scattered, kind: 'inbound' }, context],
    [
      'no',
      'outward, four silent time servers',
      { ...sweep, widest: 4, portMisses: 4, widestProtocol: 17, tcpMisses: 0 },
      context,
    ],
    [
      'yes',
      'outward, four silent SSH servers',
      { ...sweep, widest: 4, portMisses: 4, tcpMisses: 4 },
      context,
    ],
  ] as const)('%s: %s', (answer, _, row, where) => expect(answerOf(row, settings, where)).toBe(answer));
});

describe('shape', () => {
  test.each([
    ['no scan', { ...fivePorts, misses: 0 }],
    ['vertical scan', fivePorts],
    ['horizontal scan', sweep],
    ['repeated probes', { ...fivePorts, ports: 1, deepest: 1 }],
    ['horizontal and vertical scan', { ...sweep, deepest: 20, ports: 30 }],
    ['scattered scan', { ...sweep, widest: 2, ports: 50 }],
  ])('%s', (shape, row) => expect(shapeOf(row, settings)).toBe(shape));
});

describe('severity', () => {
  const login = { thenPort: 22, thenTarget: '10.0.0.1', thenSessions: 1, thenAdmin: true };
  const web = { thenPort: 443, thenTarget: '10.0.0.1', thenSessions: 3, thenBytes: 2e6 };
  const outbound: ScanRow = { ...sweep, kind: 'outbound' };
  test.each([
    ['info', 'the weather', fivePorts],
    ['low', 'broad weather', { ...fivePorts, deepest: 10 }],
    ['info', 'broad, of a set-aside network', { ...fivePorts, deepest: 10, setAside: 'cloud' }],
    ['medium', 'then a login', { ...fivePorts, ...login, thenBytes: 25_000 }],
    ['high', 'then 40 MB on 22', { ...fivePorts, ...login, thenBytes: 4e7 }],
    ['critical', 'broad, then 40 MB on 22', { ...fivePorts, deepest: 10, ...login, thenBytes: 4e7 }],
    ['low', 'then 2 MB of the web server', { ...fivePorts, ...web }],
    ['high', 'a sweep inside', sweep],
    ['critical', 'a sweep inside, then a login', { ...sweep, ...login, thenBytes: 25_000 }],
    ['medium', 'ten hosts inside', { ...sweep, misses: 10, widest: 10 }],
    ['low', 'four hosts inside', { ...sweep, misses: 4, widest: 4 }],
    ['high', 'a sweep outward', outbound],
    ['medium', 'web servers outward in vain', { ...outbound, widestPort: 443 }],
    ['medium', 'a sweep outward by UDP', { ...outbound, tcpMisses: 0 }],
  ])('%s: %s', (severity, _, row) => expect(severityOf(row, settings)).toBe(severity));

  test('each step says why', () =>
    expect(severitySteps({ ...outbound, widestPort: 443 }, settings)).toEqual([
      {
        steps: -1,
        because: "only port 443 of many servers: the same is seen where a host's way to the web is blocked",
      },
    ]));
});

describe('judgement', () => {
  test('speaks of the scanner and its one target, with numbers', () => {
    const judgement = scanDetector.judge(fivePorts, settings, { ...context, skipped: 0.12 });
    expect(judgement).toMatchObject({
      subject: {
        peer: '198.18.0.1',
        local: '10.0.0.1',
        servicePort: null,
        protocol: 6,
        direction: 'inbound',
      },
      evidence: [
        'asked 1 target for 5 ports in vain (ports 22, 23, 25, 80, 443; 10.0.0.1)',
        '5 misses against 0 hits: 1,024 to 1 for a scan',
        'sessions: 5 rejected',
        'over 2.0 hours, 2.5 tries an hour',
        '5 ports of 10.0.0.1 alone',
      ],
      counterEvidence: [],
      missing: ['12 % of the minutes were skipped'],
      attack: ['T1595', 'T1595.002'],
    });
  });

  test('an outbound scanner is the peer, and no address is both ends', () =>
    expect(scanDetector.judge({ ...sweep, kind: 'outbound', unsure: 7 }, settings, context)).toMatchObject({
      subject: { peer: '10.0.0.9', local: null, servicePort: 22, direction: 'outbound' },
      counterEvidence: [
        'answered: 300 of 360 contacts',
        'not counted: 7 sessions of which it is not certain that 10.0.0.9 started them',
      ],
      attack: ['T1046'],
    }));

  test('too few contacts say how many are missing', () =>
    expect(
      scanDetector.judge(
        { ...fivePorts, misses: 3, targetMisses: 3, refused: 2, wordless: 1, rejected: 0 },
        settings,
        context,
      ).missing,
    ).toEqual([
      'more contacts: 3 misses more than hits, 4 decide',
      'tcp-flags: refusals are told from answers by their size only',
    ]));
});
