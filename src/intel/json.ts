import { entriesOf } from './entry.ts';
import { isObject, type JsonObject } from './json-values.ts';
import { addMisp, isMisp } from './misp.ts';
import { isoOf, ListBuilder, type ParsedList, secondsOf } from './parsed-list.ts';
import { recordEntries } from './record-entry.ts';
import { addStix, isStix } from './stix.ts';

/** A list in JSON: STIX 2.1 bundles, MISP events and warning lists, arrays of records or texts, a record a line. */
export function parseJson(text: string, now: number): ParsedList {
  const builder = new ListBuilder(now);
  const whole = parsed(text);
  if (whole === undefined) return parseJsonLines(text, builder);
  if (isStix(whole)) {
    addStix(whole, builder);
    return builder.result('STIX bundle');
  }
  if (isMisp(whole)) {
    addMisp(whole, builder);
    return builder.result('MISP');
  }
  const list = Array.isArray(whole) ? whole : isObject(whole) ? innerList(whole) : undefined;
  if (list === undefined) return parseJsonLines(text, builder);
  for (const [index, one] of list.entries()) addRecord(one, index + 1, builder);
  if (isObject(whole)) readMetadata(whole, builder);
  return builder.result('JSON array');
}

/** One JSON object a line, as Spamhaus serves DROP and ASN-DROP. */
function parseJsonLines(text: string, builder: ListBuilder): ParsedList {
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    if (line.trim() === '') return;
    const one = parsed(line);
    if (one === undefined) builder.skip(index + 1, 'no JSON', line.trim());
    else addRecord(one, index + 1, builder);
  });
  return builder.result('JSON lines');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function innerList(object: JsonObject): unknown[] | undefined {
  const named = ['list', 'data', 'entries', 'items', 'results', 'blocklist', 'addresses', 'prefixes'];
  return named.map((name) => object[name]).find((value) => Array.isArray(value));
}

function addRecord(one: unknown, line: number, builder: ListBuilder): void {
  if (typeof one === 'string') builder.addOr(entriesOf(one), line, notAnEntry, one);
  else if (!isObject(one)) builder.skip(line, notAnEntry, JSON.stringify(one));
  else if (one['type'] === 'metadata') readMetadata(one, builder);
  else builder.addOr(recordEntries(one), line, notAnEntry, JSON.stringify(one));
}

const notAnEntry = 'no address, network or AS number';

function readMetadata(object: JsonObject, builder: ListBuilder): void {
  builder.date ??= isoOf(secondsOf(object['timestamp'] ?? object['generated'] ?? object['updated']));
  const { copyright, terms, licence, license } = object;
  const said = [copyright, terms, licence, license].filter((part) => typeof part === 'string');
  if (said.length > 0) builder.licence ??= said.join(' ').slice(0, 300);
}
