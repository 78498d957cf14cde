import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { takeFileLock } from '../file-lock.ts';
import { wholeFile } from '../whole-file.ts';
import { perMinute } from './registry-names.ts';
import type { RdapValues } from './settings.ts';

const shape = v.object({ next: v.number(), told: v.optional(v.boolean(), false) });

/** When a registry may be asked next, in milliseconds since 1970, and whether the registry itself said so. */
type State = v.InferOutput<typeof shape>;

/** How late a question may be and still let the next one follow in time: timers are late, the mean shall hold. */
const slackMs = 250;
/** No registry asks for more; a file that says so is broken. */
const longestMs = 86_400_000;

/**
 * How often each registry may be asked: a bucket of one token that fills at the registry's rate, so that questions
 * are spread evenly and no minute has more than its share. It is kept on disk, so that the next run and a second
 * process go on from there, also where a registry said how long to wait.
 */
export class Budgets {
  readonly #folder: string;
  readonly #values: RdapValues;
  /** What could not be written: the budget holds at least within this process. */
  readonly #unwritten = new Map<string, State>();
  /** What was last seen of each registry: other runs only ever put the next question off. */
  readonly #seen = new Map<string, State>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #isFolderMade = false;

  constructor(folder: string, values: RdapValues) {
    this.#folder = join(folder, 'budgets');
    this.#values = values;
  }

  /** Takes a token and gives 0, or takes none and gives the milliseconds until there is one. */
  async take(registry: string, now: number): Promise<{ readonly waitMs: number; readonly told: boolean }> {
    const seen = this.#seen.get(registry);
    if (seen !== undefined && seen.next > now) return { waitMs: seen.next - now, told: seen.told };
    return this.#inTurn(registry, () => this.#take(registry, now));
  }

  async #take(registry: string, now: number): Promise<{ readonly waitMs: number; readonly told: boolean }> {
    const state = await this.#state(registry, now);
    this.#seen.set(registry, state);
    const { next, told } = state;
    if (next > now) return { waitMs: next - now, told };
    // A late timer is made up for, a pause is not: it would earn a burst.
    const due = now - next <= slackMs ? next : now;
    await this.#write(registry, { next: due + 60_000 / perMinute(registry, this.#values), told: false });
    return { waitMs: 0, told: false };
  }

  /** The registry is not to be asked before this time: it said so. */
  holdOff(registry: string, until: number): Promise<void> {
    return this.#inTurn(registry, () => this.#write(registry, { next: until, told: true }));
  }

  /**
   * One change after the other, in this process and among several: a token must not be taken from a state that is
   * being replaced. Two runs that wait for the same token wake at the same moment.
   */
  #inTurn<Result>(registry: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(registry) ?? Promise.resolve();
    const result = before
      .then(() => this.#makeFolder())
      .then(() => inTurnOfAll(`${this.#path(registry)}.lock`, work));
    this.#turns.set(
      registry,
      result.catch(() => undefined),
    );
    return result;
  }

  async #makeFolder(): Promise<void> {
    if (!this.#isFolderMade) await mkdir(this.#folder, { recursive: true }).catch(() => undefined);
    this.#isFolderMade = true;
  }

  async #state(registry: string, now: number): Promise<State> {
    const unwritten = this.#unwritten.get(registry);
    if (unwritten !== undefined) return unwritten;
    const none = { next: 0, told: false };
    try {
      const parsed = v.safeParse(shape, JSON.parse(await readFile(this.#path(registry), 'utf8')));
      return parsed.success && parsed.output.next < now + longestMs ? parsed.output : none;
    } catch {
      return none;
    }
  }

  async #write(registry: string, state: State): Promise<void> {
    this.#seen.set(registry, state);
    try {
      await wholeFile(this.#path(registry), (beside) => writeFile(beside, JSON.stringify(state)));
      this.#unwritten.delete(registry);
    } catch {
      this.#unwritten.set(registry, state);
    }
  }

  /** A host may have a port, and a colon is no part of a file name on Windows. */
  #path(registry: string): string {
    return join(this.#folder, `${registry.replaceAll(/[^a-z0-9.-]/gi, '_')}.json`);
  }
}

/** A change takes some milliseconds. Where the turn does not come, a question too many is better than none. */
async function inTurnOfAll<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  const end = await takeFileLock(lock, { patienceMs: 4000, staleMs: 2000 }).catch(() => undefined);
  try {
    return await work();
  } finally {
    await end?.();
  }
}
