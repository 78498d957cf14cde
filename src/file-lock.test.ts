import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeFileLock } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-turn-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const lock = () => {
  made += 1;
  return join(folder, `${made}.lock`);
};
const patient = { patienceMs: 5000, staleMs: 10_000 };

test('one after the other, and nothing is left', async () => {
  const path = lock();
  let inside = 0;
  let most = 0;
  const work = async () => {
    const end = await takeFileLock(path, patient);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((done) => setTimeout(done, 5));
    inside -= 1;
    await end?.();
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a turn that does not come in time is none; the file of the other stays', async () => {
  const path = lock();
  writeFileSync(path, 'other\n');
  expect(await takeFileLock(path, { patienceMs: 60, staleMs: 10_000 })).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('other\n');
});

test('the file of a process that died is taken away', async () => {
  const path = lock();
  writeFileSync(path, 'dead\n');
  const before = Date.now() / 1000 - 60;
  utimesSync(path, before, before);
  const end = await takeFileLock(path, patient);
  expect(end).toBeDefined();
  await end?.();
  expect(existsSync(path)).toBe(false);
});

test('whoever took too long does not end the turn of the next one', async () => {
  const path = lock();
  const end = await takeFileLock(path, patient);
  writeFileSync(path, 'the next one\n');
  await end?.();
  expect(readFileSync(path, 'utf8')).toBe('the next one\n');
});

test('a place that cannot be written is a failure', async () => {
  await expect(takeFileLock(join(folder, 'none', 'x.lock'), patient)).rejects.toThrow('ENOENT');
});
