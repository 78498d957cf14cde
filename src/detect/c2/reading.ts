import type { ScorePart, Severity } from '../finding.ts';

/** One way to read a conversation: by its starts, by its counts in each window, or by its longest session. */
export interface Reading {
  readonly kind: string;
  readonly verdict: 'yes' | 'no' | 'cannot-tell';
  /** Severity before context. */
  readonly base: Severity;
  /** How many beats it stands on, and over how many seconds of activity. */
  readonly beats: number;
  readonly seconds: number;
  readonly parts: readonly ScorePart[];
  readonly evidence: readonly string[];
  readonly counterEvidence: readonly string[];
  readonly missing: readonly string[];
}
