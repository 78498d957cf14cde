import * as v from 'valibot';
import { mark, verdict } from './mark-values.ts';
import { listOf } from './values.ts';

const target = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300));

export const marks = v.object({ marks: listOf(mark) });

export const markOrder = v.object({
  target,
  verdict,
  note: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4000))), null),
});

/** `before` is what a repeated order has to say to undo this one; null: unmark. */
export const marked = v.object({ mark: v.nullable(mark), before: v.nullable(mark) });

export const unmarkQuery = v.object({ target });
