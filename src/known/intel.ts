import { readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ScopeOverrides, scopeSegments } from '../addresses/scope.ts';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import type { Entry } from '../intel/entry.ts';
import { readLists, removeList, writeList } from '../intel/folder.ts';
import type { IntelList, ListKind } from '../intel/list.ts';
import type { ParsedList } from '../intel/parsed-list.ts';
import { mostListBytes, readList, refused } from '../intel/read-list.ts';
import type { IntelChange, IntelRefresh } from '../intel/results.ts';
import { download } from '../net/download.ts';
import type { Folder } from '../store/folder.ts';
import { makeTemporary } from '../store/folder.ts';

/** A list to take in. */
export interface AddListOptions {
  readonly name: string;
  /** Default: threat. */
  readonly kind?: ListKind;
  readonly licence?: string;
  readonly notes?: string;
  /** Take it although it is far smaller than the one before. */
  readonly force?: boolean;
}

/** Where lists are read into. */
export interface IntelPlace {
  readonly engine: LocalEngine;
  readonly folder: Folder;
  readonly scopes: ScopeOverrides;
  readonly signal: AbortSignal | undefined;
}

/** Takes a list in from a file or a URL, in place of one of the same name. */
export async function addList(
  place: IntelPlace,
  source: string,
  options: AddListOptions,
): Promise<IntelChange> {
  const name = checkedName(options.name);
  const before = (await readLists(place.folder)).find((list) => list.name === name) ?? null;
  const origin = originOf(source);
  const copy = await fetched(place, origin, null);
  if (copy === undefined) throw refused(source, 'sent nothing', 'Try again.');
  const said = {
    ...{ name, kind: options.kind ?? 'threat', origin },
    ...{ licence: options.licence ?? null, notes: options.notes ?? null },
  };
  return taken(place, said, copy, before, options.force === true);
}

/** Asks the origins of the lists again; a list whose origin fails, or has become far smaller, stays as it was. */
export async function refreshLists(
  place: IntelPlace,
  names: readonly string[],
  force: boolean,
): Promise<IntelRefresh[]> {
  const lists = await readLists(place.folder);
  const unknown = names.find((name) => !lists.some((list) => list.name === name));
  if (unknown !== undefined) throw unknownList(unknown, lists);
  const chosen = names.length === 0 ? lists : lists.filter(({ name }) => names.includes(name));
  const results: IntelRefresh[] = [];
  for (const list of chosen) {
    place.signal?.throwIfAborted();
    try {
      const copy = await fetched(place, list.origin, list);
      const { name, origin } = list;
      const asked = hostOf(origin);
      if (copy === undefined)
        results.push({ name, outcome: 'unchanged', message: null, asked, change: null });
      else {
        const change = await taken(place, list, copy, list, force);
        results.push({ name, outcome: 'updated', message: null, asked, change });
      }
    } catch (error) {
      if (!(error instanceof HuntError) || error.code === 'engine.cancelled') throw error;
      const asked = hostOf(list.origin);
      results.push({ name: list.name, outcome: 'failed', message: error.message, asked, change: null });
    }
  }
  return results;
}

/** Takes a list out of the workspace. */
export async function dropList(folder: Folder, name: string): Promise<IntelList> {
  const lists = await readLists(folder);
  const list = lists.find((one) => one.name === name);
  if (list === undefined) throw unknownList(name, lists);
  await removeList(folder, name);
  return list;
}

interface Copy {
  readonly bytes: Uint8Array;
  readonly etag: string | null;
  readonly modified: string | null;
  /** When the origin last changed, as an ISO time. */
  readonly date: string | null;
}

type Origin = IntelList['origin'];

