import type { ScorePart } from '../finding.ts';
import type { C2Row } from './row.ts';
import { part, sameness, smallness } from './score.ts';
import { amount, size } from './words.ts';

const unanswered = 'no session was answered, so that sizes say nothing';

/** Whether the middle half of the answered sessions is of one size, 0 to 1, both ways together. */
export function alikeness({ outLow, outMid, outHigh, inLow, inMid, inHigh }: C2Row): number {
  return (sameness(outLow, outMid, outHigh) + sameness(inLow, inMid, inHigh)) / 2;
}

/** Bytes of a typical session that was answered, both ways. */
export function perSession({ outMid, inMid }: C2Row): number {
  return (outMid ?? 0) + (inMid ?? 0);
}

/** Parts of a score that sizes make; what nobody answered earns nothing. */
export function sizeParts(row: C2Row): ScorePart[] {
  const { outLow, outMid, outHigh, inLow, inMid, inHigh } = row;
  const told = outMid === null ? unanswered : undefined;
  return [
    part('same size out', sameness(outLow, outMid, outHigh), 1, told ?? range(outLow, outMid, outHigh)),
    part('same size in', sameness(inLow, inMid, inHigh), 1, told ?? range(inLow, inMid, inHigh)),
    part(
      'small',
      outMid === null ? 0 : smallness(perSession(row)),
      1,
      told ?? `${size(perSession(row))} each time, both ways`,
    ),
  ];
}

function range(low: number | null, mid: number | null, high: number | null): string {
  return `the middle half is ${amount(low ?? 0)} to ${amount(high ?? 0)} B, median ${amount(mid ?? 0)} B`;
}

/** The sizes as a sentence, or that there are none. */
export function sizes(row: C2Row): string {
  if (row.outMid === null)
    return row.rejected === row.sessions
      ? `all ${amount(row.sessions)} were rejected before they left`
      : `none of the ${amount(row.sessions)} was answered`;
  return `${size(row.outMid)} out and ${size(row.inMid ?? 0)} in each time (middle half: ${amount(row.outLow ?? 0)} to ${amount(row.outHigh ?? 0)} B out, ${amount(row.inLow ?? 0)} to ${amount(row.inHigh ?? 0)} B in)`;
}
