import type { Connections } from '../engine/connections.ts';
import { freeGround, type Ground } from '../snapshot/ground.ts';

/**
 * The states that are there: the one that is asked, and older ones for as long as somebody still asks them. Those that
 * differ in marks alone have their relations and connections in common, and go together.
 */
export class States {
  readonly #users = new Map<Connections, number>();
  #current: Ground | undefined;
  #freeing: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** The state that questions are answered from; undefined until the first is ready. */
  get current(): Ground | undefined {
    return this.#current;
  }

  /** Puts a state in the place of the one before. */
  take(ground: Ground): void {
    const before = this.#current;
    this.#current = ground;
    if (before === undefined || before === ground) return;
    if (before.connections === ground.connections) before.lists.retire();
    else void this.#leave(before);
  }

  /** Keeps the state for as long as the question takes; one that nobody took by then is freed. */
  async during<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer> {
    const { connections } = ground;
    this.#users.set(connections, (this.#users.get(connections) ?? 0) + 1);
    try {
      return await question();
    } finally {
      this.#users.set(connections, (this.#users.get(connections) ?? 1) - 1);
      void this.#leave(ground);
    }
  }

  /** Waits for what still runs, and gives the connections back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#users.keys()];
    await Promise.all([this.#freeing, ...all.map((connections) => connections.whenIdle())]);
    for (const connections of all) connections.close();
  }

  async #leave(ground: Ground): Promise<void> {
    const { connections } = ground;
    const isFree = () =>
      connections !== this.#current?.connections && this.#users.get(connections) === 0 && !this.#isClosed;
    if (!isFree()) return;
    await connections.whenIdle();
    if (!isFree()) return;
    this.#users.delete(connections);
    this.#freeing = Promise.all([this.#freeing, freeGround(ground)]);
  }
}
