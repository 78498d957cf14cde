import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Layout } from '../records/layout.ts';
import { DecodeBreak, decoded, type Packing } from './decode.ts';
import { longestLine, utf8, wholeLines, withoutMarks } from './line-pieces.ts';
import { isPrettyJson, ObjectPerLine } from './object-per-line.ts';
import { numbersOf, plainLines } from './plain-lines.ts';
import { type DnsShape, type NoShape, type Shape, shapeOf } from './shape.ts';
import { isBlank } from './words.ts';

/** A text file, unpacked beside the workspace, with what one pass over its bytes told. */
export interface Staged {
  readonly path: string;
  readonly shape: Shape | DnsShape | NoShape;
  /** Bytes of text after unpacking. */
  readonly bytes: number;
  /** Lines in the staged file; the header, a byte order mark and the carriage returns of CRLF are not in it. */
  readonly lines: number;
  /** Lines of the original before the first staged line: 1 where there is a header. */
  readonly headerLines: number;
  /**
   * No NUL, no lone carriage return, no overlong line, nothing cut off, and where fields stand between blanks every
   * line plain: a CSV reader can be trusted with it.
   */
  readonly clean: boolean;
  /** What broke while unpacking, if anything did. Its last line has no end then and is no record. */
  readonly broke: string | undefined;
}

const sampleBytes = 256 * 1024;
const sliceBytes = 8 * 1024 * 1024;

/**
 * Unpacks a text file into `path` and looks at it once: shape, number of lines, whether it is clean. Memory is
 * bounded by the pieces that {@link decoded} gives and by one line.
 */
export async function stageText(
  source: { readonly path: string; readonly packing: Packing; readonly sizeBytes: number },
  path: string,
  format: Layout | undefined,
): Promise<Staged> {
  const state = { bytes: 0, lines: 0, headerLines: 0, clean: true, broke: undefined as string | undefined };
  const pieces = utf8(untilBreak(decoded(source.path, source.packing, source.sizeBytes), state));
  const sample = await taken(pieces, sampleBytes);
  const { shape: seen, json } = shapeOfSample(sample, format);
  const shape = readable(seen);
  const numbers = numbersOf(shape);

  const out = createWriteStream(path, { highWaterMark: 8 * 1024 * 1024 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  try {
    let headerAhead = 'header' in shape && shape.header;
    let inLine = false;
    for await (const text of wholeLines(perLine(chained(sample, pieces), json), longestLine(shape))) {
      let rest = inLine ? text : withoutMarks(text);
      inLine = text.at(-1) !== 10;
      if (headerAhead) {
        const { after, lines, found } = firstLine(rest);
        rest = after;
        state.headerLines += lines;
        headerAhead = !found;
      }
      rest = look(rest, numbers, state);
      if (rest.length > 0 && !out.write(rest)) await Promise.race([once(out, 'drain'), failed]);
    }
    out.end();
    await Promise.race([once(out, 'finish'), failed]);
  } catch (error) {
    out.destroy();
    throw error;
  }
  return { path, shape, ...state };
}

/** The most names that a layout may have: of flow logs none has a hundred, and the engine takes no expressions without end. */
const mostNames = 250;

function readable(shape: Shape | DnsShape | NoShape): Shape | DnsShape | NoShape {
  const names = 'layout' in shape ? shape.layout.fields.length : 0;
  if (names <= mostNames) return shape;
  const reason = `the header has ${names.toLocaleString('en-US')} names; at most ${mostNames} are read`;
  return { kind: 'unknown', reason };
}

/** The shape that the first bytes of a file show, and how JSON in it is brought to one object a line. */
function shapeOfSample(
  sample: Buffer,
  format: Layout | undefined,
): { shape: Shape | DnsShape | NoShape; json: ObjectPerLine | undefined } {
  const text = withoutMarks(sample.subarray(0, sampleBytes)).toString('utf8').replaceAll('\r\n', '\n');
  if (!text.trimStart().startsWith('{')) return { shape: shapeOf(text, format), json: undefined };
  const pretty = isPrettyJson(text);
  const objects = new ObjectPerLine(pretty).next(Buffer.from(text)).toString('utf8');
  return { shape: shapeOf(objects, format), json: new ObjectPerLine(pretty) };
}

/** Pieces until at least so many bytes are together. */
async function taken(pieces: AsyncGenerator<Buffer>, bytes: number): Promise<Buffer> {
  const held: Buffer[] = [];
  for (let sum = 0; sum < bytes; ) {
    const { value, done } = await pieces.next();
    if (done) break;
    held.push(value);
    sum += value.length;
  }
  return held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
}

async function* chained(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* slices(first);
  for await (const piece of rest) yield* slices(piece);
}

/** A small file unpacked at once may be large: its text is looked at in slices, each of which is copied. */
function* slices(piece: Buffer): Generator<Buffer> {
  for (let at = 0; at < piece.length; at += sliceBytes) yield piece.subarray(at, at + sliceBytes);
}

async function* perLine(
  pieces: AsyncGenerator<Buffer>,
  json: ObjectPerLine | undefined,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield json === undefined ? piece : json.next(piece);
}

/** Ends where the bytes break, and notes why. */
async function* untilBreak(
  pieces: AsyncIterable<Buffer>,
  state: { clean: boolean; broke: string | undefined },
): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    if (!(error instanceof DecodeBreak)) throw error;
    state.broke = error.message;
    state.clean = false;
  }
}

/** What follows the first line that is not blank, how many lines were passed, and whether it was among them. */
function firstLine(text: Buffer): { after: Buffer; lines: number; found: boolean } {
  let from = 0;
  for (let lines = 0; from < text.length; ) {
    const newline = text.indexOf(10, from);
    const end = newline < 0 ? text.length : newline;
    const found = !isBlank(text.toString('latin1', from, end));
    from = newline < 0 ? end : newline + 1;
    lines++;
    if (found || from >= text.length) return { after: text.subarray(from), lines, found };
  }
  return { after: text, lines: 0, found: false };
}

/** Bytes on which the CSV reader and the careful reading do not agree, or which the former stumbles over. */
const doubtfulBytes = [0, 9, 11, 12, 13];
const longestCleanLine = 1_000_000;

/** What a bomb of blank lines is made of: seen at once, where counting each line takes minutes. */
const newlines = Buffer.alloc(sliceBytes, 10);

/** Counts lines, turns CRLF into LF, and notes what a CSV reader would stumble over. */
function look(
  text: Buffer,
  numbers: readonly boolean[] | undefined,
  state: { bytes: number; lines: number; clean: boolean },
): Buffer {
  let rest = text;
  if (rest.includes(13)) rest = Buffer.from(rest.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  state.bytes += rest.length;
  if (newlines.subarray(0, rest.length).equals(rest)) {
    if (numbers !== undefined) state.clean = false;
    state.lines += rest.length;
    return rest;
  }
  const plain =
    state.clean && numbers !== undefined ? plainLines(rest, numbers, longestCleanLine) : undefined;
  if (plain !== undefined) {
    state.lines += plain;
    return rest;
  }
  if (numbers !== undefined || doubtfulBytes.some((byte) => rest.includes(byte))) state.clean = false;
  let from = 0;
  for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, from)) {
    if (at - from > longestCleanLine) state.clean = false;
    state.lines++;
    from = at + 1;
  }
  if (from < rest.length) {
    if (rest.length - from > longestCleanLine) state.clean = false;
    state.lines++;
  }
  return rest;
}
