/**
 * Calls back when a stamp differs from the one that is known and has stayed the same from one look to the next: who loads
 * much changes it often. A look that fails is told once.
 */
export class Watch {
  readonly #look: () => Promise<string | undefined>;
  readonly #changed: (failure?: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #known: string | undefined;
  #seen: string | undefined;
  #isLooking = false;
  #hasFailed = false;

  /** `look` gives nothing while there is nothing to compare. */
  constructor(
    look: () => Promise<string | undefined>,
    changed: (failure?: unknown) => void,
    everyMs: number,
  ) {
    this.#look = look;
    this.#changed = changed;
    this.#timer = setInterval(() => void this.#check(), everyMs).unref();
  }

  /** What is the case now is known, and no change. */
  know(stamp: string): void {
    this.#known = stamp;
    this.#hasFailed = false;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#known === undefined || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const stamp = await this.#look();
      if (stamp === undefined) return;
      const isSteady = stamp === this.#seen;
      this.#seen = stamp;
      if ((stamp !== this.#known || this.#hasFailed) && isSteady) {
        this.know(stamp);
        this.#changed();
      }
    } catch (error) {
      if (!this.#hasFailed) this.#changed(error);
      this.#hasFailed = true;
    } finally {
      this.#isLooking = false;
    }
  }
}
