import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { trinoFaults } from '../../test/trino.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { print, type Sql, sql } from '../sql/sql.ts';
import { baselineProfile, baselineViews } from './baseline.ts';
import { knownTraffic, largestDays } from './baseline-of.ts';
import { labelledPeers } from './conversations.ts';
import { coverageOf, coverageSums } from './coverage.ts';
import { defaultNoise } from './default-noise.ts';
import { funnelSteps, intake } from './funnel.ts';
import { hiddenByRules, hiddenBySetAsides } from './hidden.ts';
import {
  addressConversations,
  addressTotals,
  gapsOf,
  sessionsOfAddress,
  shapeOfAddress,
  timelineOfAddress,
} from './ip.ts';
import { addressesOnLists, hitsOf, listedTraffic } from './listed.ts';
import { dnsSummary, nameViews, placedNames } from './names.ts';
import { namesOfAddress, namesOfPeers } from './names-of-address.ts';
import { newAmong, newPeers } from './new-peers.ts';
import { noiseMatches, setAsideMatches } from './noise.ts';
import { parseNoiseRules } from './noise-rules.ts';
import { filesWith, rejects } from './rejects.ts';
import { sessionChain } from './session-chain.ts';
import { joinedParts, mayGoOn } from './session-parts.ts';
import { span } from './span.ts';
import { top, topGroups } from './top.ts';
import { trafficViews } from './views.ts';

const columns = new Set(['srcaddr', 'dstaddr', 'pkt_srcaddr', 'tcp_flags', 'tgw_attachment_id', 'extra']);
// Ranges of IPv6 wait for how a cluster keeps the numbers of addresses.
const rules = [
  ...parseNoiseRules(defaultNoise, 'noise.yaml'),
  ...parseNoiseRules(
    'rules: [{ name: own, on: true, reason: r, match: { local: 10.0.0.0/8, port: [53, "100-200"], bytes: ">=9" } }]',
    'x',
  ),
];
const period = { from: 1_000_000, to: 2_000_000 };
const condition = sql`start >= ${1_000_000}`;
const asides = sql`(SELECT address, service, set_aside FROM addresses)`;
const subjects = [{ peer: '192.0.2.1', local: null, servicePort: 443 }];
const peers = [{ peer: '192.0.2.1', local: '10.0.0.1', since: 1, until: 9 }];

const queries: Readonly<Record<string, Query<unknown> | readonly Query<unknown>[]>> = {
  knownTraffic: knownTraffic(['192.0.2.1']),
  largestDays: largestDays([]),
  coverageOf: [coverageOf({}), coverageOf(period, { offset: 20, limit: 10 })],
  coverageSums: coverageSums(period),
  intake: intake(),
  funnelSteps: [funnelSteps([], {}), funnelSteps(rules, period)],
  hiddenByRules: [hiddenByRules(rules, subjects, condition), hiddenByRules([], [], condition)],
  hiddenBySetAsides: hiddenBySetAsides(asides, subjects, condition),
  addressConversations: addressConversations(10),
  addressTotals: addressTotals(),
  gapsOf: gapsOf({ local: '10.0.0.1', peer: '192.0.2.1', servicePort: null, protocol: 6 }),
  shapeOfAddress: shapeOfAddress('192.0.2.1', [22]),
  timelineOfAddress: timelineOfAddress(300),
  addressesOnLists: addressesOnLists(),
  hitsOf: hitsOf(sql`SELECT peer FROM peers`),
  listedTraffic: [listedTraffic('sessions', period), listedTraffic('flows', {})],
  dnsSummary: dnsSummary(),
  namesOfAddress: namesOfAddress('192.0.2.1'),
  namesOfPeers: namesOfPeers(peers),
  newAmong: newAmong(['192.0.2.1'], 5),
  newPeers: newPeers(5),
  noiseMatches: [noiseMatches(rules, condition), noiseMatches([], condition)],
  setAsideMatches: setAsideMatches(asides, condition),
  filesWith: filesWith('failed'),
  rejects: rejects(10),
  span: span(period),
  top: [
    ...topGroups.map((group) => top({ group, ...period })),
    top({ by: 'bytes', all: true, newSince: 5 }, { records: condition, groups: sql`sum(bytes) > 5` }),
  ],
};
/** The reasons are read of lines that this program rejected: there are none on a cluster. */
const local = ['rejectReasons'];

const views: readonly { readonly name: string; readonly sql: Sql }[] = [
  ...trafficViews(columns, rules),
  ...nameViews(sql`kept_names`, sql`kept_hours`),
  ...baselineViews([]),
  { name: 'placed names', sql: placedNames(sql`asked_names`) },
  { name: 'labelled peers', sql: labelledPeers(sql`SELECT * FROM numbered_peers`) },
  { name: 'baseline', sql: baselineProfile },
  { name: 'joined parts', sql: joinedParts(sql`(SELECT * FROM session_parts)`) },
  { name: 'loose parts', sql: sql`SELECT 1 FROM session_parts WHERE ${mayGoOn([{ from: 1, to: 2 }])}` },
  sessionsOfAddress('192.0.2.1', period, sql`service_port = ${22}`, ['local_port']),
];

const faultsOf = (statement: Sql) => trinoFaults(print(statement, 'trino'));

describe('what Trino reads otherwise is found', () => {
  test.each([
    ['SELECT a // 2 FROM b', 'line 1'],
    ['SELECT a FROM b JOIN c USING (d)', 'USING'],
    ['SELECT a FROM b SEMI JOIN c ON d = e', 'kind of the join'],
    ['SELECT quantile_cont(a, 0.5) FROM b', 'quantile_cont()'],
    ['WITH a AS MATERIALIZED (SELECT 1) SELECT * FROM a', 'line 1'],
    ['SELECT * EXCLUDE (a) FROM b', 'line 1'],
    ['SELECT [1, 2]', 'line 1'],
  ])('%s', (text, fault) => {
    expect(trinoFaults(text).join('\n')).toContain(fault);
  });
  test('and nothing else', () => {
    const text = `SELECT max_by(a, b) FILTER (WHERE c = 'x // y USING (z)') AS "median(d)" -- median(e)
      FROM b AS t JOIN (VALUES (1, 2)) AS v(x, y) ON v.x = t.x GROUP BY 1`;
    expect(trinoFaults(text)).toEqual([]);
  });
});

describe('printed for Trino, Trino reads', () => {
  test.each(Object.entries(queries))('%s', (_, asked) => {
    for (const query of [asked].flat()) expect(faultsOf(statementOf(query))).toEqual([]);
  });
  test.each(views)('$name', ({ sql: rows }) => {
    expect(faultsOf(rows)).toEqual([]);
  });
  test.each([...sessionChain(columns), ...sessionChain(new Set(['srcaddr']))])('step $name', (step) => {
    expect(faultsOf(step.sql)).toEqual([]);
  });
});

test('the questions above are all that traffic/ has', () => {
  const texts = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^export function (\w+)\((?:[^)]|\)[^:])*\): Query</gm)].map(([, name]) => name ?? ''),
  );
  expect(names.sort()).toEqual([...Object.keys(queries), ...local].sort());
});
