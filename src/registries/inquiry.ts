import { setTimeout as sleep } from 'node:timers/promises';
import { type AddressNumber, addressBits, formatAddress } from '../addresses/address.ts';
import { askRegistry, type RegistryReply } from './ask.ts';
import { type Block, contains } from './blocks.ts';
import { entryFor } from './bootstrap.ts';
import type { KnownBootstrap } from './bootstrap-file.ts';
import { Budgets } from './budget.ts';
import { type Job, Jobs } from './jobs.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { failureFor, type InquiryProgress, type Outcome } from './outcome.ts';
import type { Registration } from './registration.ts';
import { registryOf } from './registry-names.ts';
import type { RdapValues } from './settings.ts';

/** What an inquiry needs. */
export interface InquiryOptions {
  readonly folder: string;
  readonly kept: KeptAnswers;
  readonly bootstraps: Readonly<Record<4 | 6, KnownBootstrap>>;
  readonly values: RdapValues;
  /** Questions that were sent before, such as those to IANA. */
  readonly sent?: Readonly<Record<string, number>>;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (progress: InquiryProgress) => void;
}

const mostRedirects = 5;
const mostTries = 4;
/** Failures in a row after which a registry that cannot be reached is left alone. */
const mostUnreachable = 3;
const failureMs = 600_000;
/** The connection of this machine may be what is down: it may be back at once. */
const unreachableMs = 60_000;
const notFoundMs = 86_400_000;

function failed(failure: Outcome['failure'], asked: readonly string[]): Outcome {
  return { registration: null, failure, asked };
}

/**
 * Asks registries about addresses, the first ones first, within each registry's budget, a few at once. An address
 * inside a block that was answered meanwhile is not asked. Every answer is kept as it comes, so that whoever
 * interrupts loses nothing.
 */
export class Inquiry {
  readonly #options: InquiryOptions;
  readonly #budgets: Budgets;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #jobs = new Jobs();
  readonly #unreachable = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #trustedHosts: ReadonlySet<string>;
  readonly #keys = new Set<string>();
  #resume: () => void = () => undefined;
  #isStirred = false;
  #fatal: { readonly error: unknown } | undefined;
  readonly #settledBy = { fromCache: 0, answered: 0, failed: 0 };
  #asked = 0;
  #waitingFor: string | null = null;
  #waits: ReadonlyMap<string, number> = new Map();

  constructor(options: InquiryOptions) {
    this.#options = options;
    this.#budgets = new Budgets(options.folder, options.values);
    const entries = [...options.bootstraps[4].entries, ...options.bootstraps[6].entries];
    this.#trustedHosts = new Set(entries.map(({ url }) => new URL(url).host));
  }

  /** Questions sent, by registry. */
  get questions(): Readonly<Record<string, number>> {
    return { ...this.#options.sent, ...Object.fromEntries(this.#counts) };
  }

  /** Outcomes by the canonical text of the address. Throws the reason of the signal when it is aborted. */
  async run(addresses: readonly AddressNumber[]): Promise<ReadonlyMap<string, Outcome>> {
    for (const address of addresses) await this.#enqueue(address);
    this.#report();
    while (this.#jobs.left > 0 && this.#fatal === undefined) {
      this.#options.signal?.throwIfAborted();
      this.#isStirred = false;
      const waitMs = await this.#start();
      this.#report();
      if (this.#jobs.left > 0) await this.#pause(waitMs);
    }
    this.#report();
    this.#options.signal?.throwIfAborted();
    if (this.#fatal !== undefined) throw this.#fatal.error;
    return this.#outcomes;
  }

  async #enqueue(address: AddressNumber): Promise<void> {
    const key = formatAddress(address.family, address.number);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const { kept, values, bootstraps } = this.#options;
    const registration = await kept.find(address, values.validDays, Date.now());
    const failure = registration === null ? await kept.failure(address, Date.now()) : null;
    if (registration !== null || failure !== null) {
      this.#settle(key, { registration, failure, asked: [] }, 'kept');
      return;
    }
    const entry = entryFor(bootstraps[address.family], address);
    if (entry === null) {
      this.#settle(key, failed(failureFor('No registry is known for it.', failureMs), []));
      return;
    }
    const url = `${entry.url}ip/${key}`;
    const registry = registryOf(new URL(url));
    this.#jobs.add({
      key,
      address,
      entry,
      url,
      registry,
      trust: 'typed',
      asked: [],
      tries: 0,
    });
  }

