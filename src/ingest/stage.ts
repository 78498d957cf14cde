import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { Layout } from '../records/layout.ts';
import { DecodeBreak, decoded, type Packing } from './decode.ts';
import { type NoShape, type Shape, shapeOf } from './shape.ts';

/** A text file, unpacked beside the workspace, with what one pass over its bytes told. */
export interface Staged {
  readonly path: string;
  readonly shape: Shape | NoShape;
  /** Bytes of text after unpacking. */
  readonly bytes: number;
  /** Lines in the staged file; the header, a byte order mark and the carriage returns of CRLF are not in it. */
  readonly lines: number;
  /** Lines of the original before the first staged line: 1 where there is a header. */
  readonly headerLines: number;
  /** No NUL, no lone carriage return, no overlong line, nothing cut off: a CSV reader can be trusted with it. */
  readonly clean: boolean;
  /** What broke while unpacking, if anything did. Its last line has no end then and is no record. */
  readonly broke: string | undefined;
}

/** Longer lines than this are no flow log records; a CSV reader refuses them at two megabytes. */
const longestLine = 1_000_000;
const sampleBytes = 256 * 1024;

/**
 * Unpacks a text file into `path` and looks at it once: shape, number of lines, whether it is clean. Memory is
 * bounded by the pieces that {@link decoded} gives and by one line.
 */
export async function stageText(
  source: { readonly path: string; readonly packing: Packing; readonly sizeBytes: number },
  path: string,
  format: Layout | undefined,
): Promise<Staged> {
  const out = createWriteStream(path, { highWaterMark: 8 * 1024 * 1024 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const state = { bytes: 0, lines: 0, headerLines: 0, clean: true, broke: undefined as string | undefined };
  let shape: Shape | NoShape | undefined;

  const take = async (text: Buffer) => {
    let rest = text;
    if (shape === undefined) {
      rest = withoutMark(rest);
      shape = shapeOf(rest.toString('utf8', 0, Math.min(rest.length, sampleBytes)), format);
      if ('wrap' in shape && shape.header) {
        const { after, lines } = firstLine(rest);
        rest = after;
        state.headerLines = lines;
      }
    }
    rest = look(rest, state);
    if (rest.length > 0 && !out.write(rest)) await Promise.race([once(out, 'drain'), failed]);
  };

  try {
    for await (const text of wholeLines(decoded(source.path, source.packing, source.sizeBytes), state))
      await take(text);
    if (shape === undefined) await take(Buffer.alloc(0));
    out.end();
    await Promise.race([once(out, 'finish'), failed]);
  } catch (error) {
    out.destroy();
    throw error;
  }
  return { path, shape: shape as Shape | NoShape, ...state };
}

/** Cuts the pieces so that each ends at the end of a line; notes a break and goes on with what came before it. */
export async function* wholeLines(
  pieces: AsyncIterable<Buffer>,
  state: { clean: boolean; broke: string | undefined } = { clean: true, broke: undefined },
): AsyncGenerator<Buffer> {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  try {
    for await (const piece of utf8(pieces)) {
      const end = piece.lastIndexOf(10) + 1;
      if (end > 0) {
        yield carried.length === 0
          ? piece.subarray(0, end)
          : Buffer.concat([...carried, piece.subarray(0, end)]);
        carried = [];
        carriedBytes = 0;
      }
      if (end < piece.length) {
        carried.push(Buffer.from(piece.subarray(end)));
        carriedBytes += piece.length - end;
      }
      if (carriedBytes > longestLine) {
        state.clean = false;
        // A line without end: handed on in parts, as its lines cannot be records. See look().
        yield Buffer.concat(carried);
        carried = [];
        carriedBytes = 0;
      }
    }
  } catch (error) {
    if (!(error instanceof DecodeBreak)) throw error;
    state.broke = error.message;
    state.clean = false;
  }
  if (carriedBytes > 0) yield Buffer.concat(carried);
}

/** The bytes as UTF-8: Windows tools write UTF-16 with a byte order mark. */
async function* utf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const piece of pieces) {
    if (first && piece.length >= 2) {
      const mark = piece.readUInt16BE(0);
      if (mark === 0xfffe) decoder = new TextDecoder('utf-16le');
      if (mark === 0xfeff) decoder = new TextDecoder('utf-16be');
      first = false;
    }
    yield decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
  }
}

function withoutMark(text: Buffer): Buffer {
  return text.length >= 3 && text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf
    ? text.subarray(3)
    : text;
}

/** What follows the first line that is not blank, and how many lines were passed. */
function firstLine(text: Buffer): { after: Buffer; lines: number } {
  let from = 0;
  for (let lines = 1; ; lines++) {
    const newline = text.indexOf(10, from);
    const end = newline < 0 ? text.length : newline;
    const blank = text.toString('latin1', from, end).trim() === '';
    if (!blank || newline < 0) return { after: text.subarray(newline < 0 ? end : newline + 1), lines };
    from = newline + 1;
  }
}

/** Counts lines, turns CRLF into LF, and notes what a CSV reader would stumble over. */
function look(text: Buffer, state: { bytes: number; lines: number; clean: boolean }): Buffer {
  let rest = text;
  if (rest.includes(13)) {
    rest = Buffer.from(rest.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    if (rest.includes(13)) state.clean = false;
  }
  if (rest.includes(0)) state.clean = false;
  state.bytes += rest.length;
  let from = 0;
  for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, from)) {
    if (at - from > longestLine) state.clean = false;
    state.lines++;
    from = at + 1;
  }
  if (from < rest.length) state.lines++;
  return rest;
}
