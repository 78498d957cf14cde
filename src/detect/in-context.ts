import { type Judgement, type Question, severities, shifted } from './finding.ts';

/** How a question is called in the sentence that says why another one's severity was raised. */
const names: Readonly<Record<Question, string>> = {
  scan: 'scanning by',
  access: 'credentialed access by',
  c2: 'command and control with',
  exfil: 'exfiltration to',
};

/**
 * Which answers raise each other: who scans and also gets in, and what is called home to and also sent to. Each
 * detector already looks at what follows within its own question.
 */
const pairs: readonly (readonly [Question, Question])[] = [
  ['scan', 'access'],
  ['c2', 'exfil'],
];

/**
 * The judgements with what the answers to the other questions say of the same peer: one step up, with its reason.
 * Only answers "yes" of severity medium or above raise others; of low ones the Internet is full.
 */
export function inContext(judgements: readonly Judgement[]): Judgement[] {
  const raising = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    if (judgement.answer !== 'yes' || severities.indexOf(judgement.severity) < severities.indexOf('medium'))
      continue;
    for (const key of keysOf(judgement.question, judgement)) {
      const others = raising.get(key);
      if (others === undefined) raising.set(key, [judgement]);
      else others.push(judgement);
    }
  }
  return judgements.map((judgement) => {
    if (judgement.answer !== 'yes') return judgement;
    const other = partnersOf(judgement.question)
      .flatMap((question) => keysOf(question, judgement).flatMap((key) => raising.get(key) ?? []))
      .find((candidate) => haveOneLocal(judgement, candidate));
    return other === undefined ? judgement : raised(judgement, other);
  });
}

/** One for each of the peers: what is sent to a member of a row is sent to the row. */
function keysOf(question: Question, { subject, peers = [] }: Judgement): string[] {
  return [...new Set([subject.peer, ...peers.map(({ peer }) => peer)])].map((peer) => `${question} ${peer}`);
}

function partnersOf(question: Question): Question[] {
  return pairs.flatMap(([a, b]) => (a === question ? [b] : b === question ? [a] : []));
}

function haveOneLocal({ subject: a }: Judgement, { subject: b }: Judgement): boolean {
  return a.local === null || b.local === null || a.local === b.local;
}

function raised(judgement: Judgement, other: Judgement): Judgement {
  const step = {
    because: `${names[other.question]} the same peer too: ${other.kind}, score ${other.score}`,
    steps: 1,
  };
  return {
    ...judgement,
    severity: shifted(judgement.severity, step.steps),
    severitySteps: [...judgement.severitySteps, step],
  };
}
