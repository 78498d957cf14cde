import { tmpdir } from 'node:os';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { print, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { dataAsAWhole } from '../traffic/conversations.ts';
import { sessionSteps } from '../traffic/sessions.ts';
import { detectors } from './all.ts';
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
const kept: readonly [string, readonly Step[]][] = [
  ['sessions', sessionSteps(new Set())],
  ['sessions behind gateways', sessionSteps(new Set(['pkt_srcaddr']))],
  ['data as a whole', [dataAsAWhole]],
];

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

/** The relations that a statement reads and does not define itself, as DuckDB's own parser sees them. */
async function relationsIn(statement: Sql): Promise<string[]> {
  const row = v.object({ tree: v.string() });
  // No parameter: the function looks at its argument before it runs.
  const serialized = trusted(
    print(sql`SELECT CAST(json_serialize_sql(${print(statement)}) AS VARCHAR) AS tree`),
  );
  const [answer] = await engine.ask({ name: 'tree', sql: serialized, row });
  const read = new Set<string>();
  const defined = new Set<string>();
  const open: unknown[] = [JSON.parse(answer?.tree ?? '{}')];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || typeof node !== 'object') continue;
    const { type, table_name: table, cte_map: ctes } = node as Record<string, unknown>;
    if (type === 'BASE_TABLE') read.add(String(table));
    const { map = [] } = (ctes ?? {}) as { map?: { key: string }[] };
    for (const { key } of map) defined.add(key);
    open.push(...Object.values(node));
  }
  return [...read].filter((name) => !defined.has(name)).sort();
}

async function check(steps: readonly Step[]): Promise<void> {
  for (const step of steps)
    expect([step.name, await relationsIn(step.sql)]).toEqual([step.name, [...step.reads].sort()]);
}

test('the check sees what a statement reads', async () => {
  const statement = sql`WITH a AS (SELECT * FROM b) SELECT 1 FROM a JOIN (SELECT x FROM c) ON x = (SELECT max(y) FROM d)`;
  expect(await relationsIn(statement)).toEqual(['b', 'c', 'd']);
});

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
    const read = new Set([...steps.flatMap(({ reads }) => reads), ...(await relationsIn(query.sql))]);
    // What nobody reads would be worked out in vain by an engine that keeps it.
    expect([...names].filter((name) => !read.has(name))).toEqual([]);
    const kept = ['sessions', 'conversations', 'peers'].flatMap((name) => [name, `numbered_${name}`]);
    const outside = await relationsIn(statementOf(query));
    expect(outside.filter((name) => ![...kept, 'addresses', 'records'].includes(name))).toEqual([]);
  });
});
