import { HuntError } from '../errors.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { AnswerOf } from './api.ts';
import { Refusal } from './refusal.ts';

const mostRunning = 2;
/** Values in one answer; what is larger is for export. */
const mostValues = 2_000_000;

interface Order {
  readonly sql: string;
  readonly id?: string | undefined;
  readonly limit: number;
  readonly seconds: number;
}

/** Queries that users wrote: few at a time, each ends with its client, its time or when it is cancelled. */
export class SqlQueries {
  readonly #workbench: Workbench;
  readonly #running = new Map<string, AbortController>();
  #number = 0;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  async ask({ sql, id, limit, seconds }: Order, client: AbortSignal): Promise<AnswerOf<'sql'>> {
    if (this.#running.size >= mostRunning) throw new Refusal('request.busy', 'Two queries run already.');
    this.#number += 1;
    const own = id ?? `query-${this.#number}`;
    if (this.#running.has(own)) throw new Refusal('request.busy', 'A query of that id runs already.');
    const stop = new AbortController();
    this.#running.set(own, stop);
    const started = performance.now();
    const time = AbortSignal.timeout(seconds * 1000);
    try {
      const result = await this.#workbench.query(sql, limit, AbortSignal.any([client, stop.signal, time]));
      if (result.rows.length * result.columns.length > mostValues) {
        throw new HuntError('engine.memory', `The answer has more than ${mostValues} values.`, {
          hint: 'Ask for less with LIMIT, or write it to a file with northsouth export.',
        });
      }
      return { ...result, seconds: Math.round(performance.now() - started) / 1000 };
    } catch (error) {
      if (!time.aborted || client.aborted || stop.signal.aborted) throw error;
      throw new HuntError('engine.timeout', `The query ran longer than ${seconds} s and was ended.`, {
        hint: 'Narrow it with WHERE, or allow it more time.',
        cause: error,
      });
    } finally {
      this.#running.delete(own);
    }
  }

  /** Ends a query; false where none of that id runs. */
  cancel(id: string): boolean {
    const running = this.#running.get(id);
    running?.abort();
    return running !== undefined;
  }

  /** Ends all of them, and waits for that. */
  async close(): Promise<void> {
    for (const stop of this.#running.values()) stop.abort();
    while (this.#running.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const examples: AnswerOf<'sqlSchema'>['examples'] = [
  {
    title: 'Peers that received the most',
    sql: 'SELECT peer, sum(bytes) AS bytes, count(*) AS flows\nFROM outbound_flows\nGROUP BY peer\nORDER BY bytes DESC\nLIMIT 20',
  },
  {
    title: 'Who was refused the most',
    sql: "SELECT srcaddr, count(*) AS refused, count(DISTINCT dstaddr) AS hosts, count(DISTINCT dstport) AS ports\nFROM flows\nWHERE action = 'REJECT'\nGROUP BY srcaddr\nORDER BY refused DESC\nLIMIT 20",
  },
  {
    title: 'Longest sessions that local hosts started',
    sql: 'SELECT local, peer, service_port, "end" - start AS seconds, bytes_out, bytes_in\nFROM sessions\nWHERE direction = \'outbound\'\nORDER BY seconds DESC\nLIMIT 20',
  },
  {
    title: 'Bytes to the Internet by hour',
    sql: 'SELECT to_timestamp(start // 3600 * 3600) AS hour, sum(bytes) AS bytes\nFROM outbound_flows\nGROUP BY hour\nORDER BY hour',
  },
];

const shownViews = [
  'flows',
  'north_south',
  'east_west',
  'outbound_flows',
  'sessions',
  'conversations',
  'peers',
];
const allViews = [...shownViews, 'findings', 'coverage_hours', 'addresses', 'files', 'rejects'];

const words = `SELECT 'view' AS kind, table_name AS name, column_name AS detail, data_type AS type, column_index AS place
  FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main'
UNION ALL SELECT DISTINCT 'function', function_name, NULL, NULL, 0
  FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate')
    AND function_name SIMILAR TO '[a-z][a-z0-9_]+' AND NOT starts_with(function_name, '__')
UNION ALL SELECT 'keyword', upper(keyword_name), NULL, NULL, 0
  FROM duckdb_keywords() WHERE keyword_category = 'reserved'
ORDER BY kind, name, place`;

/** Views, columns, functions and keywords, asked of the engine that queries run in. */
export async function schemaOfSql(workbench: Workbench, signal: AbortSignal): Promise<AnswerOf<'sqlSchema'>> {
  const { rows } = await workbench.query(words, 100_000, signal);
  const named = (kind: string) => rows.filter(([own]) => own === kind).map(([, name]) => String(name));
  return {
    views: allViews.map((view) => ({
      name: view,
      columns: rows
        .filter(([kind, name]) => kind === 'view' && name === view)
        .map(([, , column, type]) => ({ name: String(column), type: String(type) })),
    })),
    functions: named('function'),
    keywords: named('keyword'),
    examples,
    note: 'One SELECT at a time, over the views; nothing can be changed.',
  };
}
