import * as v from 'valibot';
import { count, listOf, number, text } from './values.ts';

const failedFile = v.object({ path: v.string(), reason: v.string() });

const result = v.object({
  workspace: v.string(),
  files: count,
  alreadyLoaded: count,
  emptyFiles: count,
  failedFiles: listOf(failedFile),
  otherFiles: listOf(failedFile),
  records: count,
  unreadable: count,
  duplicate: count,
  unknownFields: listOf(v.string()),
  seconds: v.number(),
});

/** A load that runs or ran. */
export const load = v.object({
  id: v.string(),
  paths: listOf(v.string()),
  state: v.picklist(['running', 'done', 'failed', 'cancelled']),
  progress: v.object({
    filesTotal: count,
    filesDone: count,
    bytesTotal: count,
    bytesDone: count,
    records: count,
  }),
  secondsRunning: v.number(),
  secondsLeft: number,
  result: v.nullable(result),
  error: v.nullable(v.object({ code: v.string(), message: v.string(), hint: text })),
});

export const loadOrder = v.object({
  paths: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
    v.minLength(1),
    v.maxLength(1000),
    v.description('Files, folders, globs, as the load command takes them'),
  ),
  format: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  keepDuplicates: v.optional(v.boolean()),
});

export const loadParams = v.object({ id: v.pipe(v.string(), v.maxLength(64)) });
