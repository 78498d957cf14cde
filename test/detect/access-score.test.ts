import { describe, expect, test } from 'vitest';
import { accessDetector, accessSettings } from '../../src/detect/access/index.ts';
import type { AccessRow } from '../../src/detect/access/row.ts';
import {
  guessParts,
  isAnsweredOtherwise,
  isLetIn,
  lateralParts,
  oddParts,
  successParts,
  workParts,
} from '../../src/detect/access/score.ts';
import { isRented, isSteady } from '../../src/detect/access/severity.ts';
import type { Context } from '../../src/detect/detector.ts';
import { type ScorePart, weightedScore } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';

const values = defaultsOf(accessSettings);
const hour = 3600;

const context: Context = {
  from: 0,
  to: 7 * 24 * hour,
  localHosts: 20,
  windowSeconds: 60,
  hasTcpFlags: false,
  hasBothDirections: true,
  covered: 1,
  skipped: 0,
};

/** 80 sessions of 3,000 bytes in an hour from one source on one host's SSH. */
const guesser: AccessRow = {
  class: 'inbound',
  source: '185.220.101.5',
  sources: 1,
  servicePort: 22,
  targets: 1,
  anyTarget: '10.0.0.5',
  refused: 0,
  greetings: 0,
  idle: 0,
  attempts: 80,
  attemptTargets: 1,
  typical: 3000,
  typicalUp: 1400,
  typicalDown: 1600,
  mad: 0,
  attemptSeconds: 5,
  firstAttempt: 1000,
  lastAttempt: 4600,
  busiestHour: 80,
  attemptHours: 2,
  attemptDays: 1,
  standingOut: 0,
  standingOutMost: null,
  loginBytes: 4290,
  threshold: 6000,
  active: 0,
  activeTargets: 0,
  activeBytes: 0,
  activeHours: 0,
  activeDays: 0,
  activeBefore: 0,
  largest: null,
  largestTarget: null,
  largestStart: null,
  largestSeconds: null,
  attemptsBefore: 0,
  commonAnswers: 80,
  oddAnswers: 0,
  usualAnswer: 1968,
  oddAnswer: null,
  oddEnd: null,
  oddTarget: null,
  oddElsewhere: 0,
  networks: 0,
  usual: null,
  given: null,
  otherGuessers: 0,
  afterSeconds: null,
  newPeers: 0,
  knownPeers: 0,
  newPeer: null,
  newPeerPort: null,
  newPeerBytes: 0,
  newHosts: 0,
  knownHosts: 0,
  fanOut: 0,
  fanOutPorts: 0,
  fanOutBurst: 0,
  fanOutHours: 0,
  fanOutDays: 0,
  fanOutBytes: 0,
  fanOutFirst: false,
  breachedBy: null,
  otherClients: 0,
  neighbours: 0,
  asn: null,
  network: null,
  country: null,
  provider: null,
  setAside: null,
  ownScope: 'private',
  windowSeconds: 60,
  firstSeen: 1000,
  lastSeen: 4600,
  bytes: 400_000,
};

const letIn: Partial<AccessRow> = {
  active: 1,
  activeTargets: 1,
  activeBytes: 24_000,
  activeHours: 1,
  activeDays: 1,
  largest: 24_000,
  largestTarget: '10.0.0.5',
  largestStart: 4700,
  largestSeconds: 600,
  attemptsBefore: 80,
};

const row = (changes: Partial<AccessRow> = {}): AccessRow => ({ ...guesser, ...changes });
const rounded = (parts: readonly ScorePart[]) => parts.map(({ value }) => Math.round(value * 1000) / 1000);
const judged = (changes: Partial<AccessRow>, more: Partial<Context> = {}) =>
  accessDetector.judge(row(changes), values, { ...context, ...more });

