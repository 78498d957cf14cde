import { defaultFormat } from '../records/fields.ts';
import { defaultLayout, type Layout, layoutFromHeader } from '../records/layout.ts';

/** What stands around the fields of a record in a line. */
type Wrap =
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

export type Delimiter = 'blank' | 'comma' | 'tab';

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

/** A file that has no shape: something else, or flow log lines in an order that nothing states. */
export interface NoShape {
  readonly kind: 'other' | 'unknown';
  readonly reason: string;
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z[ ,\t]/;
const sampleLines = 200;

/**
 * Reads the shape from the first lines of a file. A header decides; without one the lines must fit `format`
 * (from `--format`) or the default format, at least half of them and exactly, so that no field is ever read by
 * a guessed position.
 */
export function shapeOf(sample: string, format: Layout | undefined): Shape | NoShape {
  const lines = sample
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, sampleLines);
  const first = lines[0];
  if (first === undefined) return { kind: 'unknown', reason: 'no line of text' };
  return withHeader(first) ?? json(lines, format) ?? otherLog(lines) ?? headerless(lines, format);
}

/** The fields of a header line with the delimiter that it uses; undefined when the line is none. */
export function headerOf(line: string): { layout: Layout; delimiter: Delimiter } | undefined {
  const delimiter = line.includes('\t') ? 'tab' : line.includes(',') ? 'comma' : 'blank';
  const layout = layoutFromHeader(wordsOf(line, delimiter));
  return layout === undefined ? undefined : { layout, delimiter };
}

function wordsOf(line: string, delimiter: Delimiter): string[] {
  if (delimiter === 'blank') return line.trim().split(/\s+/);
  return line.split(delimiter === 'comma' ? ',' : '\t').map((word) => unquoted(word.trim()));
}

function unquoted(word: string): string {
  return word.length >= 2 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word;
}

function withHeader(line: string): Shape | undefined {
  const header = headerOf(line);
  if (header !== undefined) return { wrap: 'line', header: true, ...header };
  const columns = wordsOf(line.toLowerCase(), 'comma').map((word) => word.replace(/^@/, ''));
  const messageColumn = columns.indexOf('message');
  if (messageColumn < 0 || !columns.includes('timestamp')) return undefined;
  return { wrap: 'csv-message', delimiter: 'blank', header: true, messageColumn, layout: defaultLayout };
}

function json(lines: readonly string[], format: Layout | undefined): Shape | NoShape | undefined {
  const first = (lines[0] ?? '').trimStart();
  if (!first.startsWith('{') && !first.startsWith('[')) return undefined;
  const shape = { delimiter: 'blank', header: false } as const;
  if (/"(?:logEvents|events)"\s*:\s*\[/.test(first)) {
    return fittingFormat({ ...shape, wrap: 'json-events' }, messagesIn(first), format);
  }
  const objects = lines.map(parsed).filter((object) => object !== undefined);
  const object = objects[0];
  if (object === undefined) {
    return {
      kind: 'unknown',
      reason: 'JSON, but not one object a line; write it so, for example with jq -c',
    };
  }
  if ('query_name' in object) return dnsLog;
  const messages = objects
    .map((each) => each['message'] ?? each['@message'])
    .filter((text) => typeof text === 'string');
  if (messages.length > 0) return fittingFormat({ ...shape, wrap: 'json-message' }, messages, format);
  const keys = [...new Set(objects.flatMap(Object.keys))];
  const layout = layoutFromHeader(keys);
  if (layout !== undefined) return { ...shape, wrap: 'json-fields', layout };
  return { kind: 'unknown', reason: 'JSON without a message and without the field names of a flow log' };
}

const dnsLog: NoShape = { kind: 'other', reason: 'a Route 53 Resolver query log, not a flow log' };

function otherLog(lines: readonly string[]): NoShape | undefined {
  const dns = lines.filter((line) => line.includes('"query_name"')).length;
  return dns * 2 >= lines.length ? dnsLog : undefined;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The messages of an envelope, of which a sample may hold only the beginning. */
function messagesIn(text: string): string[] {
  return [...text.matchAll(/"message"\s*:\s*"([^"\\]*)"/g)].map((match) => match[1] ?? '');
}

function headerless(lines: readonly string[], format: Layout | undefined): Shape | NoShape {
  const times = lines.filter((line) => isoTime.test(line)).length;
  const shape = { header: false } as const;
  if (times * 2 >= lines.length) {
    const rest = lines.map((line) => line.replace(isoTime, ''));
    const delimiter = rest.filter((line) => line.includes(',')).length * 2 >= rest.length ? 'comma' : 'blank';
    return fittingFormat({ ...shape, wrap: 'iso-time', delimiter }, rest, format);
  }
  const stamped = lines.filter((line) => /^\d{10,13},/.test(line)).length;
  if (stamped * 2 >= lines.length) {
    const rest = lines.map((line) => unquoted(line.replace(/^\d{10,13},/, '').trim()));
    return fittingFormat(
      { ...shape, wrap: 'csv-message', delimiter: 'blank', messageColumn: 1 },
      rest,
      format,
    );
  }
  return fittingFormat({ ...shape, wrap: 'line', delimiter: 'blank' }, lines, format);
}

function fittingFormat(
  shape: Omit<Shape, 'layout'>,
  records: readonly string[],
  format: Layout | undefined,
): Shape | NoShape {
  const fitting = (layout: Layout) =>
    records.filter((record) => fits(wordsOf(record, shape.delimiter), layout)).length;
  const best = [format, defaultLayout]
    .filter((layout) => layout !== undefined)
    .map((layout) => ({ layout, lines: fitting(layout) }))
    .sort((a, b) => b.lines - a.lines)[0];
  if (best !== undefined && best.lines > 0 && best.lines * 2 >= records.length)
    return { ...shape, layout: best.layout };
  return { kind: 'unknown', reason: misfit(records, shape.delimiter, format) };
}

function misfit(records: readonly string[], delimiter: Delimiter, format: Layout | undefined): string {
  const width = wordsOf(records[0] ?? '', delimiter).length;
  const tried =
    format === undefined
      ? `the default format (${defaultFormat.length} fields)`
      : `--format (${format.fields.length} fields) or the default format (${defaultFormat.length})`;
  return `no header line, and its lines (${width} ${width === 1 ? 'field' : 'fields'} in the first) do not fit ${tried}`;
}

const numeric = new Set(['number', 'port', 'protocol', 'count', 'time']);

function fits(words: readonly string[], layout: Layout): boolean {
  if (words.length !== layout.fields.length) return false;
  return layout.fields.every(({ field }, index) => {
    const word = words[index] ?? '';
    if (field === undefined || word === '-') return true;
    if (field.kind === 'status') return ['OK', 'NODATA', 'SKIPDATA'].includes(word);
    if (field.kind === 'action') return ['ACCEPT', 'REJECT'].includes(word);
    return numeric.has(field.kind) ? /^\d+$/.test(word) : true;
  });
}
