import { createReadStream } from 'node:fs';
import type { LocalEngine } from '../engine/local.ts';
import type { FileOutcome, InputFile } from './input-file.ts';
import { longestLine, wholeLines, withLast } from './line-pieces.ts';
import { LineReader } from './line-reader.ts';
import { segments, stretches } from './segments.ts';
import type { Staged } from './stage.ts';
import type { BatchTables } from './tables.ts';

const pieceBytes = 4 * 1024 * 1024;
/** Why the last line of a file that breaks is no record. */
export const cutOff = 'the line is cut off where the file breaks';

/**
 * Reads a staged file line by line and leaves no line out: each is a header, blank, a record or a reject. Every
 * form of flow log goes through here; clean files with blanks between the fields have a faster way.
 */
export async function readLines(
  engine: LocalEngine,
  tables: BatchTables,
  file: InputFile,
  staged: Staged,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const reader = new LineReader(engine, tables, file, longestLine(staged.shape), signal);
  const known = 'wrap' in staged.shape ? staged.shape : undefined;
  const reason = 'reason' in staged.shape ? staged.shape.reason : undefined;
  let shape = known;
  let line = staged.headerLines;
  const headersAhead = known?.header === true ? 1 : 0;
  let headers = headersAhead;

  for await (const { text, last } of texts(staged)) {
    const torn = last && staged.broke !== undefined && !text.endsWith('\n') ? cutOff : undefined;
    for (const stretch of stretches(text)) {
      if ('blank' in stretch) line += reader.passBlank(stretch.blank);
      else if (shape === undefined)
        line += await reader.rejectAll(stretch.text, line, reason ?? 'no flow log');
      else {
        for (const segment of segments(stretch.text, shape)) {
          if (segment.header !== undefined) {
            shape = { ...shape, ...segment.header };
            headers++;
            line++;
          } else {
            const ends = segment.last && !segment.text.endsWith('\n');
            line += await reader.read(segment.text, line, shape, ends ? torn : undefined);
          }
        }
      }
    }
  }

  const { records, unreadable, blank, silent, extra } = reader.counts;
  const found = records + unreadable;
  const failed = staged.broke !== undefined || (reason !== undefined && found > 0);
  return {
    file,
    status: failed ? 'failed' : found > 0 ? 'read' : 'empty',
    reason: failed ? (staged.broke ?? reason ?? null) : null,
    shape: known === undefined ? null : `${known.wrap}, ${known.delimiter}`,
    lines: line + extra,
    headerLines: headers + silent,
    blankLines: blank + staged.headerLines - headersAhead,
    records,
    unreadable,
    unknownFields: [...reader.unknown],
  };
}

/** The staged text in pieces of whole lines. Of a line without end only the beginning: it is a reject already. */
export async function* texts(staged: Staged): AsyncGenerator<{ text: string; last: boolean }> {
  const source = createReadStream(staged.path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
  let inLine = false;
  for await (const { piece, last } of withLast(wholeLines(source, longestLine(staged.shape)))) {
    let text = piece.toString('utf8').replaceAll('\0', '\u2400');
    if (inLine) text = text.slice(text.indexOf('\n') + 1 || text.length);
    inLine = !last && piece.at(-1) !== 10;
    if (text !== '') yield { text, last };
  }
}
