// Whether what a finding says is so, by the truth of a set.
const severities = ['info', 'low', 'medium', 'high', 'critical'];

export const isYes = ({ answer }) => answer === 'yes';
export const isAtLeast = (severity, { severity: own }) =>
  severities.indexOf(own) >= severities.indexOf(severity);

/** The addresses that a finding names: its peer, and the members that it stands for. */
export function namesOf({ peer, peers = [] }) {
  const members = peers.map((one) => (typeof one === 'string' ? one : (one.peer ?? one.address)));
  return [...new Set([peer, ...members])];
}

/** Guessing is an attempt; every other finding of access says that somebody is or got in. */
const saysSomebodyGotIn = ({ question, kind }) =>
  question === 'access' && (!/guess|spray/i.test(kind) || /success|got in/i.test(kind));

/** The truth by address, of rows as `setsIn` reads them. */
export const labelsOf = (truth) => new Map(truth.map((row) => [row.address, row]));

/**
 * The verdict of a finding, `true`, `false` or `excused`, and the reason. The named addresses decide, the majority of
 * those that the truth knows; where it knows none of them, the local host does. What the truth does not support is
 * false.
 */
export function judge(finding, labels) {
  const verdicts = namesOf(finding).map((address) => verdictOf(finding, labels.get(address)));
  const [right, wrong] = ['true', 'false'].map((name) => verdicts.filter(({ verdict }) => verdict === name));
  if (right.length > 0 && right.length >= wrong.length) return right[0];
  if (wrong.length > 0) return wrong[0];
  const local = finding.local === finding.peer ? undefined : labels.get(finding.local);
  const own = local === undefined ? [] : [verdictOf(finding, local)];
  const known = [...verdicts, ...own].find(({ verdict }) => verdict !== 'unknown');
  return known ?? { verdict: 'false', reason: 'nothing in the truth supports it' };
}

function verdictOf(finding, row) {
  if (row === undefined) return { verdict: 'unknown', reason: 'unlabelled' };
  const most = row.allows[finding.question];
  if (most === undefined) return { verdict: row.otherwise, reason: row.label };
  if (saysSomebodyGotIn(finding) && !row.gotIn)
    return { verdict: 'false', reason: `${row.label}: nobody got in` };
  if (severities.indexOf(finding.severity) > severities.indexOf(most))
    return { verdict: 'false', reason: `${row.label}: ${most} at most` };
  return { verdict: 'true', reason: row.label };
}
