import { HuntError } from '../errors.ts';
import type { LocalEngine } from './local.ts';

/**
 * Connections to one instance for questions that are asked at once: each question has one to itself while it runs, and
 * waits where all are taken. Node lends its database calls four threads; one stays free for files. A connection is closed
 * when it comes back: its temporary tables must not stay in memory.
 */
export class Connections {
  readonly #engine: LocalEngine;
  readonly #schema: string | undefined;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #lent = 0;
  #isClosed = false;

  /** `schema`: where the questions find their relations first. */
  constructor(engine: LocalEngine, most = 3, schema?: string) {
    this.#engine = engine;
    this.#schema = schema;
    this.#most = most;
  }

  /** Lends a connection to `work`. An abort of `signal` ends the wait for one, too. */
  async lend<T>(signal: AbortSignal | undefined, work: (engine: LocalEngine) => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      const engine = await this.#engine.fork(this.#schema);
      try {
        return await work(engine);
      } finally {
        engine.close();
      }
    } finally {
      this.#lent -= 1;
      this.#waiting.shift()?.();
      if (this.#lent === 0) for (const tell of this.#idle.splice(0)) tell();
    }
  }

  /** Resolves when nothing is lent and nobody waits. */
  async whenIdle(): Promise<void> {
    while (this.#lent > 0 || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Nothing is lent any more; whoever waits is told. */
  close(): void {
    this.#isClosed = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const isEnded = () => this.#isClosed || signal?.aborted === true;
    while (this.#lent >= this.#most && !isEnded()) await this.#woken(signal);
    if (isEnded()) {
      // Whoever was woken and leaves hands the turn on.
      if (this.#lent < this.#most) this.#waiting.shift()?.();
      throw new HuntError('engine.cancelled', 'Interrupted.');
    }
    this.#lent += 1;
  }

  /** Resolves when a connection came back, or nobody waits any more; then its place in the queue is gone. */
  #woken(signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve) => {
      const leave = () => {
        const place = this.#waiting.indexOf(wake);
        if (place >= 0) this.#waiting.splice(place, 1);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(wake);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
