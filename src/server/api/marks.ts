import * as v from 'valibot';
import { mark, shownMark, verdict } from './mark-values.ts';
import { boundedNumber, count, listOf } from './values.ts';

const target = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300));
const local = v.nullish(v.pipe(v.string(), v.maxLength(64)), null);

export const marks = v.object({
  file: v.string(),
  marks: listOf(v.object({ ...shownMark.entries, addresses: count })),
  removed: v.pipe(count, v.description('Marks that were taken back')),
});

export const markOrder = v.object({
  target,
  verdict,
  note: v.nullish(v.pipe(v.string(), v.maxLength(4000)), null),
  port: v.nullish(boundedNumber(0, 65_535), null),
  local,
});

/** `before` is what a repeated order has to say to undo this one; null: unmark. */
export const marked = v.object({
  mark: v.nullable(mark),
  before: v.nullable(mark),
  addresses: v.pipe(count, v.description('Loaded addresses that the target holds')),
  revision: v.pipe(v.string(), v.description('The revision of the state that has it: see /api/status')),
});

export const unmarkQuery = v.object({
  target,
  port: v.optional(boundedNumber(0, 65_535)),
  local: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
