import { entriesOf } from './entry.ts';
import { isObject, type JsonObject, objectsIn } from './json-values.ts';
import { isoOf, type ListBuilder, secondsOf } from './parsed-list.ts';

/** True for a bundle of STIX objects. */
export function isStix(value: unknown): value is JsonObject {
  return (
    isObject(value) && (value['type'] === 'bundle' || (value['spec_version'] === '2.1' && 'id' in value))
  );
}

/** Adds addresses and AS numbers of indicators and of observed objects; what was revoked or has expired is left out. */
export function addStix(bundle: JsonObject, builder: ListBuilder): void {
  const objects = bundle['type'] === 'bundle' ? objectsIn(bundle['objects']) : [bundle];
  const indicated = whatIsIndicated(objects);
  let latest: number | null = null;
  objects.forEach((object, index) => {
    latest = Math.max(latest ?? 0, secondsOf(object['modified']) ?? 0) || null;
    const { type } = object;
    if (type === 'indicator') addIndicator(object, indicated, index + 1, builder);
    else if (['ipv4-addr', 'ipv6-addr', 'autonomous-system'].includes(String(type))) {
      const word = type === 'autonomous-system' ? `AS${String(object['number'])}` : String(object['value']);
      builder.addOr(entriesOf(word), index + 1, `the ${String(type)} of an object is none`, word);
    }
  });
  builder.date ??= isoOf(latest);
}

/** More names of one indicator are not read; nor are patterns that are longer, which are tried at each place. */
const mostNames = 10;
const longestPattern = 20_000;

/** Names of the malware, actors and campaigns that each indicator indicates. */
function whatIsIndicated(objects: readonly JsonObject[]): ReadonlyMap<unknown, string[]> {
  const names = new Map(objects.map((object) => [object['id'], object['name']]));
  const indicated = new Map<unknown, string[]>();
  for (const object of objects) {
    if (object['type'] !== 'relationship' || object['relationship_type'] !== 'indicates') continue;
    const name = names.get(object['target_ref']);
    if (typeof name !== 'string') continue;
    const own = indicated.get(object['source_ref']);
    if (own === undefined) indicated.set(object['source_ref'], [name]);
    else if (own.length < mostNames) own.push(name);
  }
  return indicated;
}

/** A comparison of an address or AS number with a constant, or a list of them. */
const comparison =
  /(?:ipv[46]-addr:value|network-traffic:(?:src|dst)_ref\.value|autonomous-system:number)\s*(NOT\s+)?(!?=|ISSUBSET|IN)\s*(\([^)]*\)|'(?:[^'\\]|\\.)*'|\d+)/gi;

function addIndicator(
  indicator: JsonObject,
  indicated: ReadonlyMap<unknown, string[]>,
  line: number,
  builder: ListBuilder,
): void {
  const { pattern, pattern_type: language = 'stix', revoked, name, description, id } = indicator;
  if (revoked === true) {
    builder.withdraw();
    return;
  }
  if (typeof pattern !== 'string' || language !== 'stix') {
    builder.skip(line, 'an indicator without a STIX pattern', String(pattern ?? id));
    return;
  }
  if (pattern.length > longestPattern) {
    builder.skip(line, `a pattern of more than ${longestPattern} characters`, pattern.slice(0, 200));
    return;
  }
  const kinds = [indicator['indicator_types'], indicator['labels']].flatMap((one) =>
    Array.isArray(one) ? one : [],
  );
  const since = indicator['valid_from'];
  const context = [
    ...(indicated.get(id) ?? []),
    ...[name, description].map((text) => (typeof text === 'string' ? text : undefined)),
    ...kinds.map(String),
    typeof since === 'string' ? `valid from ${since}` : undefined,
  ];
  const [, port] = /network-traffic:dst_port\s*=\s*(\d{1,5})/i.exec(pattern) ?? [];
  const beside = {
    context,
    validUntil: secondsOf(indicator['valid_until']),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  const entries = [...pattern.matchAll(comparison)].flatMap(([whole, not, operator, values = '']) => {
    if (not !== undefined || operator === '!=') return [];
    const isNumber = whole.toLowerCase().startsWith('autonomous-system');
    const words = values.startsWith('(') ? values.slice(1, -1).split(',') : [values];
    return words.flatMap((word) => {
      const value = word.trim().replace(/^'|'$/g, '');
      return entriesOf(isNumber ? `AS${value}` : value, beside);
    });
  });
  builder.addOr(entries, line, 'a pattern that names no address or AS number', pattern);
}
