import type { Connections } from '../engine/connections.ts';
import { id, type Sql, sql } from '../sql/sql.ts';
import { SharedWork } from './shared-work.ts';

interface Kept<About> {
  readonly table: Sql;
  readonly work: SharedWork<About>;
  /** Others are made from it: it does not go for the sake of others, and is not counted among them. */
  readonly stays: boolean;
  rows: number;
  /** How many read it or wait for it now. */
  users: number;
}

let number = 0;

interface ListLimits {
  /** Lists that are kept while nobody reads them. */
  readonly lists: number;
  /** Rows of all lists together: they lie in the memory of the engine, which spills what does not fit. */
  readonly rows: number;
}

/**
 * Lists that were made, kept as tables in the engine: scrolling and sorting need not count anew. While somebody reads a
 * list or waits for it, it stays, and so do those that were asked to; of the others the least used ones go when there are
 * too many of them or of their rows.
 */
export class Lists<About extends { readonly total: number }> {
  readonly #connections: Connections;
  #limits: ListLimits;
  readonly #kept = new Map<string, Kept<About>>();
  readonly #drops = new Set<Promise<void>>();

  constructor(connections: Connections, limits: ListLimits = { lists: 24, rows: 8_000_000 }) {
    this.#connections = connections;
    this.#limits = limits;
  }

  /**
   * Gives the list of that key to `read`, made by `make` where it is not kept. Neither may wait for a list while it holds
   * a connection: all connections could come to wait like that.
   */
  async use<Result>(
    key: string,
    signal: AbortSignal,
    make: (table: Sql, signal: AbortSignal) => Promise<About>,
    read: (table: Sql, about: About) => Promise<Result>,
    stays = false,
  ): Promise<Result> {
    const kept = this.#of(key, make, stays);
    kept.users += 1;
    try {
      return await read(kept.table, await kept.work.result(signal));
    } finally {
      kept.users -= 1;
      this.#tidy();
    }
  }

  /** Drops all lists that nobody uses, and waits for that. */
  async clear(): Promise<void> {
    this.#tidy({ lists: 0, rows: 0 });
    await Promise.all(this.#drops);
  }

  /** Drops all lists, those that somebody uses after that: nobody new will. */
  retire(): void {
    this.#limits = { lists: 0, rows: 0 };
    this.#tidy();
  }

  #of(key: string, make: (table: Sql, signal: AbortSignal) => Promise<About>, stays: boolean): Kept<About> {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const kept = known === undefined || known.work.isEnded ? this.#made(key, make, stays) : known;
    this.#kept.set(key, kept);
    return kept;
  }

  #made(key: string, make: (table: Sql, signal: AbortSignal) => Promise<About>, stays: boolean): Kept<About> {
    number += 1;
    const table = id(`workbench_list_${number}`);
    const kept: Kept<About> = {
      table,
      work: new SharedWork(async (signal) => {
        try {
          const about = await make(table, signal);
          kept.rows = about.total;
          return about;
        } catch (error) {
          if (this.#kept.get(key) === kept) this.#kept.delete(key);
          this.#drop(kept);
          throw error;
        }
      }),
      ...{ stays, rows: 0, users: 0 },
    };
    return kept;
  }

  #tidy({ lists, rows } = this.#limits): void {
    const all = [...this.#kept].filter(([, { stays }]) => !stays || lists === 0);
    let [count, sum] = [all.length, all.reduce((total, [, kept]) => total + kept.rows, 0)];
    for (const [key, kept] of all) {
      if (count <= lists && sum <= rows) return;
      // Of a list that is larger than all may be, whoever scrolls it would have it made for each window.
      const isLast = count === 1 && lists > 0;
      if (kept.users > 0 || !kept.work.isSettled || isLast) continue;
      this.#kept.delete(key);
      this.#drop(kept);
      count -= 1;
      sum -= kept.rows;
    }
  }

  #drop({ table }: Kept<About>): void {
    const dropped = this.#connections
      .lend(undefined, (engine) => engine.run(sql`DROP TABLE IF EXISTS ${table}`))
      // The engine is being closed, and everything in it goes.
      .catch(() => undefined)
      .finally(() => this.#drops.delete(dropped));
    this.#drops.add(dropped);
  }
}
