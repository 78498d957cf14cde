import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, createGunzip, type Gunzip, gunzip } from 'node:zlib';
import { ZstdBreak, zstdUnpacked } from './zstd.ts';

/** How the bytes of a file are wrapped, by its first bytes and never by its name. */
export type Packing = 'plain' | 'gzip' | 'zstd' | 'parquet' | 'unsupported';

/** Thrown by {@link decoded} after the bytes that could be had: what broke, in words. */
export class DecodeBreak extends Error {}

const magics: readonly { bytes: readonly number[]; packing: Packing; name: string }[] = [
  { bytes: [0x1f, 0x8b], packing: 'gzip', name: 'gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], packing: 'zstd', name: 'zstd' },
  // A skippable frame of zstd, with which parallel compressors begin.
  { bytes: [0x50, 0x2a, 0x4d, 0x18], packing: 'zstd', name: 'zstd' },
  { bytes: [0x50, 0x41, 0x52, 0x31], packing: 'parquet', name: 'Parquet' },
  { bytes: [0x42, 0x5a, 0x68], packing: 'unsupported', name: 'bzip2' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], packing: 'unsupported', name: 'xz' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], packing: 'unsupported', name: 'zip' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], packing: 'unsupported', name: '7z' },
];

/** The packing of a file and the name of its format. */
export async function packingOf(path: string): Promise<{ packing: Packing; name: string }> {
  const file: FileHandle = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const head = buffer.subarray(0, bytesRead);
    const found = magics.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
    return found ?? { packing: 'plain', name: 'text' };
  } finally {
    await file.close();
  }
}

/** A gzip file of nothing is as large as this: header, empty block, checksum and length. */
const leastGzipBytes = 18;
/** Smaller gzip files are unpacked at once, which is faster; larger ones as a stream, which bounds memory. */
const atOnceBytes = 4 * 1024 * 1024;
const atOnceLimit = 128 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * The unpacked bytes of a file in pieces of at most a few megabytes (a small gzip file: one piece). Checksums of
 * gzip and zstd are verified. Where the file is cut off or corrupt, the bytes before the break come first, then
 * {@link DecodeBreak} is thrown.
 */
export async function* decoded(path: string, packing: Packing, sizeBytes: number): AsyncGenerator<Buffer> {
  switch (packing) {
    case 'gzip': {
      // Node takes a beginning without a whole header for the end of the file.
      if (sizeBytes < leastGzipBytes) throw new DecodeBreak(cutOff);
      const whole = sizeBytes <= atOnceBytes ? await unpackedAtOnce(path) : undefined;
      if (whole === undefined) yield* unpackedAsStream(path);
      else yield whole;
      return;
    }
    case 'zstd':
      yield* zstdOrBreak(path);
      return;
    default:
      yield* createReadStream(path, { highWaterMark: 4 * chunkBytes });
  }
}

async function unpackedAtOnce(path: string): Promise<Buffer | undefined> {
  try {
    return await promisify(gunzip)(await readFile(path), {
      maxOutputLength: atOnceLimit,
      chunkSize: chunkBytes,
    });
  } catch {
    // Broken, or a bomb: the stream below saves what can be saved, in bounded memory.
    return undefined;
  }
}

/** Compressed bytes fed at a time: what comes out is at most a thousand times as large. */
const feedBytes = 64 * 1024;
/** And while a corrupt file is read again, ever closer to the break. */
const salvageSteps = [512, 1];

async function* unpackedAsStream(path: string): AsyncGenerator<Buffer> {
  const progress = { fed: 0, given: 0 };
  let failure = yield* unpackedFrom(path, progress, feedBytes);
  // A file that is cut off has given all it holds; a corrupt one lost what its last slice still held.
  for (const step of salvageSteps) {
    if (failure === undefined || codeOf(failure) === 'Z_BUF_ERROR') break;
    failure = yield* unpackedFrom(path, progress, step);
  }
  if (failure !== undefined) throw new DecodeBreak(reasonOf(failure));
}

/**
 * Unpacks from the start, in slices of `step` bytes once past `progress.fed`, yields what comes after the first
 * `progress.given` bytes, and moves both on. Returns what broke, if anything did.
 */
async function* unpackedFrom(
  path: string,
  progress: { fed: number; given: number },
  step: number,
): AsyncGenerator<Buffer, Error | undefined> {
  const feed = new GunzipFeed(createGunzip({ chunkSize: chunkBytes }));
  const source = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  let position = 0;
  let seen = 0;
  const fresh = (pieces: readonly Buffer[]): Buffer[] =>
    pieces.flatMap((piece) => {
      const start = seen;
      seen += piece.length;
      if (seen <= progress.given) return [];
      const rest = piece.subarray(Math.max(0, progress.given - start));
      progress.given = seen;
      return [rest];
    });
  try {
    for await (const chunk of source) {
      for (const slice of slices(chunk, progress.fed - position, step)) {
        yield* fresh(await feed.feed(slice));
        position += slice.length;
        progress.fed = Math.max(progress.fed, position);
      }
    }
    yield* fresh(await feed.end());
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The chunk as one slice up to `known`, then in slices of `step`. */
function* slices(chunk: Buffer, known: number, step: number): Generator<Buffer> {
  const safe = Math.min(Math.max(0, known), chunk.length);
  if (safe > 0) yield chunk.subarray(0, safe);
  for (let at = safe; at < chunk.length; at += step) yield chunk.subarray(at, at + step);
}

/** Feeds a gunzip stream and hands back what came out of each feed, so that a break loses one feed at most. */
class GunzipFeed {
  readonly #unpack: Gunzip;
  #out: Buffer[] = [];
  #failure: Error | undefined;
  #waiting: (() => void) | undefined;

  constructor(unpack: Gunzip) {
    this.#unpack = unpack;
    unpack.on('data', (piece: Buffer) => this.#out.push(piece));
    unpack.on('error', (error) => {
      this.#failure = error;
      this.#waiting?.();
    });
  }

  async feed(bytes: Buffer): Promise<Buffer[]> {
    await this.#settled((done) => {
      this.#unpack.write(bytes, () => this.#unpack.flush(constants.Z_SYNC_FLUSH, done));
    });
    return this.#taken();
  }

  async end(): Promise<Buffer[]> {
    await this.#settled((done) => {
      this.#unpack.once('end', done);
      this.#unpack.end();
    });
    return this.#taken();
  }

  #settled(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiting = undefined;
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      };
      if (this.#failure !== undefined) return settle();
      this.#waiting = settle;
      start(settle);
    });
  }

  #taken(): Buffer[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

async function* zstdOrBreak(path: string): AsyncGenerator<Buffer> {
  try {
    yield* zstdUnpacked(path);
  } catch (error) {
    if (!(error instanceof ZstdBreak)) throw error;
    throw new DecodeBreak(`the zstd data is cut off or corrupt (${error.message})`);
  }
}

const cutOff = 'the gzip data is cut off (unexpected end of file)';

function reasonOf(error: Error): string {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR') return cutOff;
  if (code?.startsWith('Z_')) return `the gzip data is corrupt (${error.message})`;
  return error.message;
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
