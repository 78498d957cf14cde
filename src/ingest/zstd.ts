import { createReadStream } from 'node:fs';
import { Decompress } from 'fzstd';
import xxhash from 'xxhash-wasm';

/** Thrown after the bytes that could be had: what is wrong with the data, in words. */
export class ZstdBreak extends Error {}

const chunkBytes = 1024 * 1024;
const magic = 0xfd2fb528;
const checksumBytes = 4;
/** Kinds of blocks: of the second the size is that of what comes out, one byte stands for all; the fourth is none. */
const [runOfOne, reserved] = [1, 3];

/**
 * The content of a zstd file, one frame after the other (RFC 8878). The unpacker reads frames and passes over their
 * checksums and sizes; here each frame is held against what it says of its content. What it gave came before.
 */
export async function* zstdUnpacked(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  const bytes = new Bytes(source[Symbol.asyncIterator]());
  while (await bytes.has(1)) {
    const start = (await bytes.take(4)).readUInt32LE();
    // What parallel compressors put between frames holds nothing.
    if ((start & 0xfffffff0) >>> 0 === 0x184d2a50) await bytes.skip((await bytes.take(4)).readUInt32LE());
    else if (start === magic) yield* frame(bytes, start);
    else throw new ZstdBreak('what follows a frame is none');
  }
}

async function* frame(bytes: Bytes, start: number): AsyncGenerator<Buffer> {
  const head = await headOf(bytes, start);
  const hash = (await hasher()).create64();
  let out: Buffer[] = [];
  let size = 0n;
  const unpack = new Decompress((piece) => {
    if (piece.length > 0) out.push(Buffer.from(piece));
  });
  const push = (packed: Buffer, last: boolean) => {
    try {
      unpack.push(packed, last);
    } catch (error) {
      throw error instanceof ZstdBreak ? error : new ZstdBreak((error as Error).message);
    }
    const pieces = out;
    out = [];
    for (const piece of pieces) {
      hash.update(piece);
      size += BigInt(piece.length);
    }
    return pieces;
  };
  yield* push(head.bytes, false);
  let sum: number | undefined;
  for (let last = false; !last; ) {
    const header = await bytes.take(3);
    const word = header.readUIntLE(0, 3);
    const kind = (word >> 1) & 3;
    if (kind === reserved) throw new ZstdBreak('a block of no known kind');
    last = (word & 1) === 1;
    const body = await bytes.take(kind === runOfOne ? 1 : word >> 3);
    const tail = last && head.hasChecksum ? await bytes.take(checksumBytes) : Buffer.alloc(0);
    if (tail.length > 0) sum = tail.readUInt32LE();
    yield* push(Buffer.concat([header, body, tail]), last);
  }
  if (head.size !== undefined && head.size !== size) throw new ZstdBreak('a frame is not as long as it says');
  if (sum !== undefined && sum !== Number(hash.digest() & 0xffffffffn))
    throw new ZstdBreak('incorrect data check');
}

/** The header of a frame: its bytes, whether a checksum follows the frame, and how long the content is, where it says. */
async function headOf(bytes: Bytes, start: number) {
  const first = Buffer.alloc(4);
  first.writeUInt32LE(start);
  const descriptor = await bytes.take(1);
  const flags = descriptor.readUInt8();
  const isSingle = ((flags >> 5) & 1) === 1;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const rest = await bytes.take((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
  const field = rest.subarray(rest.length - sizeBytes);
  const sizes: Readonly<Record<number, () => bigint>> = {
    1: () => BigInt(field.readUInt8()),
    2: () => BigInt(field.readUInt16LE() + 256),
    4: () => BigInt(field.readUInt32LE()),
    8: () => field.readBigUInt64LE(),
  };
  return {
    bytes: Buffer.concat([first, descriptor, rest]),
    hasChecksum: ((flags >> 2) & 1) === 1,
    size: sizes[sizeBytes]?.(),
  };
}

let made: ReturnType<typeof xxhash> | undefined;
const hasher = () => {
  made ??= xxhash();
  return made;
};

/** Takes so many bytes at a time from pieces of any size. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  /** True where there are so many more. */
  async has(count: number): Promise<boolean> {
    while (this.#held.length < count) {
      const { value, done } = await this.#source.next();
      if (done === true) return false;
      this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    }
    return true;
  }

  async take(count: number): Promise<Buffer> {
    if (!(await this.has(count))) throw new ZstdBreak('unexpected end of file');
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.take(Math.min(left, chunkBytes))).length;
  }
}