describe('guessing: many, alike, small, short, nothing else', () => {
  test.each([
    // 80 of 8 needed: 0.5 + 0.5 · log10(10) = 1
    ['80 of one size', {}, [1, 1, 1, 1, 1], 1],
    // 8: 0.5 + 0.5 · log10(1) = 0.5; (2 · 0.5 + 3 + 1 + 1 + 1) / 8 = 0.875
    ['just enough', { attempts: 8 }, [0.5, 1, 1, 1, 1], 0.875],
    // 7 of 8 needed
    ['one too few', { attempts: 7 }, [0, 1, 1, 1, 1], 0.75],
    // 20 needed inside: 0.5 + 0.5 · log10(4) = 0.801
    ['from inside', { class: 'internal' }, [0.801, 1, 1, 1, 1], 0.95],
    // 1.4826 · 1012 / 3000 = 0.5; 1 − 0.5 / 1 = 0.5; (2 + 1.5 + 1 + 1 + 1) / 8
    ['half as alike', { mad: 1012 }, [1, 0.5, 1, 1, 1], 0.812],
    // 1 − log2(8580 / 4290) / 2 = 0.5
    ['twice a login', { typical: 8580 }, [1, 1, 0.5, 1, 1], 0.938],
    // half of them 360 s: 360 / 120 = 3 pairs of windows; 1 − (3 − 1) / 4 = 0.5
    ['long', { attemptSeconds: 360 }, [1, 1, 1, 0.5, 1], 0.938],
    // 80 of 80 + 60 + 20
    ['half of the sessions', { active: 60, idle: 20 }, [1, 1, 1, 1, 0.5], 0.938],
    // nothing measured: not alike, and small by default
    ['no sessions', { attempts: 0, typical: null, mad: null }, [0, 0, 1, 1, 0], 0.25],
  ] as const)('%s', (_, changes, parts, score) => {
    const found = guessParts(row(changes), values);
    expect(rounded(found)).toEqual(parts);
    expect(weightedScore(found)).toBe(score);
  });
});

describe('success after guessing', () => {
  test('a session eight times as large, after all of them', () => {
    // log2(24,000 / 3,000) / 4 = 3 / 4; 80 of 80 came before
    expect(rounded(successParts(row(letIn)))).toEqual([0.75, 1]);
    // guessing 2 + 3 + 1 + 1 + 80/81 of 8, larger 4 · 0.75 of 4, after 2 of 2: 12.988 / 14
    expect(judged(letIn)).toMatchObject({
      kind: 'guessing followed by success',
      answer: 'yes',
      severity: 'high',
      score: 0.928,
    });
  });

  test.each([
    ['few sessions before it', { attemptsBefore: 9, attempts: 12, lastAttempt: 4600 }, 'medium'],
    ['most sessions after it', { attemptsBefore: 30 }, 'medium'],
    ['work before there was any guessing', { activeBefore: 2 }, 'low'],
    ['work on two days', { activeDays: 2 }, 'medium'],
    ['a service that many work on', { otherClients: 5 }, 'medium'],
    ['short sessions larger than a refusal', { typical: 7000, threshold: 28_000 }, 'low'],
    ['which the service gives to nobody else', { typical: 4000, networks: 9, given: 3900 }, 'low'],
    ['which all get there', { typical: 7000, networks: 9, given: 7100, usual: 6800 }, 'medium'],
    ['which some get there, nothing', { typical: 7000, networks: 9, given: 7100, usual: 3100 }, 'high'],
    ['what several networks got', { networks: 9, given: 12_001 }, 'low'],
    [
      'a job and its upload',
      { typical: 7000, lastAttempt: 1000 + 40 * hour, attemptHours: 40, busiestHour: 3, attemptsBefore: 30 },
      'low',
    ],
    ['a database', { servicePort: 5432, loginBytes: 10_000 }, 'low'],
  ] as const)('%s lowers', (_, changes, severity) => {
    expect(judged({ ...letIn, ...changes }).severity).toBe(severity);
  });

  const day = { afterSeconds: 5200 };
  test.each([
    // 4 peers in a week are 4 · 5200 / 604,800 = 0.03 within the time
    ['a new peer', { ...day, newPeers: 1, knownPeers: 4, newPeer: '45.9.20.1' }, 'critical'],
    // 40 peers are 0.34: one of them is no wonder, four are
    ['a new peer of a host that meets many', { ...day, newPeers: 1, knownPeers: 40 }, 'high'],
    ['several of them', { ...day, newPeers: 4, knownPeers: 40 }, 'critical'],
    ['a move inside', { ...day, newHosts: 2, knownHosts: 2 }, 'critical'],
    ['a transfer', { largest: 6_000_000 }, 'critical'],
    ['nothing', { ...day, knownPeers: 4, networks: 9, given: 3900 }, 'high'],
  ] as const)('%s after it', (_, changes, severity) => {
    expect(judged({ ...letIn, ...changes }).severity).toBe(severity);
  });

  test('not when too few came before it', () => {
    expect(isLetIn(row({ ...letIn, attemptsBefore: 7 }), values)).toBe(false);
    expect(judged({ ...letIn, attemptsBefore: 7 }).kind).toBe('password guessing');
  });

  test('an answer unlike the others, at the end', () => {
    const odd = { oddAnswers: 1, oddAnswer: 1520, oddEnd: 4500, oddTarget: '10.0.0.5', commonAnswers: 79 };
    expect(isAnsweredOtherwise(row(odd), values)).toBe(true);
    // half of weight 4, and 79 of 80
    expect(rounded(oddParts(row(odd)))).toEqual([0.5, 0.988]);
    expect(judged(odd)).toMatchObject({ kind: 'guessing followed by success', severity: 'medium' });
    expect(judged({ ...odd, class: 'internal' }).severity).toBe('high');
    const no: Partial<AccessRow>[] = [
      { ...odd, oddAnswers: 2 },
      { ...odd, oddElsewhere: 1 },
      { ...odd, oddAnswer: 3000 },
      { ...odd, oddEnd: 4400 },
      { ...odd, commonAnswers: 71 },
      { ...odd, attempts: 19, commonAnswers: 18 },
    ];
    expect(no.map((changes) => isAnsweredOtherwise(row(changes), values))).toEqual(no.map(() => false));
  });
});

