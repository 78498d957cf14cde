/** Pieces of work that must not run at once: one after the other, in the order in which they came. */
export class WorkQueue {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** True while something runs or waits. */
  get areTaken(): boolean {
    return this.#waiting > 0;
  }

  /** Does the work when all that came before is done, whatever became of it. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    const done = this.#last.then(work);
    const ended = () => {
      this.#waiting -= 1;
    };
    this.#last = done.then(ended, ended);
    return done;
  }

  /** Resolves when all that came so far is done. */
  settled(): Promise<void> {
    return this.#last;
  }
}
