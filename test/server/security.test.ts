import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './serving.ts';

let server: TestServer;
let page = '';
let cookie = '';

beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), 'northsouth-page-'));
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'assets', 'app-0a1b2c3d4e.js'), 'export {};');
  writeFileSync(join(page, 'assets', 'notes.exe'), 'no file of a page');
  server = await startServer(3000, page);
  const { headers } = await server.raw(`/?token=${server.serving.token}`);
  cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
});
afterAll(async () => {
  expect(server.defects).toEqual([]);
  await server?.close();
  rmSync(page, { recursive: true, force: true });
});

const own = () => `http://127.0.0.1:${server.serving.port}`;
const code = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;

describe('the opening link', () => {
  test('sets a cookie that scripts and other sites do not get, and drops the token from the address', async () => {
    const { status, headers } = await server.raw(`/?token=${server.serving.token}`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    const [set = ''] = headers['set-cookie'] ?? [];
    expect(set).toMatch(/^northsouth-[\w-]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(server.serving.token);
  });

  test.each(['', 'x', 'A'.repeat(43)])('with the token %j is refused', async (token) => {
    const { status, headers } = await server.raw(`/?token=${token}`);
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('opens under no other name', async () => {
    const { status, headers } = await server.raw(`/?token=${server.serving.token}`, {
      headers: { host: 'evil.example' },
    });
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('without cookie and token', () => {
  test.each(['/api/status', '/api/overview', '/api/openapi.json', '/api/findings', '/api/nothing'])(
    '%s says nothing',
    async (path) => {
      const { status, text } = await server.raw(path);
      expect(status).toBe(401);
      expect(code(text)).toBe('request.unauthorized');
    },
  );

  test('the page says to open the link', async () => {
    for (const path of ['/', '/findings', '/assets/app-0a1b2c3d4e.js']) {
      const { status, text } = await server.raw(path);
      expect(status).toBe(401);
      expect(text).toContain('Open the link');
    }
  });

  test.each([
    ['cookie', { cookie: 'northsouth=1' }],
    ['bearer', { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['no scheme', { authorization: 'token' }],
  ])('a guess as %s is refused', async (_, headers) => {
    expect((await server.raw('/api/status', { headers })).status).toBe(401);
  });

  test('the token is no cookie and the cookie no token', async () => {
    const [name = '', secret = ''] = cookie.split('=');
    expect(
      (await server.raw('/api/status', { headers: { cookie: `${name}=${server.serving.token}` } })).status,
    ).toBe(401);
    expect((await server.raw('/api/status', { headers: { authorization: `Bearer ${secret}` } })).status).toBe(
      401,
    );
  });
});

describe('names and sites', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '0.0.0.0:80',
  ])('the Host %j is refused, whatever else is right (DNS rebinding)', async (host) => {
    const { status, text } = await server.api('/api/status', { headers: { host } });
    expect([400, 403]).toContain(status);
    if (status === 403) expect(code(text)).toBe('request.foreign');
  });

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST'])('the Host %s with the port is ours', async (host) => {
    const headers = { host: `${host}:${server.serving.port}` };
    expect((await server.api('/api/status', { headers })).status).toBe(200);
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1', 'http://localhost:1', 'https://127.0.0.1'])(
    'the Origin %s is refused for reading and for effects',
    async (origin) => {
      const headers = { cookie, origin };
      expect((await server.raw('/api/status', { headers })).status).toBe(403);
      const post = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{"name":"ntp","on":false}',
      };
      expect((await server.raw('/api/noise', post)).status).toBe(403);
    },
  );

  test.each(['cross-site', 'same-site'])(
    'Sec-Fetch-Site %s reads nothing: other ports are the same site',
    async (site) => {
      expect((await server.raw('/api/status', { headers: { cookie, 'sec-fetch-site': site } })).status).toBe(
        403,
      );
      expect((await server.raw('/api/events', { headers: { cookie, 'sec-fetch-site': site } })).status).toBe(
        403,
      );
    },
  );

  test('a link from elsewhere leads to the page and to nothing more', async () => {
    const headers = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await server.raw('/', { headers })).status).toBe(200);
    expect((await server.raw('/api/overview', { headers })).status).toBe(403);
  });

  test('an effect needs the proof that it comes from the page; a form of another site has none', async () => {
    const body = '{"target":"203.0.113.7","verdict":"benign"}';
    const json = { 'content-type': 'application/json' };
    const without = await server.raw('/api/marks', { method: 'POST', headers: { cookie, ...json }, body });
    expect([without.status, code(without.text)]).toEqual([403, 'request.foreign']);
    const form = await server.raw('/api/marks', {
      method: 'POST',
      headers: { cookie, origin: own(), 'content-type': 'text/plain' },
      body,
    });
    expect([form.status, code(form.text)]).toEqual([415, 'request.media-type']);
    const marked = await server.raw('/api/marks', {
      method: 'POST',
      headers: { cookie, origin: own(), ...json },
      body,
    });
    expect(marked.status).toBe(200);
    const unmarked = await server.raw('/api/marks?target=203.0.113.7', {
      method: 'DELETE',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(unmarked.status).toBe(200);
  });
});

describe('requests out of shape', () => {
  test.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/assets/../../etc/passwd',
    '/assets/..\\..\\x',
    '//etc/passwd',
    '/assets/notes.exe',
  ])('%s is no file of the page', async (path) => {
    const { status, text } = await server.raw(path, { headers: { cookie } });
    expect([400, 404, 200]).toContain(status);
    expect(text).not.toContain('northsouth"');
    expect(text).not.toContain('root:');
    expect(text).not.toContain('no file of a page');
    if (status === 200) expect(text).toContain('<title>page</title>');
  });

  test('the page is the same document for each of its views, and its files come as what they are', async () => {
    const { status, text, headers } = await server.raw('/findings/x', { headers: { cookie } });
    expect([status, text]).toEqual([200, readFileSync(join(page, 'index.html'), 'utf8')]);
    expect(headers['cache-control']).toBe('no-store');
    const script = await server.raw('/assets/app-0a1b2c3d4e.js', { headers: { cookie } });
    expect(script.headers['content-type']).toContain('text/javascript');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  test('a body that is too large is not read to its end', async () => {
    const body = JSON.stringify({ sql: 'x'.repeat(1_100_000) });
    const { status, text } = await server.api('/api/sql', { method: 'POST', body });
    expect([status, code(text)]).toEqual([413, 'request.too-large']);
    const chunked = await server.api('/api/sql', {
      method: 'POST',
      body,
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(chunked.status).toBe(413);
  });

  test.each([
    ['{', 'request.invalid'],
    ['null', 'request.invalid'],
    ['[]', 'request.invalid'],
    ['{"sql":5}', 'request.invalid'],
    ['{"sql":""}', 'request.invalid'],
    ['{"sql":"SELECT 1","limit":0}', 'request.invalid'],
    ['{"sql":"SELECT 1","id":"../../x"}', 'request.invalid'],
    ['{"sql":"SELECT 1","seconds":100000}', 'request.invalid'],
  ])('the body %s is refused in the one shape', async (body, expected) => {
    const { status, text } = await server.api('/api/sql', { method: 'POST', body });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: { code: expected, message: expect.any(String), hint: expect.any(String) },
    });
  });

  test.each([
    'limit=0&limit=1',
    'limit=-1',
    'group=virus',
    'from=yesterday',
    'from=2026-01-02&to=2026-01-01',
    'sort=country&group=port',
  ])('the parameters %s are refused', async (query) => {
    const { status, text } = await server.api(`/api/destinations?${query}`);
    expect(status).toBe(400);
    expect(code(text)).toMatch(/^(?:request\.invalid|usage\.value)$/);
  });

  test('methods cannot be smuggled in', async () => {
    const smuggled = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    const { status } = await server.api('/api/marks?_method=DELETE&target=x', { headers: smuggled });
    expect(status).toBe(200);
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE']) {
      const refused = await server.api('/api/noise', { method });
      expect([404, 405, 501]).toContain(refused.status);
    }
    const wrong = await server.api('/api/status', { method: 'DELETE' });
    expect([wrong.status, code(wrong.text)]).toEqual([405, 'request.method']);
  });

  test.each([
    ['POST', '/api/findings/0123456789abcdef', 'GET, HEAD'],
    ['PUT', '/api/addresses/203.0.113.7', 'GET, HEAD'],
    ['POST', '/api/loads/none', 'DELETE, GET, HEAD'],
    ['GET', '/api/sql/my-query-1', 'DELETE'],
    ['PATCH', '/api/marks', 'DELETE, GET, HEAD, POST'],
    ['HEAD', '/api/events', 'GET'],
    ['HEAD', '/api/destinations/export', 'GET'],
  ])(
    '%s %s is a method that the endpoint does not take, and it is said which it does',
    async (method, path, allow) => {
      const { status, headers, text } = await server.api(path, { method });
      expect([status, headers.allow]).toEqual([405, allow]);
      if (method !== 'HEAD') expect(code(text)).toBe('request.method');
    },
  );

  test('HEAD is GET without the body, and opens no stream that nobody reads', async () => {
    const { status, text } = await server.api('/api/status', { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    for (let times = 0; times < 40; times++) await server.api('/api/events', { method: 'HEAD' });
    const gone = new AbortController();
    const stream = await new Promise<number>((resolve) => {
      const asked = request(
        {
          ...{ host: '127.0.0.1', port: server.serving.port, path: '/api/events', signal: gone.signal },
          headers: { authorization: `Bearer ${server.serving.token}` },
        },
        (answer) => resolve(answer.statusCode ?? 0),
      );
      asked.on('error', () => undefined);
      asked.end();
    });
    expect(stream).toBe(200);
    gone.abort();
  });

  test('no request line or header breaks the server', async () => {
    const talk = (text: string) =>
      new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(server.serving.port, '127.0.0.1', () => socket.write(text));
        socket.setTimeout(3000, () => socket.destroy());
        socket.on('data', (piece) => {
          heard += piece.toString('latin1');
          socket.end();
        });
        socket.on('error', () => resolve(heard));
        socket.on('close', () => resolve(heard));
      });
    const host = `Host: 127.0.0.1:${server.serving.port}`;
    for (const line of [
      'GET http://evil.example/api/status HTTP/1.1\r\nHost: evil.example\r\n\r\n',
      `GET /%00 HTTP/1.1\r\n${host}\r\n\r\n`,
      `GET /%ff%fe HTTP/1.1\r\n${host}\r\n\r\n`,
      `GET /api/addresses/%E0%A4%A HTTP/1.1\r\n${host}\r\n\r\n`,
      `GET /api/status HTTP/1.1\r\n${host}\r\nHost: evil.example\r\n\r\n`,
      'nonsense\r\n\r\n',
    ]) {
      expect(await talk(line)).not.toMatch(/^HTTP\/1\.1 (?:200|500)/);
    }
    expect((await server.api('/api/status')).status).toBe(200);
  });
});

describe('every answer', () => {
  test.each(['/', '/api/status', '/api/nothing', '/nothing.js', '/api/findings/zzz'])(
    '%s has the headers that guard the page',
    async (path) => {
      for (const headers of [{ cookie }, {}]) {
        const answer = await server.raw(path, { headers });
        expect(answer.headers['content-security-policy']).toBe(
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        );
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        expect(answer.headers['referrer-policy']).toBe('no-referrer');
        expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );
});
