import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Drain, type Exchange, exchange, type NetOptions } from './exchange.ts';

/** How a file is downloaded. */
export interface DownloadOptions extends NetOptions {
  /** Looks at the downloaded file before it takes its place; what it throws leaves the file before untouched. */
  readonly verify?: (path: string) => Promise<void>;
}

/** What was downloaded; `modified` is false when the server says 304: the file is as it was. */
export interface Download extends Exchange {
  readonly modified: boolean;
  readonly bytes: number;
}

/**
 * Downloads a URL into a file: as a stream, beside its place, verified, then renamed. An interrupted or refused
 * download leaves the file that was there. If-None-Match and If-Modified-Since go into `headers`. A body that the
 * server packs for transport is unpacked; a file that is itself gzip may arrive either way.
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<Download> {
  const beside = `${file}.${process.pid}-${randomUUID()}.tmp`;
  const isConditional = Object.keys(options.headers ?? {}).some((name) => /^if-/i.test(name));
  const statuses = [...(options.statuses ?? []), ...(isConditional ? [304] : [])];
  const save = async (answer: Exchange, drain: Drain): Promise<Download> => {
    if (answer.status === 304) return { ...answer, modified: false, bytes: 0 };
    await mkdir(dirname(file), { recursive: true });
    await drain(createWriteStream(beside));
    const { size: bytes } = await stat(beside);
    await options.verify?.(beside);
    await rename(beside, file);
    return { ...answer, modified: true, bytes };
  };
  try {
    return await exchange(url, { timeoutMs: 900_000, ...options, statuses }, save);
  } finally {
    // What went wrong before is what to report.
    await rm(beside, { force: true }).catch(() => undefined);
  }
}
