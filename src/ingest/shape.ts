import { isOwnExport, type Layout, layoutFromHeader } from '../records/layout.ts';
import { dnsShape } from './dns-shape.ts';
import { exportedTime, quotedMessage } from './export-lines.ts';
import { fittingFormat } from './fitting-format.ts';
import { jsonShape } from './json-shape.ts';
import { type Delimiter, isBlank, wordsOf } from './words.ts';

/** What stands around the fields of a record in a line. */
export type Wrap =
  /** The fields are the line. */
  | 'line'
  /** CloudWatch's export to S3: an ISO time, a blank or comma, then the fields. */
  | 'iso-time'
  /** CloudWatch's CSV: one column holds the record, maybe in quotes. */
  | 'csv-message'
  /** One JSON object a line, whose `message` holds the record. */
  | 'json-message'
  /** One JSON object a line, whose keys are the field names. */
  | 'json-fields'
  /** CloudWatch subscription: JSON whose `logEvents` (or `events`) hold records in `message`. */
  | 'json-events';

/** How the lines of one file are read. */
export interface Shape {
  readonly wrap: Wrap;
  readonly delimiter: Delimiter;
  readonly layout: Layout;
  /** The file's first line names the fields. */
  readonly header: boolean;
  /** Position of the record among the comma separated columns, for `csv-message`. */
  readonly messageColumn?: number;
}

/** A Route 53 Resolver query log: how the JSON object of a query is found in a line. */
export interface DnsShape {
  readonly kind: 'dns';
  readonly around: Exclude<Wrap, 'json-fields'>;
  readonly header: boolean;
  readonly messageColumn?: number;
}

/** A file that has no shape: something else, or flow log lines in an order that nothing states. */
export interface NoShape {
  readonly kind: 'other' | 'unknown';
  readonly reason: string;
}

const sampleLines = 200;

/**
 * Reads the shape from the first lines of a file. A header decides; without one the lines must fit `format`
 * (from `--format`) or the default format, at least half of them and exactly, so that no field is ever read by
 * a guessed position.
 */
export function shapeOf(sample: string, format: Layout | undefined): Shape | DnsShape | NoShape {
  const lines = sample
    .split('\n')
    .filter((line) => !isBlank(line))
    .slice(0, sampleLines);
  const first = lines[0];
  if (first === undefined) return { kind: 'unknown', reason: 'no line of text' };
  return (
    ownTable(first) ??
    withHeader(first) ??
    dnsShape(lines) ??
    messageTable(lines, format) ??
    otherLog(lines) ??
    jsonShape(lines, format) ??
    headerless(lines, format)
  );
}

/** The fields of a header line with the delimiter that it uses; undefined when the line is none. */
export function headerOf(line: string): { layout: Layout; delimiter: Delimiter } | undefined {
  const delimiter = line.includes('\t') ? 'tab' : line.includes(',') ? 'comma' : 'blank';
  const layout = layoutFromHeader(wordsOf(line, delimiter));
  return layout === undefined ? undefined : { layout, delimiter };
}

/** What is told of files that northsouth wrote itself; read as logs they would count every record twice. */
export const ownExport: NoShape = { kind: 'other', reason: 'an export of northsouth, not a flow log' };

function ownTable(line: string): NoShape | undefined {
  return isOwnExport(wordsOf(line, 'comma')) ? ownExport : undefined;
}

function withHeader(line: string): Shape | undefined {
  const header = headerOf(line);
  return header && { wrap: 'line', header: true, ...header };
}

/** CSV with a header whose columns are the time and the message, as CloudWatch and Insights export it. */
function messageTable(
  [first = '', ...rest]: readonly string[],
  format: Layout | undefined,
): Shape | NoShape | undefined {
  const messageColumn = messageColumnOf(first);
  if (messageColumn === undefined) return undefined;
  const before = new RegExp(`^(?:[^,]*,){${messageColumn}}`);
  const messages = rest.map((line) => messageAt(line.replace(before, '')));
  return fittingFormat(
    { wrap: 'csv-message', delimiter: 'blank', header: true, messageColumn },
    messages,
    format,
  );
}

/** Where a header of CloudWatch's CSV has the message; undefined for any other line. */
export function messageColumnOf(header: string): number | undefined {
  const columns = wordsOf(header.toLowerCase(), 'comma').map((word) => word.replace(/^@/, ''));
  return columns.includes('timestamp') && columns.includes('message')
    ? columns.indexOf('message')
    : undefined;
}

/** The column at the start of a text of CSV. */
function messageAt(text: string): string {
  return /^\s*(?:"([^"]*)"|([^,]*))/.exec(text)?.slice(1).find(Boolean) ?? '';
}

const writeTest: NoShape = { kind: 'other', reason: 'the write test of a CloudWatch export, not a flow log' };
const trailLog: NoShape = { kind: 'other', reason: 'a CloudTrail log, not a flow log' };

function otherLog(lines: readonly string[]): NoShape | undefined {
  if (/^\{\s*"Records"\s*:\s*\[/.test(lines[0] ?? '')) return trailLog;
  return lines.length === 1 && lines[0]?.trim() === 'Permission Check Successful' ? writeTest : undefined;
}

const isoTime = new RegExp(exportedTime);

function headerless(lines: readonly string[], format: Layout | undefined): Shape | NoShape {
  const header = false;
  if (mostly(lines, quotedMessage)) {
    const messages = lines.map((line) => messageAt(line.slice(line.indexOf(',') + 1)));
    return fittingFormat(
      { wrap: 'csv-message', delimiter: 'blank', header, messageColumn: 1 },
      messages,
      format,
    );
  }
  if (mostly(lines, isoTime)) {
    const rest = lines.map((line) => line.replace(isoTime, ''));
    const delimiter = mostly(rest, /,/) ? 'comma' : 'blank';
    return fittingFormat({ wrap: 'iso-time', delimiter, header }, rest, format);
  }
  const shape = fittingFormat({ wrap: 'line', delimiter: 'blank', header }, lines, format);
  if ('wrap' in shape) return shape;
  // Other lines may stand before the header; they are judged by it.
  const below = lines.map(headerOf).find((found) => found !== undefined);
  return below === undefined ? shape : { wrap: 'line', header, ...below };
}

function mostly(lines: readonly string[], pattern: RegExp): boolean {
  return lines.filter((line) => pattern.test(line)).length * 2 >= lines.length;
}
