import { expect, test, vi } from 'vitest';
import { IdleWork } from './idle-work.ts';

const quietMs = 20;

/** Work that goes on until it is released or ended, and how often it began, was done and was ended. */
function slowWork() {
  const count = { begun: 0, done: 0, ended: 0 };
  let release = () => {};
  const work = (signal: AbortSignal) => {
    count.begun += 1;
    return new Promise<void>((resolve, reject) => {
      release = () => {
        count.done += 1;
        resolve();
      };
      signal.addEventListener('abort', () => {
        count.ended += 1;
        reject(new Error('ended'));
      });
    });
  };
  return { count, work, release: () => release() };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

test('a question ends the work, which begins again when it is quiet', async () => {
  const { count, work, release } = slowWork();
  const idle = new IdleWork(work, quietMs);
  idle.want();
  await vi.waitFor(() => expect(count.begun).toBe(1));
  expect(await idle.during(async () => 'answer')).toBe('answer');
  expect(count).toEqual({ begun: 1, done: 0, ended: 1 });
  await vi.waitFor(() => expect(count.begun).toBe(2));
  release();
  await pause(3 * quietMs);
  expect(count).toEqual({ begun: 2, done: 1, ended: 1 });
  idle.close();
});

test('the work waits for as long as a question takes, whatever becomes of it', async () => {
  const { count, work } = slowWork();
  const idle = new IdleWork(work, quietMs);
  let fail = (_: Error) => {};
  const asked = idle.during(() => new Promise<never>((_, reject) => (fail = reject)));
  idle.want();
  await pause(3 * quietMs);
  expect(count.begun).toBe(0);
  fail(new Error('no answer'));
  await expect(asked).rejects.toThrow('no answer');
  await vi.waitFor(() => expect(count.begun).toBe(1));
  idle.close();
  expect(count.ended).toBe(1);
  await pause(3 * quietMs);
  expect(count.begun).toBe(1);
});

test('what was done is not done again after a question, and what fails by itself is not tried again', async () => {
  const work = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error('broken'));
  const idle = new IdleWork(work, quietMs);
  for (const times of [1, 2]) {
    idle.want();
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(times));
    await idle.during(async () => undefined);
    await pause(3 * quietMs);
    expect(work).toHaveBeenCalledTimes(times);
  }
  idle.close();
});

test('work that is wanted anew while it runs begins anew, once', async () => {
  const { count, work, release } = slowWork();
  const idle = new IdleWork(work, quietMs);
  idle.want();
  await vi.waitFor(() => expect(count.begun).toBe(1));
  idle.want();
  await vi.waitFor(() => expect(count).toEqual({ begun: 2, done: 0, ended: 1 }));
  release();
  await pause(3 * quietMs);
  expect(count).toEqual({ begun: 2, done: 1, ended: 1 });
  idle.close();
});
