import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import { download } from './download.ts';
import type { NetOptions } from './exchange.ts';
import { request } from './request.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
const routes = new Map<string, Handler>();
const seen: { path: string; headers: IncomingMessage['headers'] }[] = [];
let base = '';
let otherBase = '';

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const handle: Handler = (incoming, response) => {
    const path = incoming.url ?? '';
    seen.push({ path, headers: incoming.headers });
    const route = routes.get(path);
    if (route === undefined) response.writeHead(404).end('not here');
    else route(incoming, response);
  };
  base = await serve(handle);
  otherBase = await serve(handle);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

beforeEach(() => {
  routes.clear();
  seen.length = 0;
});

const typed: NetOptions = { trust: 'typed', maxBytes: 1000, env: {} };
const failed = (asked: Promise<unknown>): Promise<{ code: string; message: string }> =>
  asked.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => {
      if (!(error instanceof HuntError)) throw error;
      return { code: error.code, message: error.message };
    },
  );
const redirecting =
  (location: string, status = 302): Handler =>
  (_, response) =>
    response.writeHead(status, { location }).end();

describe('a request', () => {
  test('gives status, headers, body, and the URL that answered', async () => {
    routes.set('/start', redirecting('/end', 308));
    routes.set('/end', (_, response) => response.setHeader('X-Kind', 'end').end('here'));
    const answer = await request(`${base}/start`, typed);
    expect(answer).toMatchObject({ status: 200, url: `${base}/end`, body: Buffer.from('here') });
    expect(answer.headers['x-kind']).toBe('end');
    expect(seen[0]?.headers['user-agent']).toMatch(/^northsouth/);
  });

  test('of another status is a failure, unless the caller expects it', async () => {
    expect(await failed(request(`${base}/none`, typed))).toEqual({
      code: 'net.status',
      message: `${new URL(base).host} answers with status 404.`,
    });
    const answer = await request(`${base}/none`, { ...typed, statuses: [404] });
    expect([answer.status, String(answer.body)]).toEqual([404, 'not here']);
  });

  test.each(['gzip', 'br'])(
    'unpacks %s, and a small body that unpacks to a large one fails',
    async (encoding) => {
      const pack = encoding === 'gzip' ? gzipSync : brotliCompressSync;
      const sending =
        (text: string): Handler =>
        (_, response) =>
          response.writeHead(200, { 'content-encoding': encoding }).end(pack(text));
      routes.set('/packed', sending('a'.repeat(1000)));
      routes.set('/bomb', sending('a'.repeat(5_000_000)));
      expect((await request(`${base}/packed`, typed)).body).toHaveLength(1000);
      // The bomb is small on its way (brotli) or not (gzip), and large in the end either way.
      expect((await failed(request(`${base}/bomb`, { ...typed, maxBytes: 100_000 }))).code).toBe(
        'net.too-large',
      );
    },
  );

  test('is stopped by what the length says, and by what is sent', async () => {
    routes.set('/announced', (_, response) => response.end('a'.repeat(1001)));
    routes.set('/endless', (_, response) => {
      const more = setInterval(() => response.write('a'.repeat(300)), 5);
      response.on('close', () => clearInterval(more));
    });
    expect((await failed(request(`${base}/announced`, typed))).code).toBe('net.too-large');
    expect((await failed(request(`${base}/endless`, typed))).code).toBe('net.too-large');
  });

  test('that is broken off or packed wrongly is no answer', async () => {
    routes.set('/short', (_, response) => {
      response.writeHead(200, { 'content-length': 500 });
      response.write('half', () => response.destroy());
    });
    routes.set('/wrong', (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is no gzip'),
    );
    routes.set('/odd', (_, response) => response.writeHead(200, { 'content-encoding': 'lzma' }).end('x'));
    routes.set('/chunks', (_, response) => response.write('half', () => response.destroy()));
    for (const path of ['/short', '/chunks']) {
      expect(await failed(request(base + path, typed))).toEqual({
        ...{ code: 'net.answer', message: `The answer of ${new URL(base).host} ended early, after 4 bytes.` },
      });
    }
    expect((await failed(request(`${base}/wrong`, typed))).code).toBe('net.answer');
    expect((await failed(request(`${base}/odd`, typed))).code).toBe('net.answer');
    const often = Array.from({ length: 500 }, () => 'gzip').join(', ');
    routes.set('/often', (_, response) => response.writeHead(200, { 'content-encoding': often }).end('x'));
    const refused = await failed(request(`${base}/often`, typed));
    expect(refused).toMatchObject({ code: 'net.answer', message: expect.stringContaining('500 times') });
  });

  test('that trickles is given up, cancelled at once, and read to its end where it does not', async () => {
    const trickle = (bytes: number, end: number) => (_: unknown, response: ServerResponse) => {
      let sent = 0;
      const more = setInterval(() => {
        response.write('a'.repeat(bytes));
        sent += bytes;
        if (sent >= end) response.end();
      }, 20);
      response.on('close', () => clearInterval(more));
    };
    routes.set('/trickle', trickle(1, 1e9));
    // A byte each 20 ms is 50 a second at most, and a timer is never early.
    const slow = await failed(request(`${base}/trickle`, { ...typed, maxBytes: 1e9, paceMs: 400 }));
    expect(slow.code).toBe('net.timeout');
    expect(slow.message).toMatch(/sends too slowly: \d+ bytes in 0[.]4 s, at least 100 a second/);

    routes.set('/steady', trickle(50, 1000));
    expect((await request(`${base}/steady`, { ...typed, paceMs: 200 })).body.length).toBe(1000);

    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stop')), 100);
    const begun = performance.now();
    await expect(request(`${base}/trickle`, { ...typed, signal: controller.signal })).rejects.toThrow('stop');
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test('ends when time is over, before and in the middle of an answer', async () => {
    routes.set('/silent', () => undefined);
    routes.set('/slow', (_, response) => response.write('a'));
    for (const path of ['/silent', '/slow']) {
      const { code, message } = await failed(request(base + path, { ...typed, timeoutMs: 150 }));
      expect([code, message]).toEqual([
        'net.timeout',
        `${new URL(base).host} has not answered within 0.15 s.`,
      ]);
    }
  });

  test('ends when the caller gives up, with the reason of the caller', async () => {
    routes.set('/silent', () => undefined);
    const interrupt = new AbortController();
    const reason = new HuntError('engine.cancelled', 'Interrupted');
    setTimeout(() => interrupt.abort(reason), 50);
    await expect(request(`${base}/silent`, { ...typed, signal: interrupt.signal })).rejects.toBe(reason);
    await expect(request(`${base}/silent`, { ...typed, signal: interrupt.signal })).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });

  test('to a port where nobody listens is unreachable', async () => {
    const gone = await serve(() => undefined);
    await new Promise((done) => servers.pop()?.close(done));
    expect((await failed(request(gone, typed))).code).toBe('net.unreachable');
  });

  test('follows so many redirects and no more', async () => {
    routes.set('/loop', redirecting('/loop'));
    const { code, message } = await failed(request(`${base}/loop`, { ...typed, maxRedirects: 3 }));
    expect([code, message]).toEqual([
      'net.refused',
      `${new URL(base).host} redirects once more after 3 redirects.`,
    ]);
    expect(seen).toHaveLength(4);
  });

  test('keeps what is said to one host from another', async () => {
    routes.set('/away', redirecting(`${otherBase}/end`));
    routes.set('/end', (_, response) => response.end());
    const headers = { authorization: 'Basic secret', accept: 'text/plain' };
    const trustedHosts = new Set([new URL(otherBase).host]);
    await request(`${base}/away`, { ...typed, headers, trustedHosts });
    expect(seen.map((each) => [each.headers.authorization, each.headers.accept])).toEqual([
      ['Basic secret', 'text/plain'],
      [undefined, 'text/plain'],
    ]);
  });
});

describe('the own network', () => {
  const found: NetOptions = { ...typed, trust: 'found' };

  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
    'http://0x7f.1',
    'http://[::ffff:127.0.0.1]',
  ])('%s is not asked where data names it', async (host) => {
    const { port } = new URL(base);
    const { code, message } = await failed(request(`${host}:${port}/`, found));
    expect(code).toBe('net.refused');
    expect(message).toContain('no public address');
    expect(seen).toEqual([]);
  });

  test('nor where a redirect of a typed host leads to another', async () => {
    routes.set('/away', redirecting(`${otherBase}/secret`));
    expect((await failed(request(`${base}/away`, typed))).code).toBe('net.refused');
    expect(seen.map(({ path }) => path)).toEqual(['/away']);
  });

  test('a connection that was made for a typed URL does not serve a found one', async () => {
    routes.set('/end', (_, response) => response.end());
    await request(`${base}/end`, typed);
    expect((await failed(request(`${base}/end`, found))).code).toBe('net.refused');
    expect(seen).toHaveLength(1);
  });

  test('hosts that the caller trusts are asked', async () => {
    routes.set('/away', redirecting(`${otherBase}/end`));
    routes.set('/end', (_, response) => response.end('there'));
    const trustedHosts = new Set([new URL(base).host, new URL(otherBase).host]);
    expect(String((await request(`${base}/away`, { ...found, trustedHosts })).body)).toBe('there');
  });
});

describe('a proxy', () => {
  const lines: string[] = [];
  let proxy = '';

  beforeAll(async () => {
    proxy = await serve((incoming, response) => {
      lines.push(`${incoming.method} ${incoming.url}`);
      const target = new URL(incoming.url ?? '');
      const onward = target.hostname === 'registry.invalid' ? `${base}${target.pathname}` : target.href;
      ask(onward, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end();
    });
    servers.at(-1)?.on('connect', (incoming, socket) => {
      lines.push(`CONNECT ${incoming.url}`);
      const onward = connect(Number(new URL(base).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const each of [onward, socket]) each.on('error', () => undefined);
    });
  });
  beforeEach(() => {
    lines.length = 0;
    routes.set('/ip', (_, response) => response.end('by proxy'));
  });

  test('that the environment names is asked, for http as such, for https as a tunnel', async () => {
    const env = { HTTP_PROXY: proxy, https_proxy: proxy };
    const answer = await request('http://registry.invalid/ip', { ...typed, trust: 'found', env });
    expect(String(answer.body)).toBe('by proxy');
    // What answers at the end of the tunnel speaks no TLS.
    await failed(request('https://registry.invalid/ip', { ...typed, env }));
    expect(lines).toEqual(['GET http://registry.invalid/ip', 'CONNECT registry.invalid:443']);
  });

  test('is passed by for the hosts of NO_PROXY', async () => {
    const env = { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' };
    expect(String((await request(`${base}/ip`, { ...typed, env })).body)).toBe('by proxy');
    expect(lines).toEqual([]);
  });

  test('does not carry found URLs into the own network', async () => {
    const env = { HTTP_PROXY: proxy };
    for (const host of ['127.0.0.1', 'localhost', '169.254.169.254', '[fd00:ec2::254]']) {
      expect((await failed(request(`http://${host}/ip`, { ...typed, trust: 'found', env }))).code).toBe(
        'net.refused',
      );
    }
    expect(lines).toEqual([]);
  });
});

describe('a download', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'northsouth-net-'));
    file = join(folder, 'lists', 'list.txt');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('takes its place when it is whole, and says what the next one needs', async () => {
    routes.set('/list', (incoming, response) => {
      if (incoming.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"', 'content-encoding': 'gzip' }).end(gzipSync('10.0.0.0/8\n'));
    });
    const first = await download(`${base}/list`, file, typed);
    expect(first).toMatchObject({ modified: true, bytes: 11, headers: { etag: '"1"' } });
    expect(readFileSync(file, 'utf8')).toBe('10.0.0.0/8\n');
    const again = await download(`${base}/list`, file, { ...typed, headers: { 'If-None-Match': '"1"' } });
    expect(again).toMatchObject({ modified: false, bytes: 0 });
    expect(readdirSync(join(folder, 'lists'))).toEqual(['list.txt']);
  });

  test('that fails or is not what it should be leaves the file before, and nothing else', async () => {
    routes.set('/short', (_, response) => {
      response.writeHead(200, { 'content-length': 500 });
      response.write('half', () => response.destroy());
    });
    routes.set('/huge', (_, response) => response.end('a'.repeat(2000)));
    routes.set('/page', (_, response) => response.end('<html>'));
    file = join(folder, 'list.txt');
    writeFileSync(file, 'before');
    const verify = async (path: string): Promise<void> => {
      if (readFileSync(path, 'utf8').startsWith('<')) throw new HuntError('net.answer', 'This is a page.');
    };
    const codes = [];
    for (const path of ['/short', '/huge', '/page', '/none']) {
      codes.push((await failed(download(base + path, file, { ...typed, verify }))).code);
    }
    expect(codes).toEqual(['net.answer', 'net.too-large', 'net.answer', 'net.status']);
    expect(readdirSync(folder)).toEqual(['list.txt']);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });

  test('into a place that cannot be written says so', async () => {
    routes.set('/list', (_, response) => response.end('x'));
    writeFileSync(join(folder, 'lists'), 'a file, no folder');
    expect((await failed(download(`${base}/list`, file, typed))).code).toBe('export.unwritable');
  });
});
