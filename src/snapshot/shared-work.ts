import { HuntError } from '../errors.ts';

/** The result of the work, unless the signal is aborted before: whoever goes away does not wait. */
export function unlessGone<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new HuntError('engine.cancelled', 'Interrupted.'));
    const settled = () => signal.removeEventListener('abort', leave);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(settled);
  });
}

/** Work that several may wait for. It goes on for as long as one of them does, and is ended with the last. */
export class SharedWork<Result> {
  readonly #stop = new AbortController();
  readonly #done: Promise<Result>;
  #waiting = 0;
  #isSettled = false;

  constructor(work: (signal: AbortSignal) => Promise<Result>) {
    this.#done = work(this.#stop.signal).finally(() => {
      this.#isSettled = true;
    });
    // Whoever waits hears of it.
    this.#done.catch(() => undefined);
  }

  /** True when everybody went away before it was done: it has no result, and whoever comes now starts anew. */
  get isEnded(): boolean {
    return this.#stop.signal.aborted;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Resolves when nothing of it runs any more, whatever came of it. */
  async settled(): Promise<void> {
    await this.#done.catch(() => undefined);
  }

  async result(signal: AbortSignal): Promise<Result> {
    this.#waiting += 1;
    try {
      return await unlessGone(this.#done, signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#isSettled) this.#stop.abort();
    }
  }
}
