// What each line of a text flow log is, for the reference only: read one by one, every rule spelt out.
import { canonicalAddress } from './addresses.ts';

type Status = 'OK' | 'NODATA' | 'SKIPDATA';

/** A record after normalisation: '-' and fields that the file lacks are absent. */
export interface ReferenceRecord {
  readonly status: Status;
  readonly values: ReadonlyMap<string, string>;
}

type Line =
  | { readonly kind: 'header' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'record'; readonly record: ReferenceRecord }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** `not-a-flow-log`: the first line that is not blank is neither a header nor a default v2 record. */
export interface ReadFile {
  readonly kind: 'flow-log' | 'empty' | 'not-a-flow-log';
  readonly lines: readonly Line[];
}

const defaultFormat =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** Every name that AWS documents. */
const knownNames = new Set([
  ...defaultFormat,
  ...'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id'.split(' '),
  ...'sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction'.split(' '),
  ...'traffic-path resource-type tgw-id tgw-attachment-id tgw-src-vpc-account-id'.split(' '),
  ...'tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id'.split(' '),
  ...'tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id'.split(' '),
  ...'packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded'.split(' '),
  ...'packets-lost-ttl-expired ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn'.split(' '),
  ...'ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name'.split(' '),
  ...'ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id'.split(' '),
  ...'encryption-status instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag'.split(' '),
  ...'asg-tag-2 interface-type next-hop-interface-id next-hop-subnet-id next-hop-az-id'.split(' '),
  ...'next-hop-vpc-id next-hop-interface-type'.split(' '),
]);

const int32 = 2n ** 31n - 1n;
const int64 = 2n ** 63n - 1n;

/** Largest value of each field that is a number. */
const numbers: ReadonlyMap<string, bigint> = new Map([
  ['version', int32],
  ['srcport', 65535n],
  ['dstport', 65535n],
  ['protocol', 255n],
  ['packets', int64],
  ['bytes', int64],
  ['start', int64],
  ['end', int64],
  ['tcp-flags', int32],
  ['traffic-path', int32],
  ['encryption-status', int32],
  ['packets-lost-no-route', int64],
  ['packets-lost-blackhole', int64],
  ['packets-lost-mtu-exceeded', int64],
  ['packets-lost-ttl-expired', int64],
]);

/** Times above this are milliseconds, above a thousand times as much microseconds, and so on. */
const lastSecond = 99_999_999_999n;
/** No record is later than 32 bits of seconds. */
const latest = 0xffff_ffffn;

/** Reads the (already unpacked) bytes of one file. */
export function readLines(bytes: Buffer): ReadFile {
  const texts = linesOf(bytes);
  const first = texts.findIndex((text) => tokensOf(text).length > 0);
  if (first === -1) return { kind: 'empty', lines: texts.map(() => ({ kind: 'blank' })) };
  const firstTokens = tokensOf(texts[first] ?? '');
  const header = headerOf(firstTokens);
  if (header === undefined && readRecord(defaultFormat, firstTokens).kind !== 'record') {
    return { kind: 'not-a-flow-log', lines: [] };
  }
  let names = header ?? defaultFormat;
  let tabs = header !== undefined && (texts[first] ?? '').includes('\t');
  const lines = texts.map((text, index): Line => {
    const tokens = tokensOf(text);
    if (tokens.length === 0) return { kind: 'blank' };
    // A header further down, as in files that were joined, holds for the lines below it.
    const found = index === first ? header : headerBelow(text, tokens);
    if (found === undefined)
      return readRecord(names, (tabs && fieldsBetweenTabs(text, names.length)) || tokens);
    names = found;
    tabs = text.includes('\t');
    return { kind: 'header' };
  });
  return { kind: 'flow-log', lines };
}

/** Lines end at LF; text behind the last LF is a line; BOMs in front of a line count for nothing. */
function linesOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  let from = 0;
  while (from < bytes.length) {
    const lineFeed = bytes.indexOf(0x0a, from);
    const to = lineFeed === -1 ? bytes.length : lineFeed;
    // A NUL is kept as the sign for it.
    texts.push(
      bytes
        .toString('utf8', from, to)
        .replace(/^\ufeff+/, '')
        .replaceAll('\0', '\u2400'),
    );
    from = to + 1;
  }
  return texts;
}

