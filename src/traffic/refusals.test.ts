import { tmpdir } from 'node:os';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { list, sql } from '../sql/sql.ts';
import { isSpoken, refuses } from './refusals.ts';
import { flagsKnown } from './session-parts.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
});
afterAll(() => engine.close());

interface Part {
  readonly header: number;
  readonly packets: readonly [number, number];
  readonly bytes: readonly [number, number];
  readonly flags: readonly [number, number];
}

const answer = v.object({ a: v.boolean(), b: v.boolean(), spoken: v.boolean() });

/** Which end of each part turned the other away, and whether something was said. */
function told(parts: readonly Part[]): Promise<v.InferOutput<typeof answer>[]> {
  const rows = parts.map(
    ({ header, packets, bytes, flags }, at) =>
      sql`(${at}, 6, ${header}, ${list([...packets])}, ${list([...bytes])}, ${list([...flags])})`,
  );
  return engine.ask({
    name: 'refusals',
    sql: sql`SELECT ${refuses('a')} AS a, ${refuses('b')} AS b, ${isSpoken} AS spoken
      FROM (VALUES ${list(rows)}) AS t(nth, protocol, header, packets_a, packets_b, bytes_a, bytes_b, flags_a, flags_b)
      ORDER BY nth`,
    row: answer,
  });
}

const flag = fc.constantFrom(0, flagsKnown, ...[1, 2, 4, 6, 18, 20].map((flags) => flagsKnown + flags));
const small = fc.integer({ min: 0, max: 6 });
const part = fc
  .record({
    header: fc.constantFrom(40, 60),
    packets: fc.tuple(small, small),
    extra: fc.tuple(fc.constantFrom(0, 4, 12, 20, 1, 700), fc.constantFrom(0, 4, 12, 20, 1, 700)),
    flags: fc.tuple(flag, flag),
  })
  .map(
    ({ header, packets, extra, flags }): Part => ({
      ...{ header, packets, flags },
      bytes: [packets[0] * (header + extra[0]), packets[1] * (header + extra[1])],
    }),
  );

const turned = (one: Part): Part => ({
  header: one.header,
  packets: [one.packets[1], one.packets[0]],
  bytes: [one.bytes[1], one.bytes[0]],
  flags: [one.flags[1], one.flags[0]],
});

test('a refusal is the same from both sides, and whoever refuses has said nothing and got no payload', async () => {
  const parts = fc.sample(part, { numRuns: 3000, seed: 11 });
  const [there, back] = [await told(parts), await told(parts.map(turned))];
  expect(back.map(({ a, b }) => ({ a: b, b: a }))).toEqual(there.map(({ a, b }) => ({ a, b })));
  const wrong = there.filter(({ a, b, spoken }, at) => {
    const { packets = [0, 0], bytes = [0, 0], header = 0, flags = [0, 0] } = parts[at] ?? {};
    if (flags[0] + flags[1] > 0) return (a || b) && spoken;
    // By sizes alone, never more refusals than tries, and nothing but bare headers in them.
    const isBare = bytes[1] === header * packets[1] && packets[1] <= packets[0];
    return ((a || b) && spoken) || (b && !isBare) || (a && b && packets[0] !== packets[1]);
  });
  expect(wrong).toEqual([]);
  expect(there.filter(({ a, b }) => a !== b).length).toBeGreaterThan(50);
});
