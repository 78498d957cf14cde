import { serverOf } from '../address-pool.ts';
import type { Connection } from '../connection.ts';
import type { Estate, Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';

export type Question = 'c2' | 'exfil' | 'scan' | 'access';

/** One thing that was planted, with every connection that belongs to it. */
export interface Planting {
  /** Which question must find it; null: it is harmless, and none should. */
  readonly question: Question | null;
  /** Which form of it: `beacon`, `overnight`, `horizontal`, `guessing-then-success`, `update-checks`. */
  readonly kind: string;
  /** How severe a finding about it is at most, if it is true. Harmless things may be found, at low. */
  readonly loudest: 'low' | 'medium' | 'critical';
  /** Who did it, or to whom it leads: the address that a finding must name. Of an internal scan, the scanner. */
  readonly peer: string;
  /** All of them, where it has several, as servers that an implant rotates: a finding must name each. */
  readonly peers?: readonly string[];
  /** null: several hosts, see the connections. */
  readonly local: string | null;
  readonly direction: 'inbound' | 'outbound' | 'east-west';
  /** null: many. */
  readonly servicePort: number | null;
  readonly protocol: number;
  readonly periodSeconds?: number;
  readonly jitter?: number;
  readonly missed?: number;
  readonly connections: readonly Connection[];
}

/** A rented server for the n-th planted thing; every thing has its own. */
export function rentedServer(plan: DemoPlan, n: number): string {
  return serverOf('rented', plan.seed, n);
}

/** A host of one of these kinds for the planted thing; which, the seed decides. `n` walks through all of them. */
export function victim(plan: DemoPlan, candidates: readonly Host[], name: string, n = 0): Host {
  const first = new Random(plan.seed, 'victim', name).integer(0, candidates.length - 1);
  const host = candidates[(first + n) % candidates.length];
  if (host === undefined) throw new RangeError(`no host for ${name}`);
  return host;
}

/** Workers that have no planted thing yet: each kind of planting takes its own quarter. */
export function workersFor(estate: Estate, quarter: 0 | 1 | 2 | 3): readonly Host[] {
  const workers = estate.byRole.worker;
  // By halves first, so that the parity on which `isPublic` rests stays mixed within each part.
  const own = workers.filter((_, at) => (at >> 1) % 4 === quarter);
  return own.length > 0 ? own : workers;
}
