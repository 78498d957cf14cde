import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** IP version of an address. */
export type Family = 4 | 6;

/** An address as a number: IPv4 in 0..2^32-1, IPv6 in 0..2^128-1. */
export interface AddressNumber {
  readonly family: Family;
  readonly number: bigint;
}

/**
 * The number of an address, or null when the text is none: four decimal parts without leading zeros, or
 * RFC 4291 text without a zone. `1.2.3`, `0x7f.1` and `010.0.0.1` are no addresses.
 */
export function parseAddress(text: string): AddressNumber | null {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 4) return { family, number: quadNumber(text) };
  if (family === 6) return { family, number: groupsNumber(text) };
  return null;
}

/** The address as text: dotted quad, or the shortest form of RFC 5952. */
export function formatAddress(family: Family, number: bigint): string {
  const length = addressBits(family) / 8;
  const bytes = Array.from({ length }, (_, index) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
  const address = ipaddr.fromByteArray(bytes);
  return address.kind() === 'ipv6' ? (address as ipaddr.IPv6).toRFC5952String() : address.toString();
}

/** Number of bits of an address. */
export function addressBits(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

// Not ipaddr.js: it reads octal and short forms, and `::1.2.3.4` as `::ffff:1.2.3.4`.
function quadNumber(quad: string): bigint {
  return quad.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function groupsNumber(text: string): bigint {
  const quad = /[^:]*[.].*$/.exec(text)?.[0];
  const groups =
    quad === undefined
      ? text
      : `${text.slice(0, -quad.length)}${(quadNumber(quad) >> 16n).toString(16)}:${(quadNumber(quad) & 0xffffn).toString(16)}`;
  const [before = [], after = []] = groups.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
