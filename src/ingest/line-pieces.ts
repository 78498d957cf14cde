import { TextDecoder } from 'node:util';
import type { DnsShape, NoShape, Shape } from './shape.ts';

/** Longer lines than this many bytes are no records of a flow log; an envelope of many records may be longer. */
export function longestLine(shape: Shape | DnsShape | NoShape): number {
  const wrap = 'wrap' in shape ? shape.wrap : shape.kind === 'dns' ? shape.around : '';
  return wrap.startsWith('json') ? 64_000_000 : 1_000_000;
}

/**
 * Cuts the pieces so that each ends at the end of a line. Of a line that is longer than `longest` bytes the parts
 * are handed on as they come: it will be no record.
 */
export async function* wholeLines(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Buffer> {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  for await (const piece of pieces) {
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
    if (carriedBytes > longest) {
      yield Buffer.concat(carried);
      carried = [];
      carriedBytes = 0;
    }
  }
  if (carriedBytes > 0) yield Buffer.concat(carried);
}

/** Each piece, and whether it is the last. */
export async function* withLast(
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held: Buffer | undefined;
  for await (const piece of pieces) {
    if (held !== undefined) yield { piece: held, last: false };
    held = piece;
  }
  if (held !== undefined) yield { piece: held, last: true };
}

/** The bytes as UTF-8: Windows tools write UTF-16 with a byte order mark. */
export async function* utf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const piece of pieces) {
    let text = piece;
    if (head !== undefined) {
      head = Buffer.concat([head, piece]);
      if (head.length < 2) continue;
      const mark = head.readUInt16BE(0);
      if (mark === 0xfffe) decoder = new TextDecoder('utf-16le');
      if (mark === 0xfeff) decoder = new TextDecoder('utf-16be');
      text = head;
      head = undefined;
    }
    yield decoder === undefined ? text : Buffer.from(decoder.decode(text, { stream: true }));
  }
  if (head !== undefined && head.length > 0) yield head;
  if (decoder !== undefined) yield Buffer.from(decoder.decode());
}

const mark = Buffer.from('\ufeff');
const markBelow = Buffer.from('\n\ufeff');

/** The lines without byte order marks in front: a file has one, files that were joined have more further down. */
export function withoutMarks(lines: Buffer): Buffer {
  let rest = lines;
  while (rest.subarray(0, mark.length).equals(mark)) rest = rest.subarray(mark.length);
  if (!rest.includes(markBelow)) return rest;
  return Buffer.from(rest.toString('latin1').replaceAll(/\n(?:\xef\xbb\xbf)+/g, '\n'), 'latin1');
}
