import type { Cidr } from '../addresses/cidr.ts';
import type { Entry } from './entry.ts';

/**
 * Entries that are told of one stretch, the narrowest ones: a list that says a block a thousand times, with a thousand
 * blocks inside, would be a million.
 */
export const mostTold = 20;

/** A stretch of addresses with the entries that hold it, the widest first. */
export interface ListedSegment {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly entries: readonly Entry[];
}

interface Node {
  readonly range: Cidr;
  readonly entries: Entry[];
}

/**
 * The blocks of a list cut into disjoint stretches, so that one ASOF join finds every entry of an address. Blocks are
 * nested or apart, never crossed, so that a stack of the open ones is all it takes.
 */
export function segmentsOf(entries: readonly Entry[]): ListedSegment[] {
  return [...segmentsOfFamily(entries, 4), ...segmentsOfFamily(entries, 6)];
}

function segmentsOfFamily(entries: readonly Entry[], family: 4 | 6): ListedSegment[] {
  const segments: ListedSegment[] = [];
  const open: Node[] = [];
  let at = 0n;
  const upTo = (last: bigint) => {
    if (open.length === 0 || at > last) return;
    segments.push({ family, first: at, last, entries: told(open) });
    at = last + 1n;
  };
  const closeBefore = (first: bigint | undefined) => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (first !== undefined && top.range.last >= first) return;
      upTo(top.range.last);
      open.pop();
    }
  };
  for (const node of nodesOf(entries, family)) {
    closeBefore(node.range.first);
    upTo(node.range.first - 1n);
    at = node.range.first;
    open.push(node);
  }
  closeBefore(undefined);
  return segments;
}

function told(open: readonly Node[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = open.length - 1; at >= 0 && entries.length < mostTold; at -= 1)
    entries.unshift(...(open[at]?.entries ?? []));
  return entries.slice(-mostTold);
}

/** Each block once, with the first entries of it, in the order in which they open. */
function nodesOf(entries: readonly Entry[], family: 4 | 6): Node[] {
  const nodes = new Map<string, Node>();
  for (const entry of entries) {
    const { range } = entry;
    if (range === null || range.family !== family) continue;
    const key = `${range.first}/${range.length}`;
    const node = nodes.get(key);
    if (node === undefined) nodes.set(key, { range, entries: [entry] });
    else if (node.entries.length < mostTold) node.entries.push(entry);
  }
  return [...nodes.values()].sort((a, b) =>
    a.range.first < b.range.first ? -1 : a.range.first > b.range.first ? 1 : a.range.length - b.range.length,
  );
}
