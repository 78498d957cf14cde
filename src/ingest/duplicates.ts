import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { contentOf, hashOfStored } from '../records/identity.ts';
import { copyTo, fromParquet } from '../sql/parquet.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Batch } from '../store/manifest.ts';

/** A Parquet file of records in the making, with its columns. */
export interface Part {
  readonly path: string;
  readonly columns: readonly string[];
}

/** What DuckDB's hash function gives here for a known text; it may change with DuckDB's version. */
export async function hashProbe(engine: LocalEngine): Promise<string> {
  const row = v.object({ probe: v.string() });
  const [found] = await engine.ask({
    name: 'hash',
    sql: sql`SELECT CAST(hash('northsouth', 1) AS VARCHAR) AS probe`,
    row,
  });
  return found?.probe ?? '';
}

/**
 * Takes from the parts every record that is identical, field by field, to one in an earlier batch or earlier in
 * these parts, and returns how many each file lost. Hashes find the few records to compare; the comparison is
 * of all fields, so that no hash can make two different records one.
 */
export async function leaveOutDuplicates(
  engine: LocalEngine,
  parts: readonly Part[],
  earlier: readonly Batch[],
  probe: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const fresh = recordsOf(parts.map(({ path }) => path));
  const old = earlier
    .filter(({ manifest }) => manifest.parts.length > 0)
    .map((batch) => storedIn(batch, probe));
  const period = await periodOf(engine, fresh);
  const near = old.map(
    (records) =>
      sql`(SELECT * FROM ${records} WHERE start BETWEEN ${period.from} AND ${period.to} OR start IS NULL)`,
  );
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE suspects AS
      SELECT record_hash FROM ${fresh} GROUP BY record_hash HAVING count(*) > 1
      ${list(
        near.map(
          (records) =>
            sql`UNION SELECT record_hash FROM ${records} WHERE record_hash IN (SELECT record_hash FROM ${fresh})`,
        ),
        '\n',
      )}`,
    signal,
  );
  if ((await countOf(engine, sql`suspects`)) === 0) return new Map();

  const columns = new Set(parts.flatMap((part) => part.columns));
  for (const { manifest } of earlier)
    for (const part of manifest.parts) for (const column of part.columns) columns.add(column);
  const content = contentOf([...columns]);
  const suspicious = (records: Sql) => sql`SELECT * FROM ${records} WHERE record_hash IN (FROM suspects)`;
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE surplus AS
      SELECT "part path", file_row_number, file_id
      FROM (
        SELECT "part path", file_row_number, file_id, "is fresh", row_number() OVER (
          PARTITION BY record_hash, ${content}
          ORDER BY "is fresh", file_id, "part path", file_row_number) AS copy
        FROM (
          SELECT *, TRUE AS "is fresh" FROM (${suspicious(fresh)})
          ${list(
            near.map(
              (records) => sql`UNION ALL BY NAME SELECT *, FALSE AS "is fresh" FROM (${suspicious(records)})`,
            ),
            '\n',
          )}
        )
      )
      WHERE "is fresh" AND copy > 1`,
    signal,
  );
  for (const { path } of parts) await rewrite(engine, path, signal);
  const row = v.object({ file_id: v.number(), records: v.number() });
  const counted = sql`SELECT file_id, count(*) AS records FROM surplus GROUP BY file_id`;
  const lost = await engine.ask({ name: 'duplicates per file', sql: counted, row });
  return new Map(lost.map(({ file_id, records }) => [file_id, records]));
}

async function rewrite(engine: LocalEngine, part: string, signal: AbortSignal | undefined): Promise<void> {
  const surplus = sql`(SELECT file_row_number FROM surplus WHERE "part path" = ${part})`;
  if ((await countOf(engine, surplus)) === 0) return;
  await engine.define(
    copyTo(
      sql`SELECT * EXCLUDE (file_row_number) FROM ${fromParquet([part], sql`file_row_number = true`)}
        WHERE file_row_number NOT IN ${surplus}`,
      part,
      'replace',
    ),
    signal,
  );
}

function recordsOf(paths: readonly string[]): Sql {
  return fromParquet(paths, sql`filename = 'part path'`, sql`file_row_number = true`);
}

function storedIn(batch: Batch, probe: string): Sql {
  const { parts, hashProbe: made } = batch.manifest;
  const records = recordsOf(parts.map(({ file }) => join(batch.folder, file)));
  if (made === probe) return records;
  const columns = [...new Set(parts.flatMap((part) => part.columns))];
  return sql`(SELECT * REPLACE (${hashOfStored(columns)} AS record_hash) FROM ${records})`;
}

/** Identical records have the same start, so a batch of another time needs no look; Parquet skips it by itself. */
async function periodOf(engine: LocalEngine, records: Sql): Promise<{ from: number; to: number }> {
  const row = v.object({ from: v.number(), to: v.number() });
  const asked = sql`SELECT coalesce(min(start), 0) AS "from", coalesce(max(start), 0) AS "to" FROM ${records}`;
  const [period] = await engine.ask({ name: 'period', sql: asked, row });
  return period ?? { from: 0, to: 0 };
}

async function countOf(engine: LocalEngine, relation: Sql): Promise<number> {
  const row = v.object({ n: v.number() });
  const [count] = await engine.ask({ name: 'count', sql: sql`SELECT count(*) AS n FROM ${relation}`, row });
  return count?.n ?? 0;
}
