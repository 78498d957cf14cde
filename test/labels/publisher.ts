import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path of the publisher answers, as long as nothing else is said. */
interface Page {
  readonly body: string | Buffer;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on this machine that plays the publishers of lists. */
export interface FakePublisher {
  readonly url: string;
  /** Paths that were asked, with what was asked in If-None-Match. */
  readonly asked: { readonly path: string; readonly condition: string | undefined }[];
  readonly pages: Map<string, Page>;
  close(): void;
}

export async function fakePublisher(): Promise<FakePublisher> {
  const pages = new Map<string, Page>();
  const asked: FakePublisher['asked'][number][] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    const condition = request.headers['if-none-match'];
    asked.push({ path, condition });
    const page = pages.get(path);
    if (page === undefined) response.writeHead(404).end('no such page');
    else if (condition !== undefined && condition === page.headers?.['etag']) response.writeHead(304).end();
    else response.writeHead(page.status ?? 200, page.headers).end(page.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, asked, pages },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** `count` blocks of /24 in order, from 20.0.0.0 on. */
export function blocks(count: number, start = 20): string[] {
  return Array.from({ length: count }, (_, index) => `${start}.${index >> 8}.${index & 255}.0/24`);
}
