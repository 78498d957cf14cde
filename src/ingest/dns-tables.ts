import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { joinedHours, joinedNames } from '../names/query-log.ts';
import { fromParquet } from '../sql/parquet.ts';
import { id, list, nothing, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Batch, dnsFilesIn } from '../store/manifest.ts';

const named = trusted('address, name, host, instance, vpc_id, first_seen, last_seen, queries');
const told = trusted('queried_at, query_key');

/**
 * What the DNS logs of one batch in the making told: names by address and host, the hours in which hosts asked, and what
 * tells one query from another. They live in the engine until the batch is committed; a query itself is not kept.
 */
export class DnsTables {
  readonly #engine: LocalEngine;
  readonly #earlier: readonly Batch[] | undefined;
  readonly #signal: AbortSignal | undefined;
  #isMade = false;

  /** Queries that the batches `earlier` hold are left out, and second ones among those added; without, none is. */
  constructor(engine: LocalEngine, earlier: readonly Batch[] | undefined, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#earlier = earlier?.filter(({ manifest }) => manifest.dns !== undefined);
    this.#signal = signal;
  }

  /**
   * Adds the queries of `judged` (from judgedQueries, as a table) that are records, without those of the files `except`,
   * and gives how many of each file are duplicates that were left out.
   */
  async add(judged: Sql, except: readonly number[] = []): Promise<ReadonlyMap<number, number>> {
    await this.#make();
    const kept = except.length === 0 ? nothing : sql`AND file_id NOT IN (${list(except)})`;
    const all = sql`(SELECT *, rowid AS place FROM ${judged} WHERE fault IS NULL ${kept})`;
    const lost = this.#earlier === undefined ? undefined : await this.#lost(all, this.#earlier);
    const good = lost === undefined ? all : sql`(FROM ${all} SEMI JOIN dns_fresh USING (place))`;
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
    await this.#engine.run(sql`INSERT INTO batch_dns_queries SELECT ${told} FROM ${good}`, this.#signal);
    return lost ?? new Map();
  }

  /** Makes `dns_fresh`, the places of the first ones among the queries that nobody had before; counts the others. */
  async #lost(all: Sql, earlier: readonly Batch[]): Promise<ReadonlyMap<number, number>> {
    const span = {
      name: 'times of queries',
      sql: sql`SELECT min(queried_at) AS "from", max(queried_at) AS "to" FROM ${all}`,
      row: v.object({ from: v.nullable(v.number()), to: v.nullable(v.number()) }),
    };
    const [{ from, to } = { from: null, to: null }] = await this.#engine.ask(span, this.#signal);
    // What is the same has the same time: batches of another one need no look.
    const near = earlier.filter(
      ({ manifest: { dns } }) => (dns?.from ?? 0) <= (to ?? 0) && (dns?.to ?? 0) >= (from ?? 0),
    );
    const files = dnsFilesIn(near, 'dnsQueries');
    const before =
      files.length === 0
        ? nothing
        : sql`UNION ALL SELECT ${told} FROM ${fromParquet(files)} WHERE queried_at BETWEEN ${from} AND ${to}`;
    await this.#engine.define(
      sql`CREATE OR REPLACE TEMP TABLE dns_fresh AS
        SELECT place FROM (
          SELECT ${told}, arg_min(place, file_id) AS place FROM ${all} GROUP BY ${told}
        ) ANTI JOIN (SELECT ${told} FROM batch_dns_queries ${before}) USING (${told})`,
      this.#signal,
    );
    const counted = {
      name: 'duplicates of queries',
      sql: sql`SELECT file_id, count(*) AS queries FROM ${all} ANTI JOIN dns_fresh USING (place) GROUP BY file_id`,
      row: v.object({ file_id: v.number(), queries: v.number() }),
    };
    const rows = await this.#engine.ask(counted, this.#signal);
    return new Map(rows.map(({ file_id, queries }) => [file_id, queries]));
  }

  /** The names, one row for each address, name and host. */
  get names(): Sql {
    return joinedNames(sql`batch_names`);
  }

  get hours(): Sql {
    return joinedHours(sql`batch_dns_hours`);
  }

  /** What tells the queries that count: their times and keys. */
  get queries(): Sql {
    return sql`FROM batch_dns_queries`;
  }

  async drop(): Promise<void> {
    if (!this.#isMade) return;
    for (const table of ['batch_names', 'batch_dns_hours', 'batch_dns_queries'])
      await this.#engine.run(sql`DROP TABLE ${id(table)}`);
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
    await this.#engine.run(
      sql`CREATE OR REPLACE TABLE batch_dns_queries (queried_at BIGINT, query_key UBIGINT)`,
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
  engine: LocalEngine,
  judged: Sql,
  signal: AbortSignal | undefined,
): Promise<Map<number, v.InferOutput<typeof countsRow>>> {
  const counted = sql`
    SELECT file_id, count(*) FILTER (fault IS NULL) AS queries,
      CAST(coalesce(sum(len(answers)) FILTER (fault IS NULL), 0) AS BIGINT) AS answers,
      count(*) FILTER (fault IS NOT NULL) AS unreadable, count(DISTINCT line) AS lines
    FROM ${judged} GROUP BY file_id`;
  const rows = await engine.ask({ name: 'DNS queries', sql: counted, row: countsRow }, signal);
  return new Map(rows.map((row) => [row.file_id, row]));
}
