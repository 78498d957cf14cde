import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface PageFile {
  readonly type: string;
  /** True for files whose name has the hash of their content. */
  readonly isFixed: boolean;
  read(): Promise<Buffer>;
}

/**
 * The files of the built page by the path that asks for them. They are listed once: no path of a request ever becomes a
 * path on disk.
 */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const found = new Map<string, PageFile>();
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const type = types[extname(name)];
    if (type === undefined || !statSync(path).isFile()) continue;
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const isFixed = /-[\w-]{8,}\.\w+$/.test(name) && url !== '/index.html';
    found.set(url, { type, isFixed, read: () => readFile(path) });
  }
  return found;
}

/** What stands in place of the page where it was not built; plain, for it has no style. */
export const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>northsouth</title>
<h1>The page is not built</h1>
<p>This copy of northsouth has the API but not the page. In a clone, run <code>npm run build</code> and start again;
an installed package has the page with it.</p>
<p>The API answers: <a href="/api/openapi.json">/api/openapi.json</a>.</p></html>
`;

/** What whoever comes without the link sees. */
export const notOpened = `<!doctype html><html lang="en"><meta charset="utf-8"><title>northsouth</title>
<h1>Open the link</h1>
<p>Open the link that <code>northsouth serve</code> printed in the terminal. It is good for as long as that runs.</p></html>
`;