/** The bytes of a list; undefined where the server says that they are those of the copy that is there. */
async function fetched(
  { folder, signal }: IntelPlace,
  origin: Origin,
  before: IntelList | null,
): Promise<Copy | undefined> {
  if (origin.kind === 'file') return readCopy(origin.location);
  const temporary = await makeTemporary(folder, 'intel');
  try {
    const file = join(temporary, 'list');
    const headers = {
      ...(before?.etag ? { 'if-none-match': before.etag } : {}),
      ...(before?.modified ? { 'if-modified-since': before.modified } : {}),
    };
    const answer = await download(origin.location, file, {
      ...{ trust: 'typed', maxBytes: mostListBytes, headers },
      ...(signal === undefined ? {} : { signal }),
    });
    if (!answer.modified) return undefined;
    const modified = answer.headers['last-modified'] ?? null;
    const time = Date.parse(modified ?? '');
    return {
      bytes: await readFile(file),
      etag: answer.headers['etag']?.slice(0, 500) ?? null,
      modified: modified?.slice(0, 100) ?? null,
      date: Number.isNaN(time) ? null : new Date(time).toISOString(),
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function readCopy(path: string): Promise<Copy> {
  try {
    const { size, mtime } = await stat(path);
    if (size > mostListBytes) throw refused(path, 'is larger than a list may be', 'Take a part of it.');
    return { bytes: await readFile(path), etag: null, modified: null, date: mtime.toISOString() };
  } catch (cause) {
    if (cause instanceof HuntError) throw cause;
    throw new HuntError('input.not-found', `${path} cannot be read: ${(cause as Error).message}`, {
      hint: 'Name a file, or a URL that starts with https://.',
      cause,
    });
  }
}

/** Below this a list may shrink as it likes. */
const leastCompared = 20;

/** Reads the copy, compares it with the one before, and puts it into its place. */
async function taken(
  place: IntelPlace,
  said: Pick<IntelList, 'name' | 'kind' | 'origin' | 'licence' | 'notes'>,
  copy: Copy,
  before: IntelList | null,
  force: boolean,
): Promise<IntelChange> {
  const { engine, folder, scopes, signal } = place;
  const { location } = said.origin;
  const now = new Date();
  const parsed = readList(copy.bytes, location, now.getTime() / 1000);
  if (
    !force &&
    before !== null &&
    before.entries >= leastCompared &&
    parsed.entries.length * 2 < before.entries
  ) {
    throw refused(
      location,
      `has ${parsed.entries.length} entries, less than half of the ${before.entries} before, which stay`,
      'Look at it; --force takes it all the same.',
    );
  }
  const { name, kind, origin, notes } = said;
  const list = await writeList(
    engine,
    folder,
    {
      ...{ format: 1, name, kind, origin },
      ...{
        date: parsed.date ?? copy.date ?? now.toISOString(),
        fetched: now.toISOString(),
        form: parsed.form,
      },
      ...countsOf(parsed, scopes),
      bytes: copy.bytes.length,
      ...{ licence: said.licence ?? parsed.licence, notes },
      ...{ etag: copy.etag, modified: copy.modified },
    },
    parsed.entries,
    signal,
  );
  return { list, before, firstSkipped: parsed.firstSkipped, asked: hostOf(origin) };
}

function countsOf({ entries, skipped, withdrawn }: ParsedList, scopes: ScopeOverrides) {
  return {
    entries: entries.length,
    asns: entries.filter(({ asn }) => asn !== null).length,
    outside: countOutside(entries, scopes),
    ...{ skipped, withdrawn },
    expiring: entries.some(({ validUntil }) => validUntil !== null),
  };
}

/** How many entries begin in ranges that are not the Internet: private ones, and those that are the user's own. */
function countOutside(entries: readonly Entry[], scopes: ScopeOverrides): number {
  const segments = scopeSegments(scopes);
  const families = {
    4: segments.filter(({ family }) => family === 4),
    6: segments.filter(({ family }) => family === 6),
  };
  return entries.filter(({ range }) => {
    if (range === null) return false;
    const own = families[range.family];
    let [from, to] = [0, own.length - 1];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      if ((own[middle]?.first ?? 0n) <= range.first) from = middle;
      else to = middle - 1;
    }
    return own[from]?.label !== 'internet';
  }).length;
}

function originOf(source: string): Origin {
  if (/^https?:\/\//i.test(source)) return { kind: 'url', location: source };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) {
    throw new HuntError('usage.value', `${source} is neither a file nor an https URL`, {
      hint: 'Fetch it by other means and add the file.',
    });
  }
  return { kind: 'file', location: resolve(source) };
}

function hostOf({ kind, location }: Origin): string | null {
  return kind === 'url' ? new URL(location).host : null;
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)) return name;
  throw new HuntError('usage.value', `"${name}" is no name for a list`, {
    hint: 'Use up to 64 letters, digits, ".", "_" and "-", such as feodo.',
  });
}

function unknownList(name: string, lists: readonly IntelList[]): HuntError {
  return new HuntError('usage.value', `There is no list ${name}.`, {
    hint:
      lists.length === 0
        ? 'No list was added yet: northsouth intel add FILE|URL --name NAME'
        : `The lists are ${lists.map((list) => list.name).join(', ')}.`,
  });
}
