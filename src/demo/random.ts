import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A part of the key that names one stream of random numbers. */
export type KeyPart = string | number;

/** 32 well-mixed bits that depend on every part and on their order. */
export function mix(...parts: readonly KeyPart[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    if (typeof part === 'number') {
      hash = scramble(hash ^ (part | 0));
      hash = scramble(hash ^ Math.floor(part / 4294967296));
    } else {
      for (let at = 0; at < part.length; at++) hash = Math.imul(hash ^ part.charCodeAt(at), 0x01000193);
      hash = scramble(hash ^ part.length);
    }
  }
  return hash >>> 0;
}

/** A number in [0, 1) that belongs to the key: the same on every machine, whatever was drawn before. */
export function mixUnit(...parts: readonly KeyPart[]): number {
  return mix(...parts) / 4294967296;
}

// The finalizer of MurmurHash3.
function scramble(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** One stream of random numbers; streams of different keys are independent. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;

  constructor(...key: readonly KeyPart[]) {
    const seed = mix(...key);
    this.#generator = xoroshiro128plusFromState([
      scramble(seed ^ 0x9e3779b9),
      scramble(seed ^ 0x3c6ef372) | 1,
      scramble(seed ^ 0xdaa66d2b),
      scramble(seed ^ 0x78dde6e4),
    ]);
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return (this.#generator.next() >>> 0) / 4294967296;
  }

  /** Uniform whole number, both bounds included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.unit() * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** Log-normal with the given median; `spread` is the standard deviation of the logarithm. */
  logNormal(median: number, spread: number): number {
    return median * Math.exp(spread * this.normal());
  }

  /** Pareto from `least`, cut at `most`; a smaller `shape` has the heavier tail. */
  pareto(least: number, shape: number, most: number): number {
    return Math.min(most, least / (1 - this.unit()) ** (1 / shape));
  }

  /** A rank in 0..count-1, whose probability falls as 1/rank (Zipf, by the log-uniform rule). */
  zipf(count: number): number {
    return Math.min(count - 1, Math.floor(Math.exp(this.unit() * Math.log(count + 1))) - 1);
  }

  /** A rank in 0..count-1 that favours the first ones only mildly: very many regulars, none that dominates. */
  crowdRank(count: number): number {
    return Math.floor(count * this.unit() ** 1.7);
  }

  /** Poisson; above a mean of 50 by the normal approximation. */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count++;
    return count;
  }

  /** A port as a client's operating system gives it out (Linux' range). */
  ephemeralPort(): number {
    return this.integer(32768, 60999);
  }
}
