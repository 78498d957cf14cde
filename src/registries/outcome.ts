import type { KeptFailure } from './kept-answers.ts';
import type { Registration } from './registration.ts';

/** What is known of an address after an inquiry. */
export interface Outcome {
  readonly registration: Registration | null;
  /** Why there is none, where that is known. */
  readonly failure: KeptFailure | null;
  /** Registries that were asked about this address now, in order. */
  readonly asked: readonly string[];
}

/** How far an inquiry is. */
export interface InquiryProgress {
  readonly total: number;
  /** Settled without a question: by what was kept, or by the answer about a neighbour. */
  readonly fromCache: number;
  readonly answered: number;
  readonly failed: number;
  /** Questions sent so far, also those that were redirected. */
  readonly asked: number;
  /** The same by registry. */
  readonly questions: Readonly<Record<string, number>>;
  /** The registry whose budget or wish holds up the most. */
  readonly waitingFor: string | null;
  readonly secondsLeft: number;
}

/** A failure of this moment that is remembered for so long. */
export function failureFor(reason: string, forMs: number): KeptFailure {
  const time = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return { reason, at: time(Date.now()), until: time(Date.now() + forMs) };
}
