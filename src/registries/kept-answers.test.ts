import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAddress } from '../addresses/address.ts';
import { BlockIndex, nameOfBlock } from './block-index.ts';
import { blockBetween } from './blocks.ts';
import { KeptAnswers } from './kept-answers.ts';
import { registrationOf } from './registration.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'northsouth-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const now = Date.parse('2026-11-24T12:00:00Z');
const from = { registry: 'ripe', url: 'https://rdap.db.ripe.net/ip/x', askedAt: '2026-11-24T11:00:00Z' };
const address = (text: string) => {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error('no address');
  return parsed;
};
const answer = (startAddress: string, endAddress: string) => {
  const found = registrationOf({ startAddress, endAddress, name: `${startAddress}-${endAddress}` }, from);
  if (found === null) throw new Error('no block');
  return found;
};

test('the smallest block that holds an address is found among many, whatever pieces they span', () => {
  const end = fc.nat(2 ** 20 - 1).map((n) => BigInt(n) << 12n);
  const blocks = fc.array(fc.tuple(end, end), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(blocks, end, (pairs, number) => {
      const index = new BlockIndex();
      const all = pairs.map(([a, b]) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        return { family: 4 as const, first, last };
      });
      for (const block of all) index.add(nameOfBlock(block));
      const holding = all
        .filter(({ first, last }) => first <= number && number <= last)
        .map(({ first, last }) => last - first)
        .sort((a, b) => (a < b ? -1 : 1));
      const [smallest] = index.holding({ family: 4, number });
      const [, , first = '0', last = '0'] = /^(4)-(\w+)-(\w+)\.json$/.exec(smallest ?? '') ?? [];
      expect(smallest === undefined ? undefined : BigInt(`0x${last}`) - BigInt(`0x${first}`)).toBe(
        holding[0],
      );
    }),
  );
});

test('IPv4 and IPv6 of the same number are two addresses', () => {
  const index = new BlockIndex();
  const block = blockBetween('::', '::ffff:ffff');
  if (block !== null) index.add(nameOfBlock(block));
  expect(index.holding(address('10.0.0.1'))).toEqual([]);
  expect(index.holding(address('::a00:1'))).toHaveLength(1);
});

test('an answer from the future is none: a clock was wrong', async () => {
  const kept = await KeptAnswers.open(folder);
  const { block, registration } = answer('62.1.0.0', '62.1.255.255');
  await kept.keep(block, { ...registration, askedAt: '2026-12-24T11:00:00Z' });
  expect(await kept.find(address('62.1.2.3'), 30, now)).toBeNull();
});

test('what is long out of date goes, once there are many files', async () => {
  const kept = await KeptAnswers.open(folder);
  for (const [first, last] of [
    ['62.1.0.0', '62.1.255.255'],
    ['62.2.0.0', '62.2.255.255'],
  ] as const) {
    const { block, registration } = answer(first, last);
    await kept.keep(block, registration);
  }
  const failure = { reason: 'x', at: '2026-11-24T11:00:00Z', until: '2026-11-24T13:00:00Z' };
  await kept.keepFailure(address('62.3.0.1'), failure);
  const age = (path: string, days: number): void => {
    const time = new Date(now - days * 86_400_000);
    utimesSync(join(folder, path), time, time);
  };
  age('answers/4-3e010000-3e01ffff.json', 61);
  age('answers/4-3e020000-3e02ffff.json', 59);
  age('failures/4-3e030001.json', 3);
  await kept.forgetOld(30, now);
  expect(readdirSync(join(folder, 'answers'))).toHaveLength(2);
  await kept.forgetOld(30, now, 3);
  expect(readdirSync(join(folder, 'answers'))).toEqual(['4-3e020000-3e02ffff.json']);
  expect(readdirSync(join(folder, 'failures'))).toEqual([]);
});
