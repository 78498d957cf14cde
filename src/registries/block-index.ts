import type { AddressNumber, Family } from '../addresses/address.ts';
import type { Block } from './blocks.ts';

// A file is named after its block: the ends in hexadecimal, so that texts compare as the numbers do.
const pattern = /^([46])-([0-9a-f]+)-([0-9a-f]+)\.json$/;
const digits: Readonly<Record<string, number>> = { 4: 8, 6: 32 };

/** The name of the file about a block. */
export function nameOfBlock({ family, first, last }: Block): string {
  return `${family}-${hex(family, first)}-${hex(family, last)}.json`;
}

/** The name of the file about one address. */
export function nameOfAddress({ family, number }: AddressNumber): string {
  return `${family}-${hex(family, number)}.json`;
}

interface NamedBlock {
  readonly name: string;
  readonly first: string;
  readonly last: string;
  readonly size: bigint;
}

/** Blocks by the piece of the address space that they start and end in, so that no search looks at all of them. */
export class BlockIndex {
  readonly #byPiece = new Map<string, Map<string, NamedBlock>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a file by its name; one that is not named after a block is none of ours. */
  add(name: string): void {
    const [, family, first, last] = pattern.exec(name) ?? [];
    if (family === undefined || first === undefined || last === undefined) return;
    if (first.length !== digits[family] || last.length !== digits[family]) return;
    const piece = pieceOf(family, first);
    const key = piece === pieceOf(family, last) ? piece : `${family}-wide`;
    const blocks = this.#byPiece.get(key) ?? new Map<string, NamedBlock>();
    if (!blocks.has(name)) this.#size += 1;
    blocks.set(name, { name, first, last, size: BigInt(`0x${last}`) - BigInt(`0x${first}`) });
    this.#byPiece.set(key, blocks);
  }

  /** Names of the blocks that hold the address, the smallest first. */
  holding({ family, number }: AddressNumber): string[] {
    const address = hex(family, number);
    const found: NamedBlock[] = [];
    for (const key of [pieceOf(String(family), address), `${family}-wide`]) {
      for (const block of this.#byPiece.get(key)?.values() ?? []) {
        if (block.first <= address && address <= block.last) found.push(block);
      }
    }
    found.sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : a.name < b.name ? -1 : 1));
    return found.map(({ name }) => name);
  }
}

/** A /16 of IPv4, a /32 of IPv6. */
function pieceOf(family: string, address: string): string {
  return `${family}-${address.slice(0, family === '4' ? 4 : 8)}`;
}

function hex(family: Family, number: bigint): string {
  return number.toString(16).padStart(family === 4 ? 8 : 32, '0');
}
