import { freeGround, type Ground } from './ground.ts';

/** The states that are there: the one that is asked, and older ones for as long as somebody still asks them. */
export class States {
  readonly #users = new Map<Ground, number>();
  #current: Ground | undefined;
  #freeing: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** The state that questions are answered from; undefined until the first is ready. */
  get current(): Ground | undefined {
    return this.#current;
  }

  /** Readies a state with `work`, then it takes the place of the one before; where `work` fails it is freed. */
  async take(ground: Ground, work: () => Promise<void>): Promise<void> {
    const before = this.#current;
    await this.during(ground, async () => {
      await work();
      this.#current = ground;
    });
    if (before !== undefined) void this.#leave(before);
  }

  /** Keeps the state for as long as the question takes. */
  async during<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer> {
    this.#users.set(ground, (this.#users.get(ground) ?? 0) + 1);
    try {
      return await question();
    } finally {
      this.#users.set(ground, (this.#users.get(ground) ?? 1) - 1);
      void this.#leave(ground);
    }
  }

  /** Waits for what still runs, and gives the connections back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const grounds = [...this.#users.keys()];
    await Promise.all([this.#freeing, ...grounds.map(({ connections }) => connections.whenIdle())]);
    for (const { connections } of grounds) connections.close();
  }

  async #leave(ground: Ground): Promise<void> {
    const isFree = () => ground !== this.#current && this.#users.get(ground) === 0 && !this.#isClosed;
    if (!isFree()) return;
    await ground.connections.whenIdle();
    if (!isFree()) return;
    this.#users.delete(ground);
    this.#freeing = Promise.all([this.#freeing, freeGround(ground)]);
  }
}
