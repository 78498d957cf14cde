import { type Entry, entriesOf } from './entry.ts';
import { secondsOf } from './parsed-list.ts';

const places = [
  ...['ip_address', 'dst_ip', 'src_ip', 'ip', 'address', 'cidr', 'network', 'prefix', 'ipv4', 'ipv6'],
  ...['indicator', 'ioc', 'ioc_value', 'value', 'host', 'dest_ip'],
];
const ports = ['port', 'dst_port', 'dest_port'];
const numbers = ['asn', 'as_number', 'as'];
/** What is told of an entry, in this order, and how. */
const told: readonly (readonly [name: string, before: string])[] = [
  ['malware', ''],
  ['malware_printable', ''],
  ['malware_family', ''],
  ['threat', ''],
  ['threat_type', ''],
  ['classification', ''],
  ['category', ''],
  ['asname', ''],
  ['name', ''],
  ['domain', ''],
  ['description', ''],
  ['comment', ''],
  ['sblid', ''],
  ['first_seen', 'first seen '],
  ['first_seen_utc', 'first seen '],
  ['last_online', 'last online '],
  ['last_seen', 'last seen '],
  ['status', ''],
  ['c2_status', ''],
  ['cc', ''],
  ['rir', ''],
  ['confidence', 'confidence '],
  ['reference', ''],
];
const ends = ['valid_until', 'expiration', 'expires'];

/** True where one of the names says where a record has its address or AS number. */
export function hasPlace(names: readonly string[]): boolean {
  return names.some((name) => places.includes(name) || numbers.includes(name));
}

/** The entries of a record of named values, as Feodo Tracker, Spamhaus and others write them. */
export function recordEntries(record: Readonly<Record<string, unknown>>): Entry[] {
  const textOf = (names: readonly string[]) => {
    const name = names.find((one) => record[one] !== null && record[one] !== undefined && record[one] !== '');
    return name === undefined ? undefined : String(record[name]);
  };
  const port = Number(textOf(ports) ?? Number.NaN);
  const beside = {
    ...(Number.isInteger(port) && port > 0 && port <= 65_535 ? { port } : {}),
    context: told.map(([name, before]) => {
      const value = record[name];
      return typeof value === 'string' || typeof value === 'number' ? `${before}${value}` : undefined;
    }),
    validUntil: secondsOf(textOf(ends)),
  };
  const place = textOf(places);
  if (place !== undefined) return entriesOf(place, beside);
  const asn = textOf(numbers);
  return asn === undefined ? [] : entriesOf(/^\d+$/.test(asn) ? `AS${asn}` : asn, beside);
}
