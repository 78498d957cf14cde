import { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HuntError } from '../errors.ts';

/** The steps that turn a body as sent into its content, each of which holds at most `maxBytes`. */
export function decoders(encoding: string | undefined, maxBytes: number, host: string): Transform[] {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const unpackers = names.reverse().map((name) => unpacker(name, host));
  return [bounded(maxBytes, host), ...unpackers.flatMap((unpack) => [unpack, bounded(maxBytes, host)])];
}

function unpacker(name: string, host: string): Transform {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  if (name === 'deflate') return createInflate();
  if (name === 'br') return createBrotliDecompress();
  throw new HuntError(
    'net.answer',
    `${host} sends its answer packed as "${name.slice(0, 40)}", which was not asked for.`,
  );
}

function bounded(maxBytes: number, host: string): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(tooLarge(host, maxBytes));
      else done(null, chunk);
    },
  });
}

/** An answer that is larger than what it is good for. */
export function tooLarge(host: string, maxBytes: number): HuntError {
  return new HuntError(
    'net.too-large',
    `The answer of ${host} is larger than ${maxBytes.toLocaleString('en')} bytes, and was dropped.`,
  );
}
