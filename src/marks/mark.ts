/** What a hunter says of a peer. */
export const verdicts = ['benign', 'suspicious', 'malicious'] as const;
export type Verdict = (typeof verdicts)[number];

/** What is marked: a target as its canonical text, at one port or from some local ends where that is said. */
export interface MarkedSubject {
  /** An address, a CIDR, `AS15169`, or the name of a network or provider. */
  readonly target: string;
  /** The service port; null for any. */
  readonly port: number | null;
  /** An address or CIDR of the local end; null for any. */
  readonly local: string | null;
}

/** The traffic of a marked target in the few numbers that tell later whether its character changed. */
export interface TrafficProfile {
  /** What the loaded records covered, as ISO times. */
  readonly from: string | null;
  readonly to: string | null;
  /** Service ports as `443/tcp`, in order; null where they are too many to be a habit. */
  readonly ports: readonly string[] | null;
  readonly directions: readonly string[];
  /** Distinct local ends. */
  readonly locals: number;
  /** Of the busiest day, as a rate per day where the records cover a part of it only. */
  readonly bytesPerDay: number;
  readonly flowsPerDay: number;
  /** Kinds of findings, as `c2 beacon`. */
  readonly findings: readonly string[];
}

/** One mark: who said what of whom, when, why, and what the traffic was like then. */
export interface Mark extends MarkedSubject {
  readonly verdict: Verdict;
  readonly note: string | null;
  readonly by: string;
  /** ISO time. */
  readonly at: string;
  /** null where no traffic of the target was loaded. */
  readonly seen: TrafficProfile | null;
}

/** A mark as it is shown beside what it is about. */
export interface MarkShown extends Omit<Mark, 'seen'> {
  /** How the traffic changed its character since, in words. */
  readonly changes: readonly string[];
}

/** A mark that was taken back; kept, so that an older copy of the marks does not bring it back. */
export interface Unmark extends MarkedSubject {
  readonly by: string;
  readonly at: string;
}

/** All marks of a workspace, one for each subject at most, and what was taken back. */
export interface MarkBook {
  readonly marks: readonly Mark[];
  readonly removed: readonly Unmark[];
}

export const emptyBook: MarkBook = { marks: [], removed: [] };

/** The subject in words: `203.0.113.7 port 443 from 10.0.0.0/8`. */
export function subjectText({ target, port, local }: MarkedSubject): string {
  return `${target}${port === null ? '' : ` port ${port}`}${local === null ? '' : ` from ${local}`}`;
}

/** The same subject, the same key; names differ in no more than upper and lower case. */
export function subjectKey(subject: MarkedSubject): string {
  return subjectText(subject).toLowerCase();
}
