import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a fake registry does with a question about an address. */
export type Behaviour = (address: string, response: ServerResponse, request: IncomingMessage) => void;

/** A registry on this machine that remembers what it was asked, and when. */
export interface FakeRegistry {
  readonly url: string;
  readonly host: string;
  readonly asked: { readonly address: string; readonly at: number }[];
  behave: Behaviour;
  close(): void;
}

export async function fakeRegistry(behave: Behaviour): Promise<FakeRegistry> {
  const asked: { address: string; at: number }[] = [];
  const server: Server = createServer((request, response) => {
    const address = decodeURIComponent(/^\/rdap\/ip\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
    asked.push({ address, at: Date.now() });
    registry.behave(address, response, request);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const registry: FakeRegistry = {
    url: `http://${host}/rdap/`,
    host,
    asked,
    behave,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

/** Answers with a JSON value as RDAP. */
export function send(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/rdap+json', ...headers }).end(JSON.stringify(value));
}

/** A block as registries describe it. */
export function network(
  first: string,
  last: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    rdapConformance: ['rdap_level_0'],
    objectClassName: 'ip network',
    startAddress: first,
    endAddress: last,
    ipVersion: first.includes(':') ? 'v6' : 'v4',
    ...more,
  };
}

/** An entity with a jCard. */
export function entity(
  roles: readonly string[],
  properties: readonly unknown[],
  more: Record<string, unknown> = {},
) {
  return {
    objectClassName: 'entity',
    roles,
    vcardArray: ['vcard', [['version', {}, 'text', '4.0'], ...properties]],
    ...more,
  };
}

/** The /24 (IPv6: /48) around an address. */
export function around(address: string): readonly [first: string, last: string] {
  if (address.includes(':')) {
    const head = address.split(':').slice(0, 3).join(':');
    return [`${head}::`, `${head}:ffff:ffff:ffff:ffff:ffff`];
  }
  const head = address.split('.').slice(0, 3).join('.');
  return [`${head}.0`, `${head}.255`];
}

/** A home folder whose bootstrap files send prefixes to these registries. */
export function homeWith(services: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'northsouth-home-'));
  mkdirSync(join(home, 'rdap'));
  for (const family of ['ipv4', 'ipv6']) {
    const own = Object.entries(services).filter(([prefix]) => prefix.includes(':') === (family === 'ipv6'));
    const list =
      own.length > 0 ? own : [[family === 'ipv4' ? '192.0.2.0/24' : '2001:db8::/32', 'http://127.0.0.1:9/']];
    const value = {
      version: '1.0',
      publication: '2026-11-01T00:00:00Z',
      services: list.map(([prefix, url]) => [[prefix], [url]]),
    };
    writeFileSync(join(home, 'rdap', `${family}.json`), JSON.stringify(value));
  }
  return home;
}
