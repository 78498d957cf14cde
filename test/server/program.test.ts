import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'northsouth.js');

test('the program serves until it is interrupted, and nothing keeps running', async () => {
  const root = await mkdtemp(join(tmpdir(), 'northsouth-serve-'));
  const child = spawn(
    process.execPath,
    [bin, 'serve', '--port', '0', '--json', '--workspace', join(root, 'w')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(String(data))),
  );
  const { token, port, link } = JSON.parse(line) as { token: string; port: number; link: string };
  expect(link).toBe(`http://127.0.0.1:${port}/?token=${token}`);
  const headers = { authorization: `Bearer ${token}` };
  const ask = (path: string, init: object = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init });
  expect((await ask('/api/status')).status).toBe(200);
  // A stream and a query that would never end do not hold it back.
  const stream = await ask('/api/events');
  const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 7';
  const asked = fetch(`http://127.0.0.1:${port}/api/sql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ sql: endless, seconds: 600 }),
  }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  await stream.text().catch(() => '');
  await asked;
  expect(await readdir(join(root, 'w', 'tmp'))).toEqual([]);
  await rm(root, { recursive: true, force: true });
});

test('a port that is taken is an error that says so, and leaves nothing open', async () => {
  const root = await mkdtemp(join(tmpdir(), 'northsouth-serve-'));
  const first = await serve({ workspace: join(root, 'a'), port: 0 });
  await expect(serve({ workspace: join(root, 'b'), port: first.port })).rejects.toMatchObject({
    code: 'server.unavailable',
    message: `Port ${first.port} is taken`,
  });
  // No other address of this machine answers on that port.
  const reached = await new Promise<boolean>((resolve) => {
    const socket = connect(first.port, '127.0.0.2', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  expect(reached).toBe(false);
  await first.close();
  await rm(root, { recursive: true, force: true });
});
