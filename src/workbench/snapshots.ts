import type { Connections } from '../engine/connections.ts';
import { freeSnapshot, type Snapshot } from '../snapshot/snapshot.ts';

/**
 * The snapshots that are there: the one that is asked, and older ones for as long as somebody still asks them. Those that
 * differ in marks alone have their relations and connections in common, and go together.
 */
export class Snapshots {
  readonly #users = new Map<Connections, number>();
  #current: Snapshot | undefined;
  #freeing: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** The snapshot that questions are answered from; undefined until the first is ready. */
  get current(): Snapshot | undefined {
    return this.#current;
  }

  /** Puts a snapshot in the place of the one before. */
  take(snapshot: Snapshot): void {
    const before = this.#current;
    this.#current = snapshot;
    if (before === undefined || before === snapshot) return;
    if (before.connections === snapshot.connections) before.lists.retire();
    else void this.#leave(before);
  }

  /** Keeps the snapshot for as long as the question takes; one that nobody took by then is freed. */
  async during<Answer>(snapshot: Snapshot, question: () => Promise<Answer>): Promise<Answer> {
    const { connections } = snapshot;
    this.#users.set(connections, (this.#users.get(connections) ?? 0) + 1);
    try {
      return await question();
    } finally {
      this.#users.set(connections, (this.#users.get(connections) ?? 1) - 1);
      void this.#leave(snapshot);
    }
  }

  /** Waits for what still runs, and gives the connections back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#users.keys()];
    await Promise.all([this.#freeing, ...all.map((connections) => connections.whenIdle())]);
    for (const connections of all) connections.close();
  }

  async #leave(snapshot: Snapshot): Promise<void> {
    const { connections } = snapshot;
    const isFree = () =>
      connections !== this.#current?.connections && this.#users.get(connections) === 0 && !this.#isClosed;
    if (!isFree()) return;
    await connections.whenIdle();
    if (!isFree()) return;
    this.#users.delete(connections);
    this.#freeing = Promise.all([this.#freeing, freeSnapshot(snapshot)]);
  }
}
