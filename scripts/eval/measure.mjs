// Findings against truth: precision, recall, ranks, and what should not have been found.
const severities = ['info', 'low', 'medium', 'high', 'critical'];

export const isAtLeast = (severity, { severity: own }) =>
  severities.indexOf(own) >= severities.indexOf(severity);

/** Questions as they are measured: labels that several may answer are a group of their own. */
const groups = [
  ['scan', ['scan']],
  ['access', ['access']],
  ['scan or access', ['scan', 'access']],
  ['c2', ['c2']],
  ['exfil', ['exfil']],
];

/**
 * One row for each group of questions with truth or findings in the set. A finding is an answer "yes", shown from
 * severity low on; an address counts once. `findings` are in their order, the ones that cannot be told among them.
 */
export function measureSet(truth, findings) {
  const labels = new Map(truth.map((row) => [row.address, row]));
  const yes = findings.filter(({ answer }) => answer === 'yes');
  return groups
    .map(([name, questions]) => {
      const asked = truth.filter((row) => row.questions.join() === questions.join());
      const those = yes.filter(({ question }) => questions.includes(question));
      const unsettled = findings.filter((one) => one.answer !== 'yes' && questions.includes(one.question));
      return { name, ...counted(asked, those, unsettled, labels) };
    })
    .filter(({ name, asked, named }) => asked > 0 || (named > 0 && name !== 'scan or access'));
}

function counted(asked, findings, unsettled, labels) {
  const named = new Set(findings.map(({ peer }) => peer));
  const shown = new Set(findings.filter((one) => isAtLeast('low', one)).map(({ peer }) => peer));
  const hits = asked.filter(({ address }) => named.has(address));
  const untold = new Set(unsettled.map(({ peer }) => peer));
  const among = (verdict) =>
    [...named].filter((peer) => (labels.get(peer)?.finding ?? 'unknown') === verdict);
  const [right, wrong] = [among('true'), among('false')];
  const flows = (rows) => rows.reduce((sum, row) => sum + row.flows, 0);
  const flowsOf = (peers) => flows(peers.map((peer) => labels.get(peer)));
  return {
    asked: asked.length,
    named: named.size,
    found: hits.length,
    shown: asked.filter(({ address }) => shown.has(address)).length,
    namedAndShown: shown.size,
    untold: asked.filter(({ address }) => !named.has(address) && untold.has(address)).length,
    unlabelled: among('unknown').length,
    recall: share(hits.length, asked.length),
    recallByFlows: share(flows(hits), flows(asked)),
    precision: share(right.length, right.length + wrong.length),
    precisionByFlows: share(flowsOf(right), flowsOf(right) + flowsOf(wrong)),
    ranks: asked.map(({ address }) => ({ address, rank: rankOf(address, findings) })),
  };
}

/** The place among the addresses that these findings name, from 1; null where it is not named. */
export function rankOf(address, findings) {
  const place = [...new Set(findings.map(({ peer }) => peer))].indexOf(address);
  return place < 0 ? null : place + 1;
}

/** Findings of severity medium or above that the truth does not support. */
export function unsupported(truth, findings) {
  const labels = new Map(truth.map((row) => [row.address, row.finding]));
  return findings.filter((one) => {
    if (one.answer !== 'yes' || !isAtLeast('medium', one)) return false;
    const verdicts = [one.peer, one.local].map((address) => labels.get(address));
    return (
      labels.get(one.peer) === 'false' ||
      !verdicts.some((verdict) => verdict === 'true' || verdict === 'excused')
    );
  });
}

function share(part, whole) {
  return whole === 0 ? null : part / whole;
}
