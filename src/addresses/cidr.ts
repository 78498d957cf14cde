import { HuntError } from '../errors.ts';
import { addressBits, type Family, formatAddress, parseAddress } from './address.ts';

/** A block of addresses, both ends included. */
export interface Cidr {
  readonly family: Family;
  /** Prefix length in bits. */
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
}

const hint = 'Write a network such as 203.0.113.0/24 or 2001:db8::/32, or a single address.';

/** The block that the text names; a single address is its own block. Host bits behind the prefix are an error. */
export function parseCidr(text: string): Cidr {
  const [addressText = '', lengthText, ...more] = text.trim().split('/');
  const address = parseAddress(addressText);
  if (address === null || more.length > 0) {
    throw new HuntError('usage.value', `"${text}" is no network in CIDR notation.`, { hint });
  }
  const bits = addressBits(address.family);
  const length = lengthText === undefined ? bits : prefixLength(lengthText);
  if (length === null || length > bits) {
    throw new HuntError(
      'usage.value',
      `"${text}" has no prefix length from 0 to ${bits} behind the slash, as an IPv${address.family} network needs.`,
      { hint },
    );
  }
  const cidr = block(address.family, address.number, length);
  if (cidr.first !== address.number) {
    const network = `${formatAddress(cidr.family, cidr.first)}/${length}`;
    throw new HuntError('usage.value', `"${text}" is an address inside a network, not a network.`, {
      hint: `Did you mean the network ${network}, or the single address ${addressText}?`,
    });
  }
  return cidr;
}

/** The block of `length` bits that holds the address. */
function block(family: Family, number: bigint, length: number): Cidr {
  const size = 1n << BigInt(addressBits(family) - length);
  const first = number - (number % size);
  return { family, length, first, last: first + size - 1n };
}

function prefixLength(text: string): number | null {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : null;
}
