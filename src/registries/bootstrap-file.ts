import { readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { HuntError } from '../errors.ts';
import { download } from '../net/download.ts';
import { type Bootstrap, bootstrapOf, shipped } from './bootstrap.ts';

/** A bootstrap file with where it comes from. */
export interface KnownBootstrap extends Bootstrap {
  /** `shipped` with the program, or `downloaded` into the home folder (or put there by hand). */
  readonly source: 'shipped' | 'downloaded';
  /** When it was downloaded or last confirmed, as ISO time; null for the shipped copy. */
  readonly confirmedAt: string | null;
}

/** How IANA is asked for the file. */
export interface RefreshOptions {
  /** Where IANA publishes its files; a slash at the end. */
  readonly base?: string;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called before IANA is asked. */
  readonly onAsk?: () => void;
}

const iana = 'https://data.iana.org/rdap/';
/** New blocks are given to registries a few times in ten years; RFC 9224 only asks to look again. */
const freshDays = 7;

/** The bootstrap file of the family in the folder, or the shipped one; nobody is asked. */
export async function knownBootstrap(folder: string, family: 'ipv4' | 'ipv6'): Promise<KnownBootstrap> {
  const path = join(folder, `${family}.json`);
  try {
    const found = bootstrapOf(JSON.parse(await readFile(path, 'utf8')));
    const { mtime } = await stat(path);
    if (found !== null) return { ...found, source: 'downloaded', confirmedAt: isoTime(mtime) };
  } catch {
    // Missing or broken: the shipped one serves.
  }
  return { ...shipped(family), source: 'shipped', confirmedAt: null };
}

/** The same, after asking IANA for a newer one where it has not been asked for a week. IANA's failure changes nothing. */
export async function freshBootstrap(
  folder: string,
  family: 'ipv4' | 'ipv6',
  options: RefreshOptions = {},
): Promise<KnownBootstrap> {
  const known = await knownBootstrap(folder, family);
  const age = Date.now() - Date.parse(known.confirmedAt ?? '');
  if (age < freshDays * 86_400_000) return known;
  const { base = iana, signal, env, onAsk } = options;
  const path = join(folder, `${family}.json`);
  const isFromIana = new URL(base).protocol === 'https:';
  onAsk?.();
  try {
    const { modified } = await download(`${base}${family}.json`, path, {
      trust: 'typed',
      maxBytes: 2_000_000,
      timeoutMs: 15_000,
      verify: (file) => verify(file, isFromIana),
      ...(known.confirmedAt === null
        ? {}
        : { headers: { 'if-modified-since': new Date(known.confirmedAt).toUTCString() } }),
      ...(signal === undefined ? {} : { signal }),
      ...(env === undefined ? {} : { env }),
    });
    const now = new Date();
    if (!modified) await utimes(path, now, now);
    return await knownBootstrap(folder, family);
  } catch (error) {
    if (signal?.aborted || !(error instanceof HuntError)) throw error;
    return known;
  }
}

async function verify(path: string, httpsOnly: boolean): Promise<void> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HuntError('net.answer', 'What IANA sent is no JSON.', { cause });
  }
  const all = bootstrapOf(value);
  if (all === null) throw new HuntError('net.answer', 'What IANA sent is no bootstrap file.');
  if (httpsOnly && bootstrapOf(value, { httpsOnly })?.entries.length !== all.entries.length) {
    throw new HuntError('net.answer', 'What IANA sent names a registry without https.');
  }
}

function isoTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
