import type { Mark } from '../marks/mark.ts';
import type { NoiseRuleReport, SetAsideReport } from '../traffic/noise.ts';
import type { Finding } from './results.ts';

/** A finding of severity high or above whose traffic something hides, or would hide. */
export interface HiddenFinding
  extends Pick<Finding, 'question' | 'kind' | 'peer' | 'local' | 'servicePort' | 'protocol' | 'score'> {
  /** What it has, or would have without the benign mark. */
  readonly severity: Finding['severity'];
  /** Records of it that are hidden; null of a mark, which hides none. */
  readonly records: number | null;
}

/** What is behind something that hides: null where the four questions were not asked. */
interface Conscience {
  readonly hides: readonly HiddenFinding[] | null;
}

/** A benign mark: the traffic that it is about, and what it lowered. */
export interface BenignMarkReport
  extends Conscience,
    Pick<Mark, 'target' | 'port' | 'local' | 'note' | 'by' | 'at'> {
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
  /** How the traffic changed since; the mark lowers nothing then. */
  readonly changes: readonly string[];
  /** Findings whose severity it lowers. */
  readonly lowered: number;
}

/** Since when everything is shown, and who said so. */
export interface EverythingShown {
  readonly by: string;
  readonly at: string;
}

/** Each noise rule, set-aside and benign mark with what it hides. */
export interface NoiseReport {
  readonly rules: readonly (NoiseRuleReport & Conscience)[];
  readonly setAsides: readonly (SetAsideReport & Conscience)[];
  readonly marks: readonly BenignMarkReport[];
  /** Everything is shown for the time being: no rule, set-aside or benign mark counts; null where they do. */
  readonly everythingShown: EverythingShown | null;
  /** The files in which the user changes them. */
  readonly files: { readonly noise: string; readonly setAsides: string; readonly marks: string };
}
