import { open } from 'node:fs/promises';
import { parseAddress } from '../addresses/address.ts';
import { HuntError } from '../errors.ts';
import type { Field } from './list-text.ts';
import type { ListShape } from './ranges.ts';

/** Names that lists give their columns, in lower case with `_` between the words. */
const headers: Readonly<Record<string, Field>> = {
  ...{ cidr: 'cidr', prefix: 'cidr', ip_prefix: 'cidr', ip_range: 'cidr', range: 'cidr', subnet: 'cidr' },
  ...{
    first: 'first',
    start: 'first',
    from: 'first',
    start_ip: 'first',
    ip_from: 'first',
    range_start: 'first',
  },
  ...{ ip_range_start: 'first', first_ip: 'first', ip_start: 'first' },
  ...{ last: 'last', end: 'last', to: 'last', end_ip: 'last', ip_to: 'last', range_end: 'last' },
  ...{ ip_range_end: 'last', last_ip: 'last', ip_end: 'last' },
  ...{ asn: 'asn', as: 'asn', as_number: 'asn', autonomous_system_number: 'asn' },
  ...{
    as_name: 'network',
    as_org: 'network',
    org: 'network',
    organization: 'network',
    organisation: 'network',
  },
  ...{ as_organization: 'network', autonomous_system_organization: 'network', as_description: 'network' },
  ...{ country_code: 'country', country_iso_code: 'country', iso_code: 'country' },
  ...{ city: 'city', city_name: 'city', provider: 'provider', service: 'service', region: 'region' },
};

/** How lists without a header are written, by the number of fields behind the range. */
const headless: Readonly<Record<number, readonly (Field | null)[]>> = {
  // iptoasn.com: AS number, country, AS description.
  3: ['asn', 'country', 'network'],
  // DB-IP city: continent, country, state, city, latitude, longitude.
  6: [null, 'country', null, 'city', null, null],
  // ip-location-db city: country, state, second state, city, postcode, latitude, longitude, time zone.
  8: ['country', null, null, 'city', null, null, null, null],
};

const hint =
  'Known are first,last or a CIDR and then labels, with a header (cidr,asn,network,country,city,provider,service,region), or as iptoasn.com, ip-location-db and DB-IP write theirs.';

/** How the list in the file is written, from its first lines. */
export async function shapeOf(path: string): Promise<ListShape> {
  const lines = await firstLines(path);
  const comments = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const [top = '', next = ''] = lines.slice(Math.max(0, comments));
  const delimiter = top.includes('\t') ? '\t' : top.includes(';') && !top.includes(',') ? ';' : ',';
  const first = fieldsOf(top, delimiter);
  const skip = Math.max(0, comments);
  if (rangeFields(first) > 0) {
    return { delimiter, skip, fields: headlessFields(first), numeric: isNumeric(first) };
  }
  const fields = headerFields(first, fieldsOf(next, delimiter));
  const hasRange = fields.includes('cidr') || (fields.includes('first') && fields.includes('last'));
  const hasLabel = fields.some((field) => field !== null && !['cidr', 'first', 'last'].includes(field));
  if (!hasRange || !hasLabel) throw noList(path, top);
  const start = fieldsOf(next, delimiter)[fields.indexOf('first')] ?? '';
  return { delimiter, skip: skip + 1, fields, numeric: /^\d+$/.test(start) };
}

/** Number of leading fields that are a range: 1 for a CIDR, 2 for first and last, 0 for none. */
function rangeFields([first = '', last = '']: readonly string[]): number {
  if (/^[^/]+\/\d{1,3}$/.test(first) && isEnd(first.split('/')[0] ?? '')) return 1;
  return isEnd(first) && isEnd(last) ? 2 : 0;
}

function isEnd(text: string): boolean {
  return /^\d{1,39}$/.test(text) || parseAddress(text) !== null;
}

function isNumeric([first = '']: readonly string[]): boolean {
  return /^\d+$/.test(first);
}

function headlessFields(first: readonly string[]): (Field | null)[] {
  const ends = rangeFields(first);
  const range: Field[] = ends === 1 ? ['cidr'] : ['first', 'last'];
  const labels = first.slice(ends);
  // RFC 8805: prefix, country, region, city, postal code.
  if (ends === 1 && labels.length >= 3 && /^([A-Za-z]{2})?$/.test(labels[0] ?? '')) {
    return [...range, 'country', null, 'city', ...labels.slice(3).map(() => null)];
  }
  const known = headless[labels.length];
  if (known !== undefined) return [...range, ...known];
  const [only = ''] = labels;
  if (labels.length === 1 && /^([A-Za-z]{2}|None)?$/.test(only)) return [...range, 'country'];
  if ((labels.length === 1 || labels.length === 2) && /^(AS)?\d*$/i.test(only)) {
    return [...range, ...(['asn', 'network'] as const).slice(0, labels.length)];
  }
  throw noList('The list', first.join(','));
}

function headerFields(names: readonly string[], sample: readonly string[]): (Field | null)[] {
  const words = names.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  );
  const fields = words.map((word) => headers[word] ?? null);
  // "network" is the range with some publishers and a name with others, "country" a code or a name.
  const network = words.indexOf('network');
  if (network >= 0) {
    const isRange =
      !fields.includes('cidr') && !fields.includes('first') && rangeFields([sample[network] ?? '']) === 1;
    if (isRange || !fields.includes('network')) fields[network] = isRange ? 'cidr' : 'network';
  }
  const name = words.indexOf('name');
  if (name >= 0 && !fields.includes('network')) fields[name] = 'network';
  const country = words.indexOf('country');
  if (country >= 0 && !fields.includes('country')) fields[country] = 'country';
  // The region of a city is no region of a provider.
  const isOfProvider = fields.includes('provider');
  return fields.map((field, index) => {
    if (field === null || fields.indexOf(field) < index) return null;
    return !isOfProvider && (field === 'region' || field === 'service') ? null : field;
  });
}

/** The fields of one line, quotes taken off. */
function fieldsOf(line: string, delimiter: string): string[] {
  if (delimiter === '\t') return line.split('\t').map((field) => field.trim());
  const fields = line.match(new RegExp(`("(?:[^"]|"")*"|[^${delimiter}]*)(?:${delimiter}|$)`, 'g')) ?? [];
  return fields
    .map((field) => (field.endsWith(delimiter) ? field.slice(0, -1) : field).trim())
    .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field))
    .slice(0, line.endsWith(delimiter) ? undefined : -1);
}

const sampleBytes = 64 * 1024;

async function firstLines(path: string): Promise<string[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    return buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } finally {
    await file.close();
  }
}

function noList(path: string, line: string): HuntError {
  return new HuntError(
    'label.unreadable',
    `${path} is no list of ranges: it starts with "${line.slice(0, 80)}".`,
    { hint },
  );
}
