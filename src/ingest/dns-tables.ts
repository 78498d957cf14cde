import * as v from 'valibot';
import type { DuckDb } from '../engine/duckdb.ts';
import { joinedHours, joinedNames } from '../names/query-log.ts';
import { list, nothing, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Batch, dnsFilesIn } from '../store/manifest.ts';
import { fromParquet } from './parquet.ts';

const named = trusted('address, name, host, instance, vpc_id, first_seen, last_seen, queries');

/**
 * What the DNS logs of one batch in the making told: names by address and host, and the hours in which hosts asked.
 * They live in the engine until the batch is committed, and hold no single query.
 */
export class DnsTables {
  readonly #engine: DuckDb;
  readonly #signal: AbortSignal | undefined;
  #isMade = false;

  constructor(engine: DuckDb, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** The queries of `judged` (from judgedQueries, as a table) that are records, without those of the files `except`. */
  async add(judged: Sql, except: readonly number[] = []): Promise<void> {
    await this.#make();
    const kept = except.length === 0 ? nothing : sql`AND file_id NOT IN (${list(except)})`;
    const good = sql`(FROM ${judged} WHERE fault IS NULL ${kept})`;
    await this.#engine.run(
      sql`INSERT INTO batch_names (${named}) SELECT ${named} FROM (${joinedNames(sql`(
        SELECT unnest(answers) AS address, name, host, instance, vpc_id, queried_at AS first_seen,
          queried_at AS last_seen, 1 AS queries
        FROM ${good})`)})`,
      this.#signal,
    );
    await this.#engine.run(
      sql`INSERT INTO batch_dns_hours SELECT host, hour, queries FROM (${joinedHours(sql`(
        SELECT host, queried_at // 3600 * 3600 AS hour, 1 AS queries FROM ${good})`)})`,
      this.#signal,
    );
  }

  /** The names, one row for each address, name and host. */
  get names(): Sql {
    return joinedNames(sql`batch_names`);
  }

  get hours(): Sql {
    return joinedHours(sql`batch_dns_hours`);
  }

  async drop(): Promise<void> {
    if (!this.#isMade) return;
    await this.#engine.run(sql`DROP TABLE batch_names`);
    await this.#engine.run(sql`DROP TABLE batch_dns_hours`);
  }

  async #make(): Promise<void> {
    if (this.#isMade) return;
    await this.#engine.run(
      sql`CREATE OR REPLACE TABLE batch_names (address VARCHAR, name VARCHAR, host VARCHAR, instance VARCHAR,
        vpc_id VARCHAR, first_seen BIGINT, last_seen BIGINT, queries BIGINT)`,
    );
    await this.#engine.run(
      sql`CREATE OR REPLACE TABLE batch_dns_hours (host VARCHAR, hour BIGINT, queries BIGINT)`,
    );
    this.#isMade = true;
  }
}

const countsRow = v.object({
  file_id: v.number(),
  queries: v.number(),
  answers: v.number(),
  unreadable: v.number(),
  lines: v.number(),
});

/** How many queries, answers and lines that are none there are in judged queries, by file; and on how many lines. */
export async function countsOf(
  engine: DuckDb,
  judged: Sql,
  signal: AbortSignal | undefined,
): Promise<Map<number, v.InferOutput<typeof countsRow>>> {
  const counted = sql`
    SELECT file_id, count(*) FILTER (fault IS NULL) AS queries,
      CAST(coalesce(sum(len(answers)) FILTER (fault IS NULL), 0) AS BIGINT) AS answers,
      count(*) FILTER (fault IS NOT NULL) AS unreadable, count(DISTINCT line) AS lines
    FROM ${judged} GROUP BY file_id`;
  const rows = await engine.rows({ name: 'DNS queries', sql: counted, row: countsRow }, signal);
  return new Map(rows.map((row) => [row.file_id, row]));
}

/** What tells the texts of the DNS query logs that earlier batches hold. */
export async function digestsIn(engine: DuckDb, batches: readonly Batch[]): Promise<Set<string>> {
  const files = dnsFilesIn(batches, 'dnsFiles');
  if (files.length === 0) return new Set();
  const rows = await engine.rows({
    name: 'DNS logs read before',
    sql: sql`SELECT digest FROM ${fromParquet(files)}`,
    row: v.object({ digest: v.string() }),
  });
  return new Set(rows.map(({ digest }) => digest));
}
