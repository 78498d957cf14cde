import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { relationsIn } from '../engine/syntax-tree.ts';
import { print } from '../sql/sql.ts';
import { defaultNoise } from '../traffic/default-noise.ts';
import { parseNoiseRules } from '../traffic/noise-rules.ts';
import { sumSteps } from './sum-steps.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

test.each([
  ['without rules', []],
  ['with rules', parseNoiseRules(defaultNoise, 'noise.yaml')],
])('what the sums read is what they declare, %s', async (_, rules) => {
  for (const { name, sql: rows, reads } of sumSteps(300, rules))
    expect([name, [...(await relationsIn(engine, print(rows)))].sort()]).toEqual([name, [...reads].sort()]);
});
