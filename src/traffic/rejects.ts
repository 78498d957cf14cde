import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';

const rejectRow = v.object({ file: v.string(), line: v.number(), reason: v.string(), raw: v.string() });

/** A line that is no record: where it stands (line from 1; in Parquet the row), why, and its text. */
export type Reject = v.InferOutput<typeof rejectRow>;

/** The first rejects, by file and line. */
export function rejects(limit: number): Query<Reject> {
  return {
    name: 'rejects',
    sql: sql`SELECT path AS file, line, reason, raw FROM rejects ORDER BY path, line, reason, raw LIMIT ${limit}`,
    row: rejectRow,
  };
}

const reasonRow = v.object({ reason: v.string(), lines: v.number() });

/** How many lines were rejected for which reason, with the values in the reasons left out. */
export function rejectReasons(): Query<v.InferOutput<typeof reasonRow>> {
  return {
    name: 'reject reasons',
    sql: sql`
      SELECT regexp_replace(reason, '''.*'' (is )', '... \\1') AS reason, count(*) AS lines
      FROM rejects
      GROUP BY 1
      ORDER BY lines DESC, reason`,
    row: reasonRow,
  };
}

const fileRow = v.object({ path: v.string(), reason: v.string() });

/** A file that was not read, or not whole, and why. */
export type FileReason = v.InferOutput<typeof fileRow>;

/** The files of one status, with the reason that was found. */
export function filesWith(status: 'failed' | 'other'): Query<FileReason> {
  return {
    name: `${status} files`,
    sql: sql`SELECT path, coalesce(reason, 'unknown') AS reason FROM files WHERE status = ${status} ORDER BY path`,
    row: fileRow,
  };
}

/** What was not read, and why. */
export interface RejectsResult {
  readonly total: number;
  readonly byReason: readonly { readonly reason: string; readonly lines: number }[];
  readonly rejects: readonly Reject[];
  readonly failedFiles: readonly FileReason[];
}
