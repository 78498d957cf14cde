import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HuntError } from '../errors.ts';
import { bounded } from '../net/bounded.ts';

/** The file itself, or where it is gzip what is in it, written to `target`, up to `maxBytes`. */
export async function unpacked(
  path: string,
  target: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<string> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close());
  if (buffer.readUInt16BE() !== 0x1f8b) return path;
  const bound = bounded(maxBytes, () => tooLarge(path, maxBytes));
  const steps = [createReadStream(path), createGunzip(), bound, createWriteStream(target)] as const;
  try {
    await pipeline(steps, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof HuntError || signal?.aborted) throw error;
    throw new HuntError(
      'label.unreadable',
      `${path} is gzip and cannot be unpacked: ${(error as Error).message}.`,
      {
        hint: 'Get the file again; it seems to be cut off.',
        cause: error,
      },
    );
  }
  return target;
}

/** More than a list of ranges may have. */
function tooLarge(path: string, maxBytes: number): HuntError {
  return new HuntError(
    'label.unreadable',
    `${path} has more than ${Math.round(maxBytes / 1e6)} MB, unpacked.`,
    {
      hint: 'No list of ranges that is known is that large.',
    },
  );
}
