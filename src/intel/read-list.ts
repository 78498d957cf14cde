import { gunzipSync } from 'node:zlib';
import { HuntError } from '../errors.ts';
import { parseJson } from './json.ts';
import { parseLines } from './lines.ts';
import type { ParsedList } from './parsed-list.ts';

/** A list is at most so large, packed or not. */
export const mostListBytes = 200_000_000;
const mostEntries = 5_000_000;

/**
 * The entries of a list, in whatever known form its bytes are; the content decides, not the name. Throws
 * `intel.refused` for what is no list: a web page, an archive, a file without any entry. `now` is Unix seconds.
 */
export function readList(bytes: Uint8Array, origin: string, now: number): ParsedList {
  const text = textOf(bytes, origin);
  const start = text.slice(0, 2000).trimStart();
  if (/^<(?:!doctype|html|head|body|script|\?xml)/i.test(start)) {
    throw refused(
      origin,
      'is a web page, not a list',
      'Look at it in a browser: it may ask for a login, or say where the list is.',
    );
  }
  const list = /^[[{]/.test(start) ? parseJson(text, now) : parseLines(text, now);
  if (list.entries.length === 0) {
    const [first] = list.firstSkipped;
    const said = first === undefined ? 'it is empty' : `line ${first.line} is ${JSON.stringify(first.text)}`;
    throw refused(
      origin,
      `has no address, network or AS number; ${said}`,
      'northsouth intel --help says which forms are read.',
    );
  }
  if (list.entries.length > mostEntries) {
    throw refused(origin, `has more than ${mostEntries.toLocaleString('en')} entries`, 'Take a part of it.');
  }
  return list;
}

function textOf(packed: Uint8Array, origin: string): string {
  if (packed.length > mostListBytes)
    throw refused(origin, 'is larger than a list may be', 'Take a part of it.');
  const bytes = isGzip(packed) ? unpacked(packed, origin) : packed;
  // There is gzip that unpacks to itself.
  if (isGzip(bytes)) throw refused(origin, 'is gzip inside gzip', 'Unpack it and add the file in it.');
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 9) < 8) {
    throw refused(origin, 'is a zip archive', 'Unpack it and add the file in it.');
  }
  if (bytes.subarray(0, 4096).includes(0))
    throw refused(origin, 'is no text', 'northsouth intel --help says which forms are read.');
  return new TextDecoder('utf-8').decode(bytes);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpacked(bytes: Uint8Array, origin: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostListBytes });
  } catch (cause) {
    throw refused(origin, `is gzip that cannot be unpacked: ${(cause as Error).message}`, 'Fetch it again.');
  }
}

/** A list that was not taken, and what to do. */
export function refused(origin: string, why: string, hint: string): HuntError {
  return new HuntError('intel.refused', `${origin} ${why}.`, { hint });
}
