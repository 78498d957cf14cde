import { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HuntError } from '../errors.ts';

/** Nobody packs an answer more often; each time costs a step of its own. */
const mostEncodings = 2;

/** The steps that turn a body as sent into its content, each of which holds at most `maxBytes`. */
export function decoders(encoding: string | undefined, maxBytes: number, host: string): Transform[] {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > mostEncodings) {
    throw new HuntError('net.answer', `${host} sends its answer packed ${names.length} times over.`);
  }
  const unpackers = names.reverse().map((name) => unpacker(name, host));
  const bound = () => bounded(maxBytes, () => tooLarge(host, maxBytes));
  return [bound(), ...unpackers.flatMap((unpack) => [unpack, bound()])];
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

/** Hands on what comes, up to so many bytes; more is the failure that `tooMuch` tells. */
export function bounded(maxBytes: number, tooMuch: () => HuntError): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(tooMuch());
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