  /** Starts what may be started now and gives the milliseconds until something else may be. */
  async #start(): Promise<number> {
    const { values } = this.#options;
    const blocked = new Map<string, number>();
    let soonest = Number.POSITIVE_INFINITY;
    this.#waitingFor = null;
    for (const job of this.#jobs.waiting) {
      if (this.#jobs.open >= values.atOnce) break;
      if (blocked.has(job.registry) || this.#jobs.openAt(job.registry) >= values.atOncePerRegistry) continue;
      if (this.#jobs.isNearOpen(job) || (await this.#settled(job))) continue;
      const { waitMs, told } = await this.#budgets.take(job.registry, Date.now());
      // An answer to another question may have settled this one meanwhile.
      if (!this.#jobs.isWaiting(job)) continue;
      if (waitMs > 0) {
        if (told && waitMs > values.longestWaitSeconds * 1000) this.#giveUp(job.registry, waitMs);
        else soonest = Math.min(soonest, waitMs);
        blocked.set(job.registry, waitMs);
        this.#waitingFor ??= job.registry;
        continue;
      }
      this.#jobs.start(job);
      this.#ask(job).catch((error: unknown) => {
        this.#fatal ??= { error };
        this.#wake();
      });
    }
    this.#waits = blocked;
    return soonest;
  }

  /** Whether an answer that came meanwhile is about this address too. */
  async #settled(job: Job): Promise<boolean> {
    if (job.tries === 0 && job.asked.length === 0 && this.#counts.size === 0) return false;
    const registration = await this.#options.kept.find(
      job.address,
      this.#options.values.validDays,
      Date.now(),
    );
    if (registration === null || !this.#jobs.remove(job)) return registration !== null;
    this.#settle(job.key, { registration, failure: null, asked: job.asked }, 'kept');
    return true;
  }

  async #ask(job: Job): Promise<void> {
    const { values, signal, env } = this.#options;
    job.asked.push(job.registry);
    this.#asked += 1;
    this.#counts.set(job.registry, (this.#counts.get(job.registry) ?? 0) + 1);
    const { url, trust, address } = job;
    const timeoutMs = values.timeoutSeconds * 1000;
    const reply = await askRegistry({
      url,
      trust,
      address,
      timeoutMs,
      trustedHosts: this.#trustedHosts,
      signal,
      env,
    });
    const isUnreachable = reply.kind === 'failure' && reply.isUnreachable;
    this.#unreachable.set(job.registry, isUnreachable ? (this.#unreachable.get(job.registry) ?? 0) + 1 : 0);
    if (isUnreachable && (this.#unreachable.get(job.registry) ?? 0) >= mostUnreachable) {
      this.#drop(job.registry, `${job.registry} cannot be reached; it was not asked.`);
    }
    await this.#take(job, reply);
    this.#jobs.end(job);
    this.#wake();
  }

  async #take(job: Job, reply: RegistryReply): Promise<void> {
    switch (reply.kind) {
      case 'answer':
        return this.#answered(job, reply.registration, reply.block);
      case 'redirect':
        if (job.asked.length > mostRedirects + job.tries)
          return this.#failed(job, 'It was redirected too often.', failureMs);
        job.url = reply.url;
        job.trust = reply.trust;
        job.registry = registryOf(new URL(reply.url));
        this.#jobs.again(job);
        return;
      case 'wait':
        return this.#putOff(job, reply.waitMs);
      case 'not-found':
        return this.#failed(job, `${job.registry} knows no block with it.`, notFoundMs);
      case 'failure':
        return this.#failed(job, reply.reason, reply.isUnreachable ? unreachableMs : failureMs);
    }
  }

