import { addressBits, type Family, formatAddress, parseAddress } from '../addresses/address.ts';

/** A block of addresses between two ends, both included; registries know blocks that are no one CIDR. */
export interface Block {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** The block between two addresses, or null when the texts are none or lie the wrong way round. */
export function blockBetween(first: unknown, last: unknown): Block | null {
  if (typeof first !== 'string' || typeof last !== 'string') return null;
  const from = parseAddress(first.trim());
  const to = parseAddress(last.trim());
  if (from === null || to === null || from.family !== to.family || from.number > to.number) return null;
  return { family: from.family, first: from.number, last: to.number };
}

/** Whether one block lies in another. */
export function contains(outer: Block, inner: Block): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** The fewest CIDRs that make up exactly the block, ascending; of each family at most two for each bit. */
export function cidrsOf({ family, first, last }: Block): string[] {
  const bits = BigInt(addressBits(family));
  const cidrs: string[] = [];
  let at = first;
  while (at <= last) {
    let size = 1n;
    let length = bits;
    // A CIDR starts at a multiple of its size.
    while (length > 0n && at % (size * 2n) === 0n && at + size * 2n - 1n <= last) {
      size *= 2n;
      length -= 1n;
    }
    cidrs.push(`${formatAddress(family, at)}/${length}`);
    at += size;
  }
  return cidrs;
}
