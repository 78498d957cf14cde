import * as v from 'valibot';
import { boundedNumber, count, listOf, text } from './values.ts';

const written = v.pipe(v.string(), v.maxLength(2000));
const relation = v.picklist(['flows', 'sessions', 'conversations', 'peers', 'findings']);

export const filterQuery = v.object({ text: written, for: v.optional(relation, 'flows') });

/** A filter that was understood. One that was not is an error with a place. */
export const filter = v.object({
  canonical: v.pipe(v.string(), v.description('The same filter, as it is written best')),
  terms: listOf(
    v.object({
      from: count,
      to: count,
      key: v.string(),
      operator: v.string(),
      negated: v.boolean(),
      values: listOf(v.string()),
      meaning: v.pipe(v.string(), v.description('The term in words')),
    }),
  ),
});

export const completionQuery = v.object({ text: written, cursor: v.optional(boundedNumber(0, 2000)) });

/** What may stand at the cursor: put a candidate's text in place of [from, to). */
export const completion = v.object({
  from: count,
  to: count,
  candidates: listOf(
    v.object({
      text: v.string(),
      kind: v.picklist(['key', 'value']),
      detail: text,
    }),
  ),
});
