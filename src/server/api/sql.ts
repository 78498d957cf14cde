import * as v from 'valibot';
import { listOf, text, wholeNumber } from './values.ts';

const id = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/, '8 to 64 letters, digits, - or _'));

export const sqlOrder = v.object({
  sql: v.pipe(v.string(), v.minLength(1), v.maxLength(100_000)),
  id: v.optional(v.pipe(id, v.description('Of your choice, to cancel the query by'))),
  limit: wholeNumber(1, 100_000, 1000),
  seconds: v.pipe(wholeNumber(1, 600, 60), v.description('How long it may run')),
});

export const sqlAnswer = v.object({
  columns: listOf(v.object({ name: v.string(), type: v.string() })),
  rows: listOf(listOf(v.unknown())),
  truncated: v.boolean(),
  seconds: v.number(),
});

export const sqlParams = v.object({ id });

/** False where no query of that id runs. */
export const sqlCancelled = v.object({ cancelled: v.boolean() });

/** What the editor can complete. */
export const sqlSchema = v.object({
  views: listOf(
    v.object({
      name: v.string(),
      columns: listOf(v.object({ name: v.string(), type: v.string() })),
    }),
  ),
  functions: listOf(v.string()),
  keywords: listOf(v.string()),
  examples: listOf(v.object({ title: v.string(), sql: v.string() })),
  note: text,
});