  /**
   * Registries answer for what is not theirs with all of the address space: that is nobody's block. One that is larger
   * than what IANA gave to the registry says nothing about other addresses.
   */
  async #answered(job: Job, registration: Registration, block: Block): Promise<void> {
    const { cidr } = job.entry;
    if (block.last - block.first >= 1n << BigInt(addressBits(block.family) - 3)) {
      return this.#failed(job, `${job.registry} knows no block of its own with it.`, notFoundMs);
    }
    const whole = { family: cidr.family, first: cidr.first, last: cidr.last };
    const own = { family: cidr.family, first: job.address.number, last: job.address.number };
    await this.#options.kept.keep(contains(whole, block) ? block : own, registration);
    this.#settle(job.key, { registration, failure: null, asked: job.asked });
  }

  /** A registry that is busy says how long to wait; where it does not, the wait doubles each time. */
  async #putOff(job: Job, waitMs: number | null): Promise<void> {
    job.tries += 1;
    if (job.tries >= mostTries)
      return this.#failed(job, `${job.registry} was too busy to answer.`, failureMs);
    const wait = Math.min(waitMs ?? 2500 * 2 ** job.tries, 86_400_000);
    await this.#budgets.holdOff(job.registry, Date.now() + wait);
    this.#jobs.again(job);
  }

  async #failed(job: Job, reason: string, forMs: number): Promise<void> {
    const failure = failureFor(reason, forMs);
    await this.#options.kept.keepFailure(job.address, failure);
    this.#settle(job.key, failed(failure, job.asked));
  }

  /** An address is done with: by a question of this inquiry, or by what is kept. */
  #settle(key: string, outcome: Outcome, by: 'kept' | 'question' = 'question'): void {
    this.#outcomes.set(key, outcome);
    const how = by === 'kept' ? 'fromCache' : outcome.registration === null ? 'failed' : 'answered';
    this.#settledBy[how] += 1;
  }

  #giveUp(registry: string, waitMs: number): void {
    const time = new Date(Date.now() + waitMs).toISOString().slice(0, 16).replace('T', ' ');
    this.#drop(registry, `${registry} asks not to be asked before ${time} UTC.`);
  }

  /** Leaves the rest of a registry's questions to another run: nothing is remembered against their addresses. */
  #drop(registry: string, reason: string): void {
    for (const job of this.#jobs.waiting.filter((one) => one.registry === registry)) {
      this.#jobs.remove(job);
      this.#settle(job.key, failed(failureFor(reason, 0), job.asked));
    }
  }

  /** Until something was answered, a budget has a token, a second has passed, or the caller gives up. */
  async #pause(waitMs: number): Promise<void> {
    // Something may have ended while the next questions were started.
    if (this.#isStirred) return;
    const { signal } = this.#options;
    const ended = new AbortController();
    const woken = new Promise<void>((done) => {
      this.#resume = done;
    });
    signal?.addEventListener('abort', this.#wake, { once: true });
    const timer = sleep(Math.min(1000, Math.max(1, waitMs)), undefined, { signal: ended.signal }).catch(
      () => undefined,
    );
    await Promise.race([woken, timer]);
    ended.abort();
    signal?.removeEventListener('abort', this.#wake);
  }

  readonly #wake = (): void => {
    this.#isStirred = true;
    this.#resume();
  };

  #report(): void {
    this.#options.onProgress?.({
      total: this.#outcomes.size + this.#jobs.left,
      ...this.#settledBy,
      asked: this.#asked,
      questions: this.questions,
      waitingFor: this.#waitingFor,
      secondsLeft: this.#jobs.secondsLeft(this.#options.values, this.#waits),
    });
  }
}
