import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './serving.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer(3000);
  const load = await server.api('/api/loads', {
    method: 'POST',
    body: JSON.stringify({ paths: [join(server.root, 'demo', 'logs')] }),
  });
  const { id } = load.json() as { id: string };
  await server.api(`/api/loads/${id}/events`);
});
afterAll(async () => {
  expect(server.defects).toEqual([]);
  await server?.close();
});

const ask = (sql: string, more: object = {}, signal?: AbortSignal) =>
  server.api('/api/sql', {
    method: 'POST',
    body: JSON.stringify({ sql, ...more }),
    ...(signal === undefined ? {} : { signal }),
  });
const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 7';

describe('a query of the user', () => {
  test('answers with columns and rows', async () => {
    const { status, json } = await ask('SELECT 1 AS one, count(*) > 1000 AS many FROM flows');
    expect(status).toBe(200);
    expect(json()).toEqual({
      columns: [
        { name: 'one', type: 'INTEGER' },
        { name: 'many', type: 'BOOLEAN' },
      ],
      rows: [[1, true]],
      truncated: false,
      seconds: expect.any(Number),
    });
  });

  test.each([
    "COPY (SELECT 1) TO 'WORK/stolen.csv'",
    "ATTACH 'WORK/new.duckdb'",
    'CREATE TABLE t AS SELECT 1',
    'DELETE FROM flows',
    'SET memory_limit = 1',
    'SELECT 1; DROP VIEW flows',
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT content FROM read_text('/etc/hostname')",
    "SELECT * FROM glob('/*')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT 1')",
    'INSTALL httpfs',
    "SELECT * FROM read_parquet('http://127.0.0.1:1/x')",
  ])('%s is refused, and nothing is written', async (sql) => {
    const { status, json } = await ask(sql.replaceAll('WORK', server.root));
    expect(status).toBe(400);
    expect(json()).toEqual({
      error: {
        code: expect.stringMatching(/^(?:sql\.not-a-query|engine\.query)$/),
        message: expect.any(String),
        hint: expect.toSatisfy((hint) => hint === null || typeof hint === 'string'),
      },
    });
    expect(existsSync(join(server.root, 'stolen.csv'))).toBe(false);
    expect(existsSync(join(server.root, 'new.duckdb'))).toBe(false);
  });

  test('that runs too long is ended, and says so', async () => {
    const { status, json } = await ask(endless, { seconds: 1 });
    expect(status).toBe(504);
    expect(json()).toMatchObject({ error: { code: 'engine.timeout' } });
  });

  test('that takes too much memory is ended, and the server goes on', async () => {
    const { status } = await ask('SELECT list(a.range) FROM range(1000000000) a', { seconds: 20 });
    expect([400, 504, 507]).toContain(status);
    expect((await server.api('/api/status')).status).toBe(200);
  });

  test('is cancelled by its id; no more than two run at once', async () => {
    const first = ask(endless, { id: 'query-one', seconds: 60 });
    const second = ask(endless, { id: 'query-two', seconds: 60 });
    await running('query-two');
    expect((await ask('SELECT 1')).status).toBe(503);
    for (const id of ['query-one', 'query-two']) {
      const { json } = await server.api(`/api/sql/${id}`, { method: 'DELETE' });
      expect(json()).toEqual({ cancelled: true });
    }
    expect([(await first).status, (await second).status]).toEqual([499, 499]);
    const again = await server.api('/api/sql/query-one', { method: 'DELETE' });
    expect(again.json()).toEqual({ cancelled: false });
    expect((await ask('SELECT 1')).status).toBe(200);
  });

  test('ends when whoever asked goes away', async () => {
    const gone = new AbortController();
    const asked = ask(endless, { id: 'query-gone', seconds: 60 }, gone.signal).catch(() => 'gone');
    await running('query-gone');
    gone.abort();
    expect(await asked).toBe('gone');
    await expect
      .poll(async () => (await ask('SELECT 1', { id: 'query-gone' })).status, { timeout: 5000 })
      .toBe(200);
  });
});

/** Waits until a query of that id runs: its id is taken. */
async function running(id: string): Promise<void> {
  // Whoever polls must not take the id first.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect.poll(async () => (await ask('SELECT 1', { id })).status, { timeout: 5000 }).toBe(503);
}
