import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from './local.ts';
import { openLocal } from './open.ts';
import { relationsIn } from './syntax-tree.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

test.each([
  ['SELECT peers FROM flows', ['flows']],
  ["SELECT 'sessions' AS conversations FROM flows -- peers", ['flows']],
  ['SELECT * FROM main.Peers AS sessions', ['peers']],
  ['DESCRIBE sessions', ['sessions']],
  ['summarize "sessions"', ['sessions']],
  ['EXPLAIN SELECT * FROM sessions', ['sessions']],
  ['FROM (SELECT x FROM a WHERE y IN (SELECT max(z) FROM b)) JOIN c ON x = (FROM d)', ['a', 'b', 'c', 'd']],
  ['WITH peers AS (SELECT 1 AS x) SELECT * FROM peers', []],
  // Inside of it, the name is that of the view.
  ['WITH peers AS (SELECT * FROM peers) SELECT * FROM peers', ['peers']],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b', ['b']],
  ['SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) JOIN a ON TRUE', ['a']],
  ["FROM query_table(['sessions', 'Peers'])", ['sessions', 'peers']],
  ['SELECT FROM WHERE', []],
  ['DROP TABLE sessions', []],
  ['', []],
])('%s', async (text, relations) => {
  expect([...(await relationsIn(engine, text))].sort()).toEqual([...relations].sort());
});
