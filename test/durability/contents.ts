import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openWorkspace } from '../../src/index.ts';
import type { Funnel } from '../../src/traffic/funnel.ts';

/** Text per load step that makes many small steps of a small input. */
export const smallSteps = { NORTHSOUTH_BATCH_BYTES: '1' };

/**
 * What a workspace holds, read from its Parquet files alone: for each file that was read, its counts and a fingerprint
 * of all its records. The funnel is made from nothing else.
 */
export async function recordsByFile(workspace: string): Promise<Map<string, string>> {
  const batches = join(workspace, 'batches');
  if (!existsSync(batches) || readdirSync(batches).length === 0) return new Map();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const parquet = (name: string) =>
    `read_parquet('${batches.replaceAll("'", "''")}/*/${name}', union_by_name = true)`;
  const reader = await connection.runAndReadAll(`
    WITH lines AS (
      SELECT file_id, CAST(row(*COLUMNS(* EXCLUDE (file_id))) AS VARCHAR) AS line
      FROM ${parquet('records-*.parquet')}
    )
    SELECT path, any_value(concat_ws(' ', status, lines, records, unreadable, duplicate)) || ': ' || count(line)
      || ' ' || coalesce(md5(string_agg(line, '|' ORDER BY line)), '')
    FROM ${parquet('files.parquet')} AS files LEFT JOIN lines USING (file_id)
    GROUP BY path`);
  const found = new Map(reader.getRows().map(([path, print]) => [String(path), String(print)]));
  connection.closeSync();
  instance.closeSync();
  return found;
}

/** Loads what is missing, in this process. */
export async function completed(workspace: string, logs: string): Promise<void> {
  const opened = await openWorkspace({ workspace, create: true });
  await opened.load([logs]).finally(() => opened.close());
}

/** The funnel of what is loaded. */
export async function funnelIn(workspace: string): Promise<Funnel> {
  const opened = await openWorkspace({ workspace });
  return (await opened.hunt({ limit: 1 }).finally(() => opened.close())).funnel;
}