describe('severity of guessing alone', () => {
  test.each([
    ['from the Internet', {}, 'low'],
    ['a hundred', { attempts: 100 }, 'medium'],
    ['on many hosts, many', { attempts: 100, attemptTargets: 9 }, 'medium'],
    ['from a set-aside network', { setAside: 'Amazon' }, 'low'],
    ['as everybody gets', { attempts: 900, attemptTargets: 9, otherGuessers: 5 }, 'low'],
    ['on a database', { servicePort: 3306, loginBytes: 10_000, attempts: 500 }, 'low'],
    ['inside', { class: 'internal' }, 'high'],
    ['inside, slowly', { class: 'internal', busiestHour: 19 }, 'medium'],
    ['outward', { class: 'outbound' }, 'high'],
    [
      'inside, all day',
      { class: 'internal', lastAttempt: 1000 + 40 * hour, attemptHours: 40, busiestHour: 3 },
      'low',
    ],
    ['inside, on two days', { class: 'internal', attemptDays: 2 }, 'medium'],
    [
      'outward, to where nobody rents',
      { class: 'outbound', provider: 'GitHub', network: 'GitHub, Inc.', typical: 7000 },
      'low',
    ],
    ['outward, to a rented machine', { class: 'outbound', provider: 'OVH', network: 'OVH SAS' }, 'high'],
    ['inside, on what all use', { class: 'internal', otherClients: 5 }, 'medium'],
  ] as const)('%s', (_, changes, severity) => {
    expect(judged(changes).severity).toBe(severity);
  });

  test('what is held back says so', () => {
    expect(judged({ attempts: 100, attemptTargets: 9 }).severitySteps.at(-1)).toEqual({
      steps: -1,
      because: 'without more than this it is medium at most',
    });
  });

  test('steady means nearly every hour, never many at once', () => {
    const steady = {
      attempts: 120,
      firstAttempt: 0,
      lastAttempt: 40 * hour,
      attemptHours: 40,
      busiestHour: 4,
    };
    expect(isSteady(row(steady))).toBe(true);
    expect(isSteady(row({ ...steady, busiestHour: 12 }))).toBe(false);
    expect(isSteady(row({ ...steady, attemptHours: 31 }))).toBe(false);
    expect(isSteady(row({ ...steady, lastAttempt: 11 * hour }))).toBe(false);
  });
});

