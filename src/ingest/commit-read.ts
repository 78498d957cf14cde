import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { copyTo, fromParquet } from '../sql/parquet.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import { type Batch, batchFiles, commitBatch } from '../store/manifest.ts';
import type { BatchContext } from './batch.ts';
import { dnsCountsOf } from './dns-counts.ts';
import type { DnsTables } from './dns-tables.ts';
import type { Part } from './duplicates.ts';
import type { DnsCounts, FileOutcome } from './input-file.ts';

/** What was read for one batch and lies ready in the folder `prepared`. */
interface Read {
  readonly prepared: string;
  readonly number: number;
  readonly parts: readonly Part[];
  readonly dns: Pick<DnsTables, 'names' | 'hours' | 'queries'>;
  readonly outcomes: readonly FileOutcome[];
  /** Duplicates that were left out, by file. */
  readonly lost: ReadonlyMap<number, number>;
}

/** Writes what was learnt of the files beside the records, and makes the folder a batch of the workspace. */
export async function commitRead(
  context: Pick<BatchContext, 'engine' | 'folder' | 'hashProbe' | 'signal'>,
  { prepared, number, parts, dns, outcomes, lost }: Read,
): Promise<Batch> {
  const { engine, signal } = context;
  await engine.define(copyTo(fileRows(outcomes, lost, number), join(prepared, batchFiles.files)), signal);
  await engine.define(
    copyTo(sql`SELECT * FROM batch_rejects ORDER BY file_id, line`, join(prepared, batchFiles.rejects)),
    signal,
  );
  const logs = outcomes.flatMap((each) => (each.dns === undefined ? [] : [{ ...each, dns: each.dns }]));
  const asked = logs.length > 0 ? await writeDns(context, prepared, dns, logs) : undefined;
  const records = fromParquet(parts.map(({ path }) => path));
  const period = { from: null as number | null, to: null as number | null, timeless: false };
  const written: { file: string; records: number; columns: string[] }[] = [];
  if (parts.length > 0) {
    await engine.define(copyTo(addressesIn(records, parts), join(prepared, batchFiles.addresses)), signal);
    Object.assign(period, await periodOf(engine, records));
    for (const { path, columns } of parts) {
      const [count] = await engine.ask({
        name: 'records',
        sql: sql`SELECT count(*) AS records FROM ${fromParquet([path])}`,
        row: v.object({ records: v.number() }),
      });
      written.push({
        file: path.slice(prepared.length + 1),
        records: count?.records ?? 0,
        columns: [...columns],
      });
    }
  }
  const total = (count: (outcome: FileOutcome) => number) =>
    outcomes.reduce((sum, each) => sum + count(each), 0);
  return commitBatch(context.folder, prepared, number, {
    format: 1,
    createdAt: new Date().toISOString(),
    ...period,
    hashProbe: context.hashProbe,
    parts: written,
    records: total((each) => each.records),
    unreadable: total((each) => (each.dns === undefined ? each.unreadable : 0)),
    duplicate: [...lost.values()].reduce((sum, count) => sum + count, 0),
    ...(asked === undefined ? {} : { dns: { ...dnsCountsOf(outcomes), ...asked } }),
  });
}

async function writeDns(
  { engine, signal }: Pick<BatchContext, 'engine' | 'signal'>,
  prepared: string,
  { names, hours, queries }: Read['dns'],
  logs: readonly (FileOutcome & { readonly dns: DnsCounts })[],
): Promise<{ from: number | null; to: number | null }> {
  const rows = logs.map(
    ({ file, dns }) => sql`(CAST(${file.fileId} AS BIGINT), CAST(${dns.queries} AS BIGINT),
      CAST(${dns.answers} AS BIGINT), CAST(${dns.duplicate} AS BIGINT))`,
  );
  const files = sql`SELECT * FROM (VALUES ${list(rows, ',\n')})
    AS files (file_id, queries, answers, duplicate_queries)`;
  const tables = [
    { file: batchFiles.dnsFiles, rows: files },
    { file: batchFiles.names, rows: sql`SELECT * FROM (${names}) ORDER BY address, name, host` },
    { file: batchFiles.dnsHours, rows: sql`SELECT * FROM (${hours}) ORDER BY host, hour` },
    // In the order of time, so that a later load reads the part that it has to compare with.
    { file: batchFiles.dnsQueries, rows: sql`SELECT * FROM (${queries}) ORDER BY queried_at, query_key` },
  ];
  for (const { file, rows } of tables) await engine.define(copyTo(rows, join(prepared, file)), signal);
  const span = {
    name: 'times of queries',
    sql: sql`SELECT min(queried_at) AS "from", max(queried_at) AS "to" FROM (${queries})`,
    row: v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()) }),
  };
  return (await engine.ask(span, signal))[0] ?? { from: null, to: null };
}

/** Distinct addresses of the records: what interfaces saw, and where packets carry others, those too. */
function addressesIn(records: Sql, parts: readonly Part[]): Sql {
  const present = (column: string) => parts.some(({ columns }) => columns.includes(column));
  const columns = ['srcaddr', 'dstaddr', 'pkt_srcaddr', 'pkt_dstaddr'].filter(present);
  const texts = columns.map((column) => sql`SELECT ${id(column)} AS address FROM ${records}`);
  return sql`SELECT DISTINCT address FROM (${list(texts, ' UNION ALL ')}) WHERE address IS NOT NULL`;
}

async function periodOf(
  engine: LocalEngine,
  records: Sql,
): Promise<{ from: number | null; to: number | null; timeless: boolean }> {
  const row = v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()), timeless: v.boolean() });
  const asked = sql`SELECT min(start) AS "from", max(start) AS "to", count(start) < count(*) AS timeless FROM ${records}`;
  const [found] = await engine.ask({ name: 'period', sql: asked, row });
  return found ?? { from: null, to: null, timeless: false };
}

function fileRows(outcomes: readonly FileOutcome[], lost: ReadonlyMap<number, number>, batch: number): Sql {
  const rows = outcomes.map(
    (
      each,
    ) => sql`(CAST(${each.file.fileId} AS BIGINT), ${each.file.path}, CAST(${each.file.sizeBytes} AS BIGINT),
      CAST(${each.file.modifiedMs} AS BIGINT), ${each.status}, CAST(${each.reason} AS VARCHAR),
      CAST(${each.shape} AS VARCHAR), CAST(${each.lines} AS BIGINT), CAST(${each.headerLines} AS BIGINT),
      CAST(${each.blankLines} AS BIGINT), CAST(${each.records} AS BIGINT), CAST(${each.unreadable} AS BIGINT),
      CAST(${lost.get(each.file.fileId) ?? 0} AS BIGINT), CAST(${each.file.account} AS VARCHAR),
      CAST(${each.file.region} AS VARCHAR), CAST(${batch} AS INTEGER),
      CAST([${list(each.unknownFields)}] AS VARCHAR[]))`,
  );
  return sql`SELECT * FROM (VALUES ${list(rows, ',\n')}) AS files (file_id, path, size_bytes, modified_ms, status,
    reason, shape, lines, header_lines, blank_lines, records, unreadable, duplicate, account_id, region, batch,
    unknown_fields)`;
}
