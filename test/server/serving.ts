import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDemo } from '../../src/demo/generate.ts';
import { type Serving, serve } from '../../src/server/serve.ts';

/** What came back for one request. */
interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => unknown;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A server on made-up traffic, and a client without any manners of its own. */
export interface TestServer {
  readonly root: string;
  readonly serving: Serving;
  /** What the server says of unexpected failures. */
  readonly defects: readonly string[];
  /** Sends exactly what it is told. */
  raw(path: string, sent?: Sent): Promise<Answered>;
  /** Asks as a script with the token does. */
  api(path: string, sent?: Sent): Promise<Answered>;
  close(): Promise<void>;
}

export async function startServer(records = 30_000, page?: string): Promise<TestServer> {
  const defects: string[] = [];
  const root = await mkdtemp(join(tmpdir(), 'northsouth-server-'));
  await generateDemo({ out: join(root, 'demo'), records, seed: 5 });
  const serving = await serve({
    workspace: join(root, 'workspace'),
    port: 0,
    memoryBytes: 600_000_000,
    say: (line) => defects.push(line),
    ...(page === undefined ? {} : { page }),
  });
  const raw = (path: string, sent: Sent = {}) => send(serving.port, path, sent);
  return {
    defects,
    root,
    serving,
    raw,
    api: (path, sent = {}) =>
      raw(path, {
        ...sent,
        headers: {
          authorization: `Bearer ${serving.token}`,
          ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...sent.headers,
        },
      }),
    close: async () => {
      await serving.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, signal }: Sent,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    };
    const asked = request(options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: () => JSON.parse(text),
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
