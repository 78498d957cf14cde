import * as v from 'valibot';
import { count, text } from './values.ts';

/** The one shape of every error. */
export const failure = v.object({
  error: v.object({
    code: v.pipe(v.string(), v.description('docs/reference/errors.md')),
    message: v.pipe(v.string(), v.description('One sentence: what, and where')),
    hint: v.pipe(text, v.description('What to do')),
    at: v.optional(
      v.pipe(
        v.object({ from: count, to: count }),
        v.description('Of a filter: the place in its text, in UTF-16 units; from = to at its end'),
      ),
    ),
  }),
});
