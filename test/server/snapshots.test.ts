import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import type { AnswerOf } from '../../src/server/api.ts';
import { destinationsOf } from '../../src/snapshot/destinations.ts';
import { makeSnapshot } from '../../src/snapshot/snapshot.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';
import { startServer, type TestServer } from './serving.ts';

const peers = {
  group: 'peer',
  sort: 'bytes',
  descending: true,
  asides: true,
  offset: 0,
  limit: 5000,
} as const;

test('a snapshot answers from its own relations, also when newer ones are there', async () => {
  const root = await mkdtemp(join(tmpdir(), 'northsouth-states-'));
  await generateDemo({ out: join(root, 'a'), records: 5000, seed: 1 });
  await generateDemo({ out: join(root, 'b'), records: 5000, seed: 2 });
  const workspace = await openWorkspace({
    ...{ workspace: join(root, 'workspace'), memoryBytes: 600_000_000, create: true },
  });
  const patient = new AbortController().signal;
  await workspace.load([join(root, 'a', 'logs')]);
  const old = await makeSnapshot(await workspace.workOut(), () => undefined);
  const before = await destinationsOf(old, peers, patient);
  // Numbers of addresses are others now; the list that was made has the old ones.
  await workspace.load([join(root, 'b', 'logs')]);
  const fresh = await makeSnapshot(await workspace.workOut(), () => undefined);
  const after = await destinationsOf(old, peers, patient);
  expect(after.rows).toEqual(before.rows);
  const more = await destinationsOf(old, { ...peers, where: 'bytes>0' }, patient);
  expect(more.rows).toEqual(before.rows.filter(({ bytes }) => Number(bytes) > 0));
  const all = await destinationsOf(fresh, peers, patient);
  expect(all.total).toBeGreaterThan(before.total);
  for (const { connections } of [old, fresh]) connections.close();
  await workspace.close();
  await rm(root, { recursive: true, force: true });
}, 60_000);

describe('a workspace that others change', () => {
  let server: TestServer;
  const status = async () => (await server.api('/api/status')).json() as AnswerOf<'status'>;
  const until = async (isSo: (status: AnswerOf<'status'>) => boolean) => {
    for (let times = 0; times < 200; times++) {
      const now = await status();
      if (isSo(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return status();
  };

  beforeAll(async () => {
    server = await startServer(5000);
    const workspace = await openWorkspace({ workspace: join(server.root, 'workspace') });
    // Another process loads; the server found the workspace empty.
    expect((await until(({ state }) => state === 'empty')).state).toBe('empty');
    await workspace.load([join(server.root, 'demo', 'logs')]);
    await workspace.close();
  }, 60_000);
  afterAll(async () => {
    expect(server.defects).toEqual([]);
    await server?.close();
  });

  test('is taken up as it is now: records, marks, settings', async () => {
    const loaded = await until(({ records }) => records > 0);
    expect(loaded).toMatchObject({ state: 'ready', failed: null });
    expect(loaded.records).toBeGreaterThan(4000);
    const { rows } = (
      await server.api('/api/destinations?group=peer&limit=1')
    ).json() as AnswerOf<'destinations'>;
    const peer = rows[0]?.peer ?? '';
    const workspace = await openWorkspace({ workspace: join(server.root, 'workspace') });
    await workspace.mark(peer, 'malicious');
    await workspace.close();
    expect((await until(({ revision }) => revision !== loaded.revision)).revision).not.toBe(loaded.revision);
    const { mark } = (await server.api(`/api/addresses/${peer}`)).json() as AnswerOf<'address'>;
    expect(mark).toBe('malicious');
  }, 60_000);

  test('and what was kept and is removed is worked out again', async () => {
    await rm(join(server.root, 'workspace', 'derived'), { recursive: true });
    const asked = '/api/destinations?group=peer&where=bytes>1';
    const removed = await server.api(asked);
    expect([removed.status, removed.text]).toEqual([503, expect.stringContaining('workspace.unusable')]);
    await until(({ preparing }) => preparing !== null);
    expect((await until(({ preparing }) => preparing === null)).state).toBe('ready');
    expect((await server.api(asked)).status).toBe(200);
  }, 60_000);

  test('that is gone is said, and found again when it is back', async () => {
    const [place, away] = [join(server.root, 'workspace'), join(server.root, 'away')];
    await rename(place, away);
    const { failed } = await until(({ state }) => state === 'failed');
    expect(failed).toMatchObject({ code: 'input.not-found', message: expect.stringContaining(place) });
    const asked = await server.api('/api/rejects');
    expect(asked.status).toBe(404);
    expect(asked.text).toContain('input.not-found');
    await rename(away, place);
    expect((await until(({ state }) => state === 'ready')).failed).toBeNull();
    expect((await server.api('/api/overview')).status).toBe(200);
  }, 60_000);
});
