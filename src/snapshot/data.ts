import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { and, id, sql } from '../sql/sql.ts';
import { rejectReasons } from '../traffic/rejects.ts';
import type { Snapshot } from './snapshot.ts';

const status = v.picklist(['read', 'empty', 'failed', 'other']);
const text = v.nullable(v.string());
const fileRow = v.object({
  fileId: v.number(),
  path: v.string(),
  sizeBytes: v.number(),
  modifiedMs: v.number(),
  status,
  reason: text,
  shape: text,
  lines: v.number(),
  records: v.number(),
  unreadable: v.number(),
  duplicate: v.number(),
  accountId: text,
  region: text,
  batch: v.nullable(v.number()),
  unknownFields: v.nullable(v.array(v.string())),
});
const statusRow = v.object({ status, files: v.number() });

export interface FilesOptions {
  readonly status?: v.InferOutput<typeof status> | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The files that were looked into, those that need a look first. */
export async function filesOf(
  { connections }: Snapshot,
  { status: only, offset, limit }: FilesOptions,
  signal: AbortSignal,
) {
  const condition = and(only === undefined ? undefined : sql`status = ${only}`);
  const files: Query<v.InferOutput<typeof fileRow>> = {
    name: 'files',
    sql: sql`
      SELECT file_id AS "fileId", path, size_bytes AS "sizeBytes", modified_ms AS "modifiedMs", status, reason, shape,
        lines, records, unreadable, duplicate, account_id AS "accountId", region, batch,
        unknown_fields AS "unknownFields"
      FROM files
      WHERE ${condition}
      ORDER BY list_position(['failed', 'other', 'empty', 'read'], status), unreadable DESC, path, file_id
      LIMIT ${limit} OFFSET ${offset}`,
    row: fileRow,
  };
  const counts = {
    name: 'file counts',
    sql: sql`SELECT status, count(*) AS files FROM files GROUP BY status ORDER BY status`,
    row: statusRow,
  };
  return connections.lend(signal, async (engine) => {
    const byStatus = { read: 0, empty: 0, failed: 0, other: 0 };
    for (const row of await engine.ask(counts, signal)) byStatus[row.status] = row.files;
    const rows = await engine.ask(files, signal);
    const total =
      only === undefined ? Object.values(byStatus).reduce((sum, count) => sum + count, 0) : byStatus[only];
    return {
      ...{ total, byStatus, offset },
      files: rows.map(({ modifiedMs, unknownFields, ...row }) => ({
        ...row,
        modifiedAt: new Date(modifiedMs).toISOString(),
        unknownFields: unknownFields ?? [],
      })),
    };
  });
}

const rejectRow = v.object({ file: v.string(), line: v.number(), reason: v.string(), raw: v.string() });

export interface RejectsOptions {
  readonly reason?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Lines that are no records, a window at a time. */
export async function rejectsOf(
  { connections }: Snapshot,
  { reason, offset, limit }: RejectsOptions,
  signal: AbortSignal,
) {
  // As `rejectReasons` writes them: the values in reasons are left out.
  const short = sql`regexp_replace(reason, '''.*'' (is )', '... \\1')`;
  const rows: Query<v.InferOutput<typeof rejectRow>> = {
    name: 'rejects',
    sql: sql`SELECT path AS file, line, reason, raw FROM rejects
      WHERE ${and(reason === undefined ? undefined : sql`${short} = ${reason}`)}
      ORDER BY path, line, reason, raw LIMIT ${limit} OFFSET ${offset}`,
    row: rejectRow,
  };
  return connections.lend(signal, async (engine) => {
    const byReason = await engine.ask(rejectReasons(), signal);
    const total = byReason
      .filter((one) => reason === undefined || one.reason === reason)
      .reduce((sum, { lines }) => sum + lines, 0);
    return { total, byReason, offset, rejects: await engine.ask(rows, signal) };
  });
}

const wordRow = v.object({ text: v.string(), count: v.number() });
const mostWords = 2000;

/** Values that the data have, for the completion of filters: the most frequent first. */
export async function vocabularyOf({ connections }: Snapshot, signal: AbortSignal) {
  const labels = ['country', 'city', 'network', 'provider', 'service', 'set_aside', 'asn'];
  return connections.lend(signal, async (engine) => {
    const words: Record<string, { text: string; detail: string }[]> = {};
    const take = async (key: string, query: Query<v.InferOutput<typeof wordRow>>, unit: string) => {
      const rows = await engine.ask(query, signal);
      words[key] = rows.map(({ text: word, count }) => ({
        text: word,
        detail: `${count.toLocaleString('en')} ${unit}`,
      }));
    };
    for (const label of labels) {
      const column = id(label);
      const query = {
        name: label,
        sql: sql`SELECT CAST(${column} AS VARCHAR) AS text, count(*) AS count FROM addresses WHERE ${column} IS NOT NULL
          GROUP BY 1 ORDER BY count DESC, text LIMIT ${mostWords}`,
        row: wordRow,
      };
      await take(label.replace('_', '-'), query, 'addresses');
    }
    for (const [key, relation] of [
      ['list', sql`(SELECT list AS text, address FROM intel)`],
      ['name', sql`(SELECT name AS text, address FROM names)`],
    ] as const) {
      const query = {
        name: key,
        sql: sql`SELECT text, count(DISTINCT address) AS count FROM ${relation}
          GROUP BY text ORDER BY count DESC, text LIMIT ${mostWords}`,
        row: wordRow,
      };
      await take(key, query, 'addresses');
    }
    for (const [key, column] of [
      ['interface', 'interface_id'],
      ['account', 'account_id'],
    ] as const) {
      const query = {
        name: key,
        sql: sql`SELECT ${id(column)} AS text, CAST(sum(records) AS BIGINT) AS count FROM coverage_hours
          WHERE ${id(column)} IS NOT NULL GROUP BY 1 ORDER BY count DESC, text LIMIT ${mostWords}`,
        row: wordRow,
      };
      await take(key, query, 'records');
    }
    return words;
  });
}
