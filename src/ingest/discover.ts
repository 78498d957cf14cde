import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { HuntError } from '../errors.ts';

export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface Found {
  readonly files: readonly FoundFile[];
  /** Files in folders whose path says that they are something else; a file that is named itself is always read. */
  readonly passedOver: readonly string[];
}

/** Endings of files that lie beside flow logs and are none. */
const otherEndings =
  /\.(?:md|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|html?|css|js|mjs|ts|py|ipynb|sh|ps1|ya?ml|toml|tf|sql|db|duckdb|sqlite|exe|dll|so|pcapng?|zip|tar|tgz|7z|rar|yaml|lock|pem|key|sha256|md5)$/i;

/** Folders in which AWS delivers the logs of its other services, beside those of flow logs and DNS queries. */
const otherService =
  /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?:\d{12}\/(?!vpcflowlogs|vpcdnsquerylogs|transit)[A-Za-z][\w-]*\/|.*\baws-service=(?!vpcflowlogs|vpcdnsquerylogs|transit))/;

/**
 * The files that paths stand for: a file itself, every file below a folder (hidden ones and workspaces left
 * out), what a glob matches. Sorted by path, each once. Throws when a path stands for nothing at all.
 */
export async function discover(paths: readonly string[]): Promise<Found> {
  const found = new Map<string, FoundFile>();
  const passedOver = new Set<string>();
  for (const path of paths) {
    for (const file of await filesAt(path)) {
      if (!file.named && isOther(file.path)) passedOver.add(file.path);
      else found.set(file.path, await described(file.path));
    }
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, passedOver: [...passedOver].filter((path) => !found.has(path)).sort() };
}

function isOther(path: string): boolean {
  return otherEndings.test(path) || otherService.test(path.replaceAll('\\', '/'));
}

async function filesAt(path: string): Promise<{ path: string; named: boolean }[]> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    return (await filesBelow(await realpath(path), new Set())).map((each) => ({ path: each, named: false }));
  if (there !== undefined) return [{ path: await realpath(path), named: true }];
  const matches = isDynamicPattern(path)
    ? await glob(path, { absolute: true, expandDirectories: false })
    : [];
  if (matches.length === 0) {
    throw new HuntError('input.not-found', `There is no file or folder ${resolve(path)}.`, {
      hint: 'Give a file, a folder or a quoted glob of flow logs, for example northsouth hunt ./AWSLogs.',
    });
  }
  return Promise.all(matches.map(async (each) => ({ path: await realpath(each), named: true })));
}

async function filesBelow(folder: string, seen: Set<string>): Promise<string[]> {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new HuntError('input.not-found', `The folder ${folder} cannot be read: ${error.message}`, {
      hint: 'Make it readable, or name the folders beside it.',
      cause: error,
    });
  });
  // A workspace of ours: its Parquet files are records that were read already.
  if (entries.some(({ name }) => name === 'batches') && entries.some(({ name }) => name === 'lock.duckdb'))
    return [];
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory()) files.push(...(await filesBelow(path, seen)));
    else if (entry.isSymbolicLink()) files.push(...(await filesBehind(path, seen)));
  }
  return files;
}

async function filesBehind(link: string, seen: Set<string>): Promise<string[]> {
  const target = await realpath(link).catch(() => undefined);
  const there = target === undefined ? undefined : await stat(target);
  if (target === undefined || there === undefined) return [];
  return there.isDirectory() ? filesBelow(target, seen) : there.isFile() ? [target] : [];
}

async function described(path: string): Promise<FoundFile> {
  const { size, mtimeMs } = await stat(path);
  return { path, sizeBytes: size, modifiedMs: Math.trunc(mtimeMs) };
}
