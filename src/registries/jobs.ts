import type { AddressNumber } from '../addresses/address.ts';
import type { BootstrapEntry } from './bootstrap.ts';
import { perMinute } from './registry-names.ts';
import type { RdapValues } from './settings.ts';

/** An address that is asked about, and where it is on its way through registries. */
export interface Job {
  /** The canonical text of the address. */
  readonly key: string;
  readonly address: AddressNumber;
  readonly entry: BootstrapEntry;
  /** Registries that were asked, in order. */
  readonly asked: string[];
  url: string;
  trust: 'typed' | 'found';
  registry: string;
  /** How often a registry was too busy. */
  tries: number;
}

/** The jobs that wait, in their order, and those whose question is open. */
export class Jobs {
  #waiting: Job[] = [];
  readonly #open = new Set<Job>();

  /** Those that wait, as a list of its own. */
  get waiting(): readonly Job[] {
    return [...this.#waiting];
  }

  get open(): number {
    return this.#open.size;
  }

  get left(): number {
    return this.#waiting.length + this.#open.size;
  }

  add(job: Job): void {
    this.#waiting.push(job);
  }

  /** Puts a job that is not done in front: what was important stays it. */
  again(job: Job): void {
    this.#waiting.unshift(job);
  }

  /** Takes a job off those that wait; false where it is none of them. */
  remove(job: Job): boolean {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  isWaiting(job: Job): boolean {
    return this.#waiting.includes(job);
  }

  start(job: Job): void {
    this.remove(job);
    this.#open.add(job);
  }

  end(job: Job): void {
    this.#open.delete(job);
  }

  openAt(registry: string): number {
    return [...this.#open].filter((job) => job.registry === registry).length;
  }

  /** One question for a /16 (IPv6: /32) at a time: its answer is likely to answer the others. */
  isNearOpen({ address }: Job): boolean {
    const piece = ({ family, number }: AddressNumber): bigint => number >> (family === 4 ? 16n : 96n);
    return [...this.#open].some(
      (job) => job.address.family === address.family && piece(job.address) === piece(address),
    );
  }

  /** At the rate of the registry that has the most left, after the milliseconds that it makes us wait. */
  secondsLeft(values: RdapValues, waits: ReadonlyMap<string, number>): number {
    const left = new Map<string, number>();
    for (const { registry } of this.#waiting) left.set(registry, (left.get(registry) ?? 0) + 1);
    const seconds = [...left].map(
      ([registry, count]) =>
        ((count - 1) * 60) / perMinute(registry, values) + (waits.get(registry) ?? 0) / 1000,
    );
    return Math.max(0, ...seconds);
  }
}
