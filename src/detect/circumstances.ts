import { compareListed, type SeverityStep, severities, shifted } from './finding.ts';
import type { Finding } from './results.ts';

/** Something that is known of a peer apart from its traffic, such as a mark or an entry of a threat list. */
export interface Circumstance {
  readonly evidence?: readonly string[];
  readonly counterEvidence?: readonly string[];
  readonly steps?: readonly SeverityStep[];
  /** What the finding says of its peer from now on. */
  readonly labels?: Partial<Pick<Finding, 'mark' | 'marks' | 'threatLists'>>;
}

/** All that is known of the subject of a finding, each with its own weight. */
export type CircumstancesOf = (finding: Finding) => readonly Circumstance[];

/**
 * The findings as they are to be read by somebody who knows the circumstances: evidence and visible steps added, in
 * their new order. What is kept of the records never holds them, so that they count at once and for all findings.
 * Nothing that is known of a peer silences a finding: a severity is lowered to `low` at most.
 */
export function inCircumstances<Some extends Finding>(
  findings: readonly Some[],
  known: CircumstancesOf,
): Some[] {
  return findings.map((finding) => read(finding, known)).sort(compareListed);
}

function read<Some extends Finding>(finding: Some, known: CircumstancesOf): Some {
  if (finding.answer === 'no') return finding;
  const circumstances = known(finding);
  const taken = stepsFrom(
    severities.indexOf(finding.severity),
    circumstances.flatMap(({ steps = [] }) => steps),
  );
  return {
    ...Object.assign({}, finding, ...circumstances.map(({ labels = {} }) => labels)),
    severity: shifted(
      finding.severity,
      taken.reduce((sum, { steps }) => sum + steps, 0),
    ),
    severitySteps: [...finding.severitySteps, ...taken],
    evidence: [...finding.evidence, ...circumstances.flatMap(({ evidence = [] }) => evidence)],
    counterEvidence: [
      ...finding.counterEvidence,
      ...circumstances.flatMap(({ counterEvidence = [] }) => counterEvidence),
    ],
  };
}

const low = severities.indexOf('low');

/** The steps as they are taken from a level, which may pass the end of the scale before it comes back. */
function stepsFrom(level: number, steps: readonly SeverityStep[]): SeverityStep[] {
  let reached = level;
  return steps.map(({ because, steps }) => {
    const taken = steps < 0 ? -Math.min(-steps, Math.max(0, reached - low)) : steps;
    reached += taken;
    return { because, steps: taken === 0 ? 0 : taken };
  });
}
