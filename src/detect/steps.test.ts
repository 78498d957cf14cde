import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { relationsIn } from '../engine/syntax-tree.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { print, type Sql, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { defaultNoise } from '../traffic/default-noise.ts';
import { hiddenByRules } from '../traffic/hidden.ts';
import { sessionsOfAddress } from '../traffic/ip.ts';
import { namesOfPeers } from '../traffic/names-of-address.ts';
import { noiseMatches } from '../traffic/noise.ts';
import { parseNoiseRules } from '../traffic/noise-rules.ts';
import { sessionChain } from '../traffic/session-chain.ts';
import { detectors } from './all.ts';
import { standings } from './listed.ts';
import { defaultsOf } from './settings.ts';

const context = {
  ...{ from: 0, to: 86_400, localHosts: 3, windowSeconds: 60, covered: 1, skipped: 0 },
  ...{ hasTcpFlags: true, hasBothDirections: true },
};
const focuses = [{}, { address: '192.0.2.1' }];
const asked = detectors.flatMap(({ question, settings, candidates }) =>
  focuses.map((focus): [string, Query<unknown>] => [
    `${question}${focus.address === undefined ? '' : ' of one address'}`,
    candidates(defaultsOf(settings), context, focus),
  ]),
);
const rules = parseNoiseRules(defaultNoise, 'noise.yaml');
const subject = { peer: '192.0.2.1', local: null, servicePort: null };
const kept: readonly [string, readonly Step[]][] = [
  ['sessions', sessionChain(new Set(['srcaddr', 'tcp_flags']))],
  ['sessions behind gateways', sessionChain(new Set(['pkt_srcaddr']))],
  ['noise', noiseMatches(rules, sql`TRUE`).steps ?? []],
  ['what noise hides', hiddenByRules(rules, [subject], sql`TRUE`).steps ?? []],
  ['names of peers', namesOfPeers([]).steps ?? []],
  ['labels and coverage', standings([]).steps ?? []],
  ['an address', [sessionsOfAddress('192.0.2.1', {})]],
];

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

/** The relations that a statement reads and does not define itself. */
const readBy = async (statement: Sql) => [...(await relationsIn(engine, print(statement)))].sort();

async function check(steps: readonly Step[]): Promise<void> {
  for (const step of steps)
    expect([step.name, await readBy(step.sql)]).toEqual([step.name, [...step.reads].sort()]);
}

describe('what steps read is what they declare', () => {
  test.each(kept)('%s', (_, steps) => check(steps));
  test.each(asked)('candidates of %s', (_, { steps = [] }) => check(steps));
});

describe('a chain', () => {
  test.each(asked)('of %s reads what comes before, and what is kept', async (_, query) => {
    const { steps = [] } = query;
    const before = new Set<string>();
    const names = new Set(steps.map(({ name }) => name));
    for (const { name, reads } of steps) {
      expect(reads.filter((read) => names.has(read) && !before.has(read))).toEqual([]);
      before.add(name);
    }
    expect(before.size).toBe(steps.length);
    const read = new Set([...steps.flatMap(({ reads }) => reads), ...(await readBy(query.sql))]);
    // What nobody reads would be worked out in vain by an engine that keeps it.
    expect([...names].filter((name) => !read.has(name))).toEqual([]);
    const kept = ['sessions', 'conversations', 'peers'].flatMap((name) => [name, `numbered_${name}`]);
    const outside = await readBy(statementOf(query));
    expect(outside.filter((name) => ![...kept, 'addresses', 'records'].includes(name))).toEqual([]);
  });
});
