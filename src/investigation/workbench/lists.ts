import type { Connections } from '../../engine/connections.ts';
import type { DuckDb } from '../../engine/duckdb.ts';
import { HuntError } from '../../errors.ts';
import { id, type Sql, sql } from '../../sql/sql.ts';

interface Made<About> {
  readonly table: string;
  readonly about: About;
}

let number = 0;
/** Rows of all lists together: they lie in the memory of the engine. */
const mostRows = 4_000_000;

/**
 * Lists that were made, kept as tables in the engine: scrolling and sorting need not count anew. The least used ones go
 * when there are more than `most`, or more rows than the engine should hold.
 */
export class Lists<About extends { readonly total: number }> {
  readonly #connections: Connections;
  readonly #most: number;
  #rows = 0;
  readonly #made = new Map<string, Promise<Made<About>>>();

  constructor(connections: Connections, most = 24) {
    this.#connections = connections;
    this.#most = most;
  }

  /** The list of that key, made by `make` where it is not kept. */
  async get(
    key: string,
    signal: AbortSignal,
    make: (engine: DuckDb, table: Sql) => Promise<About>,
  ): Promise<Made<About>> {
    const known = this.#made.get(key);
    if (known !== undefined) {
      this.#made.delete(key);
      this.#made.set(key, known);
      try {
        return await known;
      } catch (error) {
        // Whoever asked first went away; whoever still waits makes it.
        if (signal.aborted || !(error instanceof HuntError && error.code === 'engine.cancelled')) throw error;
      }
    }
    const made = this.#make(signal, make);
    this.#made.set(key, made);
    made.catch(() => {
      if (this.#made.get(key) === made) this.#made.delete(key);
    });
    await this.#forget();
    return made;
  }

  async #make(
    signal: AbortSignal,
    make: (engine: DuckDb, table: Sql) => Promise<About>,
  ): Promise<Made<About>> {
    number += 1;
    const table = `workbench_list_${number}`;
    return this.#connections.lend(signal, async (engine) => {
      try {
        const about = await make(engine, id(table));
        this.#rows += about.total;
        return { table, about };
      } catch (error) {
        await engine.run(sql`DROP TABLE IF EXISTS ${id(table)}`);
        throw error;
      }
    });
  }

  /** Drops all lists. */
  async clear(): Promise<void> {
    await this.#forget(0);
  }

  async #forget(most = this.#most): Promise<void> {
    while (this.#made.size > most || (this.#made.size > 1 && this.#rows > mostRows)) {
      const [oldest] = this.#made;
      if (oldest === undefined) return;
      const [key, made] = oldest;
      this.#made.delete(key);
      const { table, about } = await made.catch(() => ({ table: undefined, about: undefined }));
      this.#rows -= about?.total ?? 0;
      // A window that is read right now has the table until it is done: DuckDB keeps versions.
      if (table !== undefined) {
        await this.#connections.lend(undefined, (engine) =>
          engine.run(sql`DROP TABLE IF EXISTS ${id(table)}`),
        );
      }
    }
  }
}
