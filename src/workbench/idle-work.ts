/**
 * Work for while nobody asks anything: it begins when it has been quiet for a moment, a question ends it, and afterwards
 * it begins again. Whoever waits must not share the machine with what nobody waits for yet.
 */
export class IdleWork {
  readonly #work: (signal: AbortSignal) => Promise<unknown>;
  readonly #quietMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;
  /** True while the work was not done to its end since it was last wanted. */
  #isWanted = false;
  #questions = 0;
  #isClosed = false;

  constructor(work: (signal: AbortSignal) => Promise<unknown>, quietMs: number) {
    this.#work = work;
    this.#quietMs = quietMs;
  }

  /** Has the work done, from the beginning, when it is quiet. */
  want(): void {
    this.#isWanted = true;
    this.#wait();
  }

  /** Keeps the work away for as long as the question takes. */
  async during<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    this.#questions += 1;
    try {
      const answer = question();
      // After the question has begun: a part of the work that it waits for itself goes on.
      this.#running?.abort();
      return await answer;
    } finally {
      this.#questions -= 1;
      this.#wait();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#isWanted || this.#questions > 0 || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#begin(), this.#quietMs).unref();
  }

  async #begin(): Promise<void> {
    if (this.#questions > 0) return;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#isWanted = false;
    try {
      await this.#work(running.signal);
    } catch {
      // What failed by itself would fail again: whoever asks for it is told why.
      this.#isWanted ||= running.signal.aborted && this.#running === running;
    }
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#wait();
  }
}
