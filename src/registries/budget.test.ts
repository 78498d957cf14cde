import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Budgets } from './budget.ts';
import { perMinute, registryOf } from './registry-names.ts';
import { defaultRdap } from './settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'northsouth-budget-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const noon = Date.parse('2026-11-24T12:00:00Z');

test('10 a minute are one every 6 seconds, also over runs', async () => {
  const taken: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    // A new object each time: another run.
    const { waitMs } = await new Budgets(folder, defaultRdap).take('lacnic', noon + second * 1000);
    if (waitMs === 0) taken.push(second);
  }
  expect(taken).toEqual([0, 6, 12, 18, 24, 30, 36, 42, 48, 54]);
});

test('a pause earns no burst; a timer that was late is made up for', async () => {
  const budgets = new Budgets(folder, defaultRdap);
  await budgets.take('ripe', noon);
  await budgets.take('ripe', noon + 3_600_000);
  expect((await budgets.take('ripe', noon + 3_600_000)).waitMs).toBe(1000);
  await budgets.take('ripe', noon + 3_601_150);
  // Due at 1000 ms and asked at 1150 ms: the next is due at 2000 ms, not at 2150 ms.
  expect((await budgets.take('ripe', noon + 3_601_150)).waitMs).toBe(850);
});

test('each registry has its own', async () => {
  const budgets = new Budgets(folder, defaultRdap);
  await budgets.take('lacnic', noon);
  expect((await budgets.take('127.0.0.1:80', noon)).waitMs).toBe(0);
  expect((await budgets.take('lacnic', noon)).waitMs).toBe(6000);
});

test('a registry that asks to wait is obeyed, by another run too', async () => {
  await new Budgets(folder, defaultRdap).holdOff('arin', noon + 90_000);
  expect(await new Budgets(folder, defaultRdap).take('arin', noon)).toEqual({ waitMs: 90_000, told: true });
  expect(await new Budgets(folder, defaultRdap).take('arin', noon + 90_000)).toEqual({
    waitMs: 0,
    told: false,
  });
});

test('a broken file, one of the far future and a folder that cannot be written block nobody for ever', async () => {
  mkdirSync(join(folder, 'budgets'));
  writeFileSync(join(folder, 'budgets', 'arin.json'), '{"next":');
  writeFileSync(join(folder, 'budgets', 'ripe.json'), JSON.stringify({ next: noon * 2 }));
  const budgets = new Budgets(folder, defaultRdap);
  expect((await budgets.take('arin', noon)).waitMs).toBe(0);
  expect((await budgets.take('ripe', noon)).waitMs).toBe(0);
  const elsewhere = new Budgets(join(folder, 'budgets', 'arin.json'), defaultRdap);
  expect((await elsewhere.take('lacnic', noon)).waitMs).toBe(0);
  expect((await elsewhere.take('lacnic', noon)).waitMs).toBe(6000);
});

test('of several runs at once only one gets the token', async () => {
  const runs = Array.from({ length: 8 }, () => new Budgets(folder, defaultRdap).take('arin', noon));
  const waits = (await Promise.all(runs)).map(({ waitMs }) => waitMs);
  expect(waits.sort()).toEqual([0, ...Array.from({ length: 7 }, () => 1000)]);
});

test('a lock that a killed run left does not hold for ever', async () => {
  mkdirSync(join(folder, 'budgets'));
  const lock = join(folder, 'budgets', 'arin.json.lock');
  writeFileSync(lock, '');
  const long = new Date(Date.now() - 60_000);
  utimesSync(lock, long, long);
  expect((await new Budgets(folder, defaultRdap).take('arin', noon)).waitMs).toBe(0);
  expect(readdirSync(join(folder, 'budgets'))).toEqual(['arin.json']);
});

test('the five registries have their names, others their host', () => {
  expect(registryOf(new URL('https://rdap.lacnic.net/rdap/ip/1'))).toBe('lacnic');
  expect(registryOf(new URL('https://rdap.registro.br/ip/1'))).toBe('rdap.registro.br');
  expect([perMinute('lacnic', defaultRdap), perMinute('rdap.registro.br', defaultRdap)]).toEqual([10, 20]);
});