/** White space is ASCII white space: space, tab, CR, form feed (LF ends the line). */
function tokensOf(text: string): string[] {
  return text.split(/[ \t\r\f]+/).filter((token) => token !== '');
}

/** Below a header with tabs, white space within a field is content; undefined where there are not enough tabs. */
function fieldsBetweenTabs(text: string, width: number): string[] | undefined {
  const fields = text.split('\t').map((field) => field.replaceAll(/^[ \r\f]+|[ \r\f]+$/g, ''));
  return fields.length === width ? fields : undefined;
}

/**
 * The field names, with hyphens, if every word looks like a name and enough are known: three, or all of two, or both
 * addresses; and half of them, or six.
 */
function headerOf(tokens: readonly string[]): readonly string[] | undefined {
  if (tokens.length < 2 || !tokens.every((token) => /^[\p{L}_@]/u.test(token))) return undefined;
  const names = tokens.map((token) => token.toLowerCase().replaceAll('_', '-'));
  const known = names.filter((name) => knownNames.has(name));
  if (known.length < 2 || (known.length < 6 && known.length * 2 < names.length)) return undefined;
  const enough = known.length >= 3 || known.length === names.length;
  return enough || (known.includes('srcaddr') && known.includes('dstaddr')) ? names : undefined;
}

/** Further down a header also names an address, the account or the status. */
function headerBelow(text: string, tokens: readonly string[]): readonly string[] | undefined {
  return /srcaddr|dstaddr|account[-_]id|log[-_]status/i.test(text) ? headerOf(tokens) : undefined;
}

function readRecord(names: readonly string[], tokens: readonly string[]): Line {
  if (tokens.length !== names.length) {
    return unreadable(`${tokens.length} fields instead of ${names.length}`);
  }
  const values = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const text = tokens[index] ?? '';
    if (text === '-' || text === '') continue;
    const value = normalise(name, text);
    if (value === undefined) return unreadable(`${name} is ${text}`);
    values.set(name, value);
  }
  const [start, end] = [values.get('start'), values.get('end')];
  if (start !== undefined && end !== undefined && BigInt(start) > BigInt(end))
    return unreadable(`start ${start} is after end ${end}`);
  const status = names.includes('log-status') ? values.get('log-status') : 'OK';
  if (status === 'NODATA' || status === 'SKIPDATA') return { kind: 'record', record: { status, values } };
  if (status !== 'OK') return unreadable('log-status is -');
  const missing = missingField(names, values);
  if (missing !== undefined) return unreadable(`${missing} is missing`);
  return { kind: 'record', record: { status, values } };
}

/** The value as it is kept; undefined when it does not parse. */
function normalise(name: string, text: string): string | undefined {
  const largest = numbers.get(name);
  if (largest !== undefined) {
    if (!/^(0|[1-9][0-9]*)$/.test(text) || text.length > 19) return undefined;
    const number = BigInt(text);
    if (number > largest) return undefined;
    if (name !== 'start' && name !== 'end') return text;
    let seconds = number;
    for (let unit = 1n; seconds > lastSecond && unit < 4n; unit++) seconds = number / 1000n ** unit;
    return seconds > latest ? undefined : String(seconds);
  }
  if (name === 'srcaddr' || name === 'dstaddr') return canonicalAddress(text);
  if (name === 'action') return text === 'ACCEPT' || text === 'REJECT' ? text : undefined;
  if (name === 'log-status') return ['OK', 'NODATA', 'SKIPDATA'].includes(text) ? text : undefined;
  return text;
}

/** The first field that an OK record must have and this one lacks. */
function missingField(names: readonly string[], values: ReadonlyMap<string, string>): string | undefined {
  const must = ['srcaddr', 'dstaddr', 'protocol', 'packets', 'action'];
  if (values.get('type') !== 'EFA') must.push('srcport', 'dstport');
  if (values.get('action') !== 'REJECT') must.push('bytes');
  return must.find((name) => names.includes(name) && !values.has(name));
}

function unreadable(reason: string): Line {
  return { kind: 'unreadable', reason };
}