describe('work without guessing', () => {
  const work = {
    ...letIn,
    attempts: 0,
    attemptsBefore: 0,
    commonAnswers: 0,
    typical: null,
    mad: null,
    threshold: 10_000,
  };

  test('its parts', () => {
    // 1 MB of 10 kB … 100 MB: log10(100) / log10(10,000) = 0.5; 0.3 + 0.7 · 0.5 = 0.65
    expect(rounded(workParts(row({ ...work, activeBytes: 1_000_000 }), values))).toEqual([0.65, 1]);
    expect(rounded(workParts(row({ ...work, activeBytes: 1e12, activeDays: 2 }), values))).toEqual([1, 0]);
  });

  test.each([
    ['a first sight', {}, 'yes', 'low'],
    ['on two days', { activeDays: 2 }, 'yes', 'info'],
    ['from a rented machine', { network: 'M247 Europe SRL' }, 'yes', 'medium'],
    ['with 200 MB', { activeBytes: 200_000_000 }, 'yes', 'medium'],
    ['both', { network: 'Example Hosting Ltd', activeBytes: 200_000_000 }, 'yes', 'medium'],
    ['where three of a network work', { neighbours: 2 }, 'yes', 'info'],
    ['from inside', { class: 'internal' }, 'no', 'info'],
    ['on a database', { servicePort: 5432 }, 'no', 'info'],
  ] as const)('%s', (_, changes, answer, severity) => {
    expect(judged({ ...work, ...changes })).toMatchObject({ answer, severity });
  });

  test('who rents machines', () => {
    expect(
      ['OVH SAS', 'Example Data Center', 'DigitalOcean, LLC'].map((network) => isRented(row({ network }))),
    ).toEqual([true, true, true]);
    expect(
      ['Deutsche Telekom AG', 'Vodafone GmbH', null].map((network) => isRented(row({ network }))),
    ).toEqual([false, false, false]);
  });
});

describe('from host to host', () => {
  const moving: Partial<AccessRow> = {
    ...{ class: 'internal', attempts: 0, active: 6, activeTargets: 6, targets: 6, fanOut: 6, fanOutBurst: 6 },
    ...{ fanOutHours: 1, fanOutDays: 1, fanOutPorts: 2, fanOutBytes: 9e6, fanOutFirst: true },
  };

  test('its parts', () => {
    // 0.5 + 0.5 · log2(6 / 4) = 0.792; 6 of 6 in an hour; one hour is no habit
    expect(rounded(lateralParts(row(moving), values))).toEqual([0.792, 1, 1]);
    // 3 of 6 in an hour; 1 − 3 / 5
    expect(rounded(lateralParts(row({ ...moving, fanOutBurst: 3, fanOutHours: 4 }), values))).toEqual([
      0.792, 0.5, 0.4,
    ]);
  });

  test.each([
    ['six hosts in an hour', {}, {}, 'yes', 'medium'],
    ['of a day of logs', {}, { to: 24 * hour }, 'yes', 'low'],
    ['eight', { fanOut: 8, fanOutBurst: 8 }, {}, 'yes', 'high'],
    ['after its own fall', { breachedBy: '185.220.101.5' }, {}, 'yes', 'critical'],
    ['one after the other, every day', { fanOutBurst: 2, fanOutDays: 3, fanOutHours: 9 }, {}, 'no', 'info'],
  ] as const)('%s', (_, changes, more, answer, severity) => {
    expect(judged({ ...moving, ...changes }, more)).toMatchObject({ answer, severity });
  });

  test('over several ports has no single one', () => {
    expect(judged(moving).subject).toEqual({
      ...{ peer: '185.220.101.5', local: null, servicePort: null, protocol: 6, direction: 'internal' },
    });
  });
});

test('between two Internet addresses nobody knows whose host was worked on', () => {
  const work = { ...letIn, attempts: 0, attemptsBefore: 0, ownScope: 'internet' };
  expect(judged(work)).toMatchObject({
    answer: 'cannot-tell',
    missing: [expect.stringContaining('as local'), expect.any(String)],
  });
  expect(judged({ ...letIn, ownScope: 'internet' }).answer).toBe('yes');
});

test('what is missing is told', () => {
  expect(judged({}, { hasBothDirections: false, skipped: 0.12 })).toMatchObject({
    answer: 'cannot-tell',
    missing: [
      expect.stringContaining('the other direction'),
      '12 % of the minutes were skipped',
      expect.any(String),
    ],
  });
});
