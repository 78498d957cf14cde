import { HuntError } from '../errors.ts';
import type { Packed } from './pack.ts';
import type { Publisher } from './publishers/publisher.ts';

/** Share of the lines of a list that may be no ranges. */
const mostUnreadable = 0.01;
/** Share of the ranges before that a new list must have. */
const leastOfBefore = 0.5;
/** No provider has a block wider than this: one that claims half of the Internet would speak for others. */
const widestOfProvider = { v4: 24, v6: 112 };

/** Refuses what cannot be the list. It is never forced: nothing useful would be in it. */
export function verifyReadable(name: string, { ranges, listed, unreadable }: Packed): void {
  const lines = listed + unreadable;
  if (ranges === 0) {
    throw implausible(name, listed === 0 ? 'it has no ranges' : 'its ranges have no labels');
  }
  if (unreadable > lines * mostUnreadable) {
    throw implausible(name, `${unreadable} of its ${lines} lines are no ranges`);
  }
}

/** Refuses what is unlikely to be the list, or all of it. */
export function verifyPlausible(publisher: Publisher, packed: Packed, before: number | undefined): void {
  const { name, kind, leastRanges } = publisher;
  const forced = 'If you know better, repeat it with --force.';
  if (packed.listed < leastRanges) {
    throw implausible(
      name,
      `it has ${packed.listed} ranges where at least ${leastRanges} were expected`,
      forced,
    );
  }
  if (before !== undefined && packed.ranges < before * leastOfBefore) {
    throw implausible(name, `it has ${packed.ranges} ranges, and the one in use ${before}`, forced);
  }
  const { v4, v6 } = packed.widest;
  if (kind === 'provider' && (v4 > widestOfProvider.v4 || v6 > widestOfProvider.v6)) {
    const widest =
      v4 > widestOfProvider.v4 ? `an IPv4 block of /${32 - v4}` : `an IPv6 block of /${128 - v6}`;
    throw implausible(name, `it claims ${widest}, wider than any provider has`, forced);
  }
}

function implausible(name: string, why: string, more = ''): HuntError {
  return new HuntError('label.implausible', `The list for ${name} is not taken: ${why}.`, {
    hint: `What was in use before stays in use. ${more}`.trim(),
  });
}
