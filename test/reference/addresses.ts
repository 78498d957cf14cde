// What an address is, for the reference only: a plain table read off the IANA registries
// (iana-ipv4-special-registry, iana-ipv6-special-registry, multicast-addresses, ipv6-address-space), longest
// prefix wins.

export type ReferenceScope =
  | 'internet'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'loopback'
  | 'multicast'
  | 'documentation'
  | 'reserved';

interface Address {
  readonly bits: 32 | 128;
  readonly number: bigint;
}

/** Entries that are globally reachable inside a range that is not are `internet`. */
const table: readonly (readonly [string, ReferenceScope])[] = [
  ['0.0.0.0/8', 'reserved'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.0.9/32', 'internet'],
  ['192.0.0.10/32', 'internet'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'], // 6to4 relays: deprecated, withdrawn from routing
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/0', 'reserved'], // unallocated
  ['2000::/3', 'internet'],
  ['::/128', 'reserved'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'reserved'],
  ['64:ff9b::/96', 'internet'],
  ['64:ff9b:1::/48', 'reserved'],
  ['100::/64', 'reserved'],
  ['100:0:0:1::/64', 'reserved'],
  ['2001::/23', 'reserved'],
  ['2001:1::1/128', 'internet'],
  ['2001:1::2/128', 'internet'],
  ['2001:1::3/128', 'internet'],
  ['2001:3::/32', 'internet'],
  ['2001:4:112::/48', 'internet'],
  ['2001:20::/28', 'internet'],
  ['2001:30::/28', 'internet'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'reserved'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'reserved'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
];

const ranges = table.map(([range, scope]) => {
  const [base = '', length = ''] = range.split('/');
  const prefix = parse(base);
  if (prefix === undefined) throw new Error(`the table holds no range: ${range}`);
  const shift = BigInt(prefix.bits - Number(length));
  return { bits: prefix.bits, shift, start: prefix.number >> shift, scope };
});

/** Scope of an address in any valid spelling; undefined when the text is no address. */
export function scopeOf(text: string): ReferenceScope | undefined {
  const address = parse(text);
  if (address === undefined) return undefined;
  const around = ranges.filter(
    ({ bits, shift, start }) => bits === address.bits && address.number >> shift === start,
  );
  const longest = around.sort((a, b) => Number(a.shift - b.shift))[0];
  return longest === undefined ? 'internet' : longest.scope;
}

/** The one spelling of an address (RFC 5952 for IPv6); undefined when the text is no address. */
export function canonicalAddress(text: string): string | undefined {
  const address = parse(text);
  if (address === undefined) return undefined;
  return address.bits === 32 ? dotted(address.number) : colons(address.number);
}

function parse(text: string): Address | undefined {
  const number = text.includes(':') ? parseIPv6(text) : parseIPv4(text);
  if (number === undefined) return undefined;
  return { bits: text.includes(':') ? 128 : 32, number };
}

/** Four decimal numbers of 0 to 255 without leading zeros. */
function parseIPv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256n + BigInt(part);
  }
  return number;
}

/** The three text forms of RFC 4291, section 2.2; no zone, no prefix length. */
function parseIPv6(text: string): bigint | undefined {
  let body = text;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.')) {
    const embedded = parseIPv4(tail);
    if (embedded === undefined) return undefined;
    const high = (embedded >> 16n).toString(16);
    const low = (embedded & 0xffffn).toString(16);
    body = `${text.slice(0, text.length - tail.length)}${high}:${low}`;
  }
  const halves = body.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [left = [], right = []] = halves;
  const given = left.length + right.length;
  if (halves.length > 2 || (halves.length === 1 ? given !== 8 : given > 7)) return undefined;
  const groups = [...left, ...Array.from({ length: 8 - given }, () => '0'), ...right];
  let number = 0n;
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    number = number * 65536n + BigInt(`0x${group}`);
  }
  return number;
}

function dotted(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
}

/** RFC 5952: lower case, the first longest run of two or more zero groups is `::`. */
function colons(number: bigint): string {
  if (number >> 32n === 0xffffn) return `::ffff:${dotted(number & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let run = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (groups[from + length] === '0') length++;
    if (length > run.length) run = { from, length };
  }
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.from).join(':')}::${groups.slice(run.from + run.length).join(':')}`;
}
