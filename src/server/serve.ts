import { execFile } from 'node:child_process';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { serve as listen, type ServerType } from '@hono/node-server';
import { HuntError } from '../errors.ts';
import type { RunOptions } from '../settings/options.ts';
import { version } from '../version.ts';
import { Workbench } from '../workbench/workbench.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { makeApp } from './app.ts';
import { Events } from './events.ts';
import { makeSecrets } from './guard.ts';
import { handlersOf } from './handlers.ts';
import { Loads } from './loads.ts';
import { pageFiles } from './page-files.ts';
import { SqlQueries } from './sql-queries.ts';

/** The port that is tried first, and how many behind it. */
const firstPort = 8740;
const portsTried = 20;

export interface ServeOptions extends RunOptions {
  /** 0: any free one. Default: 8740, or the next one that is free. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Hears of defects. */
  readonly say?: (line: string) => void;
  /** Folder of the built page. */
  readonly page?: string;
}

/** A server that runs. */
export interface Serving {
  /** The link that opens the page; whoever has it may do everything that the page can. */
  readonly link: string;
  readonly token: string;
  readonly host: string;
  readonly port: number;
  /** True where other machines may reach it. */
  readonly isExposed: boolean;
  /** Opens the link in the browser of the desktop; false where none can be opened. */
  open(): Promise<boolean>;
  /** Ends the server and all that runs in it, and closes the workspace. */
  close(): Promise<void>;
}

/** Opens a workspace, making it where there is none, and serves page and API on it. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host = '127.0.0.1', say = () => undefined } = options;
  const ended = new AbortController();
  const signal =
    options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
  const workspace = await openWorkspace({ ...options, signal, create: true });
  const workbench = new Workbench(workspace);
  const [loads, queries, events] = [new Loads(workbench, say), new SqlQueries(workbench), new Events()];
  const secrets = makeSecrets();
  const hosts = new Set<string>();
  const served = { workbench, workspace: options.workspace, version: version(), loads, queries, events };
  const cookie = `northsouth-${secrets.session.slice(0, 8)}`;
  const app = makeApp({
    ...{ secrets, hosts, cookie, version: version(), ended: ended.signal, say },
    handlers: handlersOf(served),
    files: pageFiles(options.page ?? fileURLToPath(new URL('../web', import.meta.url))),
  });
  const close = async () => {
    ended.abort();
    events.close();
    await queries.close();
    await loads.close();
    await workbench.close();
    await workspace.close();
  };
  try {
    const { server, port } = await listening((port) => bound(app.fetch, host, port), options.port);
    for (const name of namesOf(host)) hosts.add(`${name}:${port}`);
    const link = `http://${urlHost(isAny(host) ? '127.0.0.1' : host)}:${port}/?token=${secrets.token}`;
    workbench.prepare().catch((error: unknown) => {
      if (!(error instanceof HuntError)) say(String((error as Error).stack ?? error));
    });
    return {
      ...{ token: secrets.token, host, port, link, isExposed: !isLoopback(host) },
      open: () => openInBrowser(link),
      close: once(async () => {
        // First nobody comes any more: what is asked of an engine that is closed takes the process with it.
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        await close();
        (server as HttpServer).closeAllConnections();
        await closed;
      }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same promise, however often it is asked for. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** Tries the port that was asked for, or the usual one and those behind it. */
async function listening(
  bind: (port: number) => Promise<ServerType>,
  asked: number | undefined,
): Promise<{ readonly server: ServerType; readonly port: number }> {
  const ports =
    asked === undefined ? Array.from({ length: portsTried }, (_, index) => firstPort + index) : [asked];
  let last: NodeJS.ErrnoException | undefined;
  for (const port of asked === undefined ? [...ports, 0] : ports) {
    try {
      const server = await bind(port);
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      last = error as NodeJS.ErrnoException;
      if (last.code !== 'EADDRINUSE') break;
    }
  }
  const what =
    last?.code === 'EADDRINUSE' ? `Port ${asked} is taken` : `The server cannot listen: ${last?.message}`;
  throw new HuntError('server.unavailable', what, {
    hint: 'Name another port with --port, or --port 0 for any; with --host an address that this machine has.',
    cause: last,
  });
}

type Fetch = Parameters<typeof listen>[0]['fetch'];

function bound(fetch: Fetch, hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch, hostname, port, overrideGlobalObjects: false }, () =>
      resolve(server),
    ) as HttpServer;
    // Whoever sends a request byte by byte must not hold a connection for long.
    server.headersTimeout = 10_000;
    server.requestTimeout = 30_000;
    server.once('error', reject);
  });
}

/** The names under which a server on that address is called, as Host headers write them. */
function namesOf(host: string): string[] {
  const own = ['127.0.0.1', 'localhost'];
  if (host === '127.0.0.1' || host === 'localhost') return own;
  if (host === '::1') return ['[::1]', 'localhost'];
  if (!isAny(host)) return [urlHost(host).toLowerCase()];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [
    ...own,
    '[::1]',
    ...addresses.map(({ address }) => urlHost(address.split('%', 1)[0] ?? '').toLowerCase()),
  ];
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** True for an address that only this machine reaches. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Opens a link in the browser of the desktop; false where there is none that can be told. */
function openInBrowser(link: string): Promise<boolean> {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', link]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', link]
        : ['xdg-open', link];
  return new Promise((resolve) => {
    const child = execFile(command ?? '', args, { timeout: 10_000 }, (error) => resolve(error === null));
    child.unref();
  });
}
