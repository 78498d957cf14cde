import type { Sql } from '../sql/sql.ts';

export const questions = ['scan', 'access', 'c2', 'exfil'] as const;
/** What a hunter asks of every peer: is it scanning, credentialed access, command and control, exfiltration? */
export type Question = (typeof questions)[number];

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
/** How soon a hunter should look. Evidence makes a score; context makes a severity of it. */
export type Severity = (typeof severities)[number];

/** A named part of a score, with its value from 0 to 1, its weight, and the numbers behind it as a sentence. */
export interface ScorePart {
  readonly name: string;
  readonly value: number;
  readonly weight: number;
  readonly because: string;
}

/** Something that raised or lowered a severity, visibly. */
export interface SeverityStep {
  readonly because: string;
  /** Steps up (positive) or down (negative). */
  readonly steps: number;
}

/**
 * What a judgement is about. A scan or a sweep has many locals or ports: those are null. A local host that scans the
 * Internet is its `peer`, and `local` is null: they are never the same address.
 */
export interface Subject {
  /** The other end: of east/west traffic and of scans the address that the suspicion is about, as the scanner. */
  readonly peer: string;
  readonly local: string | null;
  readonly servicePort: number | null;
  readonly protocol: number | null;
  readonly direction: 'outbound' | 'inbound' | 'internal';
}

/** One of several peers of a finding, with its part of the traffic; times in Unix seconds. */
export interface Member {
  readonly peer: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly sessions: number;
  readonly network: string | null;
  readonly country: string | null;
}

/** The answer to one question about one subject. */
export interface Judgement {
  readonly question: Question;
  /** A short name of what was found, as `horizontal scan` or `keep-alive`. */
  readonly kind: string;
  readonly subject: Subject;
  /** All peers, that of the subject among them, where it is about several. */
  readonly peers?: readonly Member[];
  readonly answer: 'yes' | 'no' | 'cannot-tell';
  /** From 0 to 1: the weighted mean of the parts, unless the detector's about text says otherwise. */
  readonly score: number;
  readonly severity: Severity;
  readonly parts: readonly ScorePart[];
  readonly severitySteps: readonly SeverityStep[];
  /** Sentences with numbers. */
  readonly evidence: readonly string[];
  readonly counterEvidence: readonly string[];
  /** What would settle it: fields ("tcp-flags") or coverage ("12 % of the minutes were skipped"). */
  readonly missing: readonly string[];
  /** MITRE ATT&CK technique ids. */
  readonly attack: readonly string[];
  /** First start and last end of the traffic judged, in Unix seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Bytes of the traffic judged, both directions; the last word in the order of findings. */
  readonly bytes: number;
  /** A SELECT over `sessions` (or `flows`) that returns what was judged. */
  readonly records: Sql;
}

/** The severity that many steps above or below another, within the scale. */
export function shifted(severity: Severity, steps: number): Severity {
  const index = Math.min(severities.length - 1, Math.max(0, severities.indexOf(severity) + steps));
  return severities[index] ?? severity;
}

/** The weighted mean of the parts, from 0 to 1; 0 where there is none. */
export function weightedScore(parts: readonly ScorePart[]): number {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  if (weight === 0) return 0;
  const sum = parts.reduce((total, part) => total + part.weight * Math.min(1, Math.max(0, part.value)), 0);
  return Math.round((sum / weight) * 1000) / 1000;
}

type Ranked = Pick<Judgement, 'question' | 'kind' | 'severity' | 'score' | 'bytes'>;

/** Most severe first, then by score, then by bytes, then by subject so that the order is total. */
export function compareFindings(a: Judgement, b: Judgement): number {
  return compare(a, a.subject, b, b.subject);
}

/** The same order, of findings as hunts list them. */
export function compareListed(a: Ranked & Subject, b: Ranked & Subject): number {
  return compare(a, a, b, b);
}

function compare(a: Ranked, subjectOfA: Subject, b: Ranked, subjectOfB: Subject): number {
  const keyOfA = keyOf(a, subjectOfA);
  const keyOfB = keyOf(b, subjectOfB);
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    b.score - a.score ||
    b.bytes - a.bytes ||
    (keyOfA < keyOfB ? -1 : keyOfA > keyOfB ? 1 : 0)
  );
}

function keyOf({ question, kind }: Ranked, subject: Subject): string {
  return [question, kind, subject.peer, subject.local, subject.servicePort, subject.protocol].join(' ');
}
