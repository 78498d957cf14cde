import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { copyNumbersTo, copyTo } from '../sql/parquet.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { conversationsOf, numberedConversations, peersOf } from '../traffic/conversations.ts';
import { sessionsOf } from '../traffic/session-words.ts';
import { numberedSessions } from '../traffic/sessions.ts';
import { sliceAddresses } from './address-table.ts';

/** What is written for each slice: of each relation one file. */
export const slicedRelations = ['sessions', 'conversations', 'peers'] as const;
type SlicedRelation = (typeof slicedRelations)[number];

/**
 * Sessions, conversations and peers, a slice of the addresses after the other: all of one conversation and of one peer
 * lie in one slice, and what is held in memory does not grow with the number of addresses. Reads `session_parts` and
 * what stands on them; `fileOf` names the file of a relation and a slice, `beside` is a folder for what is not kept.
 */
export async function writeSessionsBySlices(
  engine: LocalEngine,
  fileOf: (relation: SlicedRelation, slice: number) => string,
  beside: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const row = v.object({ addresses: v.number() });
  const counted = sql`SELECT coalesce(max(address_id), 0) AS addresses FROM labelled_addresses`;
  const [count] = await engine.ask({ name: 'addresses', sql: counted, row }, signal);
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE session_ends_a AS SELECT address_id, address, scope FROM labelled_addresses
      WHERE address_id IN (SELECT a FROM session_parts)`,
    signal,
  );
  const texts = { a: sql`session_ends_a`, b: sql`session_ends_b` };
  const own = sql`(SELECT address_id FROM session_ends_b WHERE scope IS DISTINCT FROM 'internet')`;
  const outside = sql`(SELECT address_id FROM session_ends_a WHERE scope = 'internet')`;
  const numbers = async (name: string, rows: Sql) => {
    // DuckDB may remember what was in a file: each has a name of its own.
    const file = join(beside, `${name}.parquet`);
    await engine.define(copyNumbersTo(rows, file), signal);
    return { file, rows: sql`read_parquet(${file}, hive_partitioning = false)` };
  };
  const slices = Math.floor((count?.addresses ?? 0) / sliceAddresses) + 1;
  for (let slice = 0; slice < slices; slice++) {
    const first = slice * sliceAddresses;
    const last = first + sliceAddresses - 1;
    await engine.define(
      sql`CREATE OR REPLACE TEMP TABLE session_ends_b AS SELECT address_id, address, scope FROM labelled_addresses
        WHERE address_id BETWEEN ${first} AND ${last}`,
      signal,
    );
    const sessions = await numbers(
      `sessions-${slice}`,
      numberedSessions({ numbers: { first, last }, own, outside }),
    );
    const conversations = await numbers(`conversations-${slice}`, numberedConversations(sessions.rows));
    const write = (relation: SlicedRelation, rows: Sql) =>
      engine.define(copyTo(rows, fileOf(relation, slice)), signal);
    await write('sessions', sessionsOf(sessions.rows, texts));
    await write('conversations', conversationsOf(conversations.rows, texts));
    await write('peers', peersOf(conversations.rows, texts));
    for (const { file } of [sessions, conversations]) await rm(file, { force: true });
  }
  for (const table of Object.values(texts)) await engine.define(sql`DROP TABLE ${table}`, signal);
}
