import { addressBits, type Family, parseAddress } from '../addresses/address.ts';
import { parseCidr } from '../addresses/cidr.ts';
import type { Mark } from './mark.ts';
import { parseTarget } from './target.ts';

/** What marks are looked up for: one address with its labels, and the conversation where one is meant. */
export interface Marked {
  readonly address: string;
  readonly asn: number | null;
  readonly network: string | null;
  readonly provider: string | null;
  /** null: many, or none in particular; then only marks for any port hold. */
  readonly port: number | null;
  readonly local: string | null;
}

interface Placed<Of extends Mark> {
  readonly mark: Of;
  /** Higher is more specific; compared from the left. */
  readonly rank: readonly number[];
  readonly holdsFor: (marked: Marked) => boolean;
}

/** Marks in a form in which those of an address are found at once. */
export interface MarkFinder<Of extends Mark> {
  /** The marks that hold for it, the most specific first; the first one counts. */
  of(marked: Marked): Of[];
}

/**
 * Finds marks by their precedence: an address before a network, a longer prefix before a shorter one, then AS numbers,
 * then the names of networks and of providers; among equals with local end and port before those without.
 */
export function markFinder<Of extends Mark>(marks: readonly Of[]): MarkFinder<Of> {
  const byKey = new Map<string, Placed<Of>[]>();
  const lengths: Record<Family, Set<number>> = { 4: new Set(), 6: new Set() };
  for (const mark of marks) {
    const target = parseTarget(mark.target);
    const holdsFor = narrowed(mark);
    const own = [mark.local === null ? -1 : parseCidr(mark.local).length, mark.port === null ? 0 : 1];
    const add = (key: string, rank: readonly number[]) => {
      const placed = { mark, rank: [...rank, ...own], holdsFor };
      byKey.set(key, [...(byKey.get(key) ?? []), placed]);
    };
    if (target.kind === 'asn') add(`asn ${target.asn}`, [2, 0]);
    else if (target.kind === 'name') {
      add(`network ${target.name.toLowerCase()}`, [1, 0]);
      add(`provider ${target.name.toLowerCase()}`, [0, 0]);
    } else {
      const { family, length, first } = target.range;
      lengths[family].add(length);
      add(rangeKey(family, length, first), [3, length]);
    }
  }
  return {
    of: (marked) => {
      const keys = keysOf(marked, lengths);
      const found = keys.flatMap((key) => byKey.get(key) ?? []).filter(({ holdsFor }) => holdsFor(marked));
      found.sort((a, b) => compareRanks(b.rank, a.rank) || Date.parse(b.mark.at) - Date.parse(a.mark.at));
      return [...new Set(found.map(({ mark }) => mark))];
    },
  };
}

function keysOf(marked: Marked, lengths: Record<Family, Set<number>>): string[] {
  const { address, asn, network, provider } = marked;
  const parsed = parseAddress(address);
  const ranges =
    parsed === null
      ? []
      : [...lengths[parsed.family]].map((length) => {
          const free = BigInt(addressBits(parsed.family) - length);
          return rangeKey(parsed.family, length, (parsed.number >> free) << free);
        });
  return [
    ...ranges,
    ...(asn === null ? [] : [`asn ${asn}`]),
    ...(network === null ? [] : [`network ${network.toLowerCase()}`]),
    ...(provider === null ? [] : [`provider ${provider.toLowerCase()}`]),
  ];
}

function rangeKey(family: Family, length: number, first: bigint): string {
  return `${family} ${length} ${first}`;
}

function narrowed({ port, local }: Mark): (marked: Marked) => boolean {
  const range = local === null ? undefined : parseCidr(local);
  return (marked) => {
    if (port !== null && marked.port !== port) return false;
    if (range === undefined) return true;
    const end = marked.local === null ? null : parseAddress(marked.local);
    return (
      end !== null && end.family === range.family && end.number >= range.first && end.number <= range.last
    );
  };
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
