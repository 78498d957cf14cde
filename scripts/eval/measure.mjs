// Findings against truth: precision by severity, recall by label, ranks, and what is false.
import { isAtLeast, isYes, judge, labelsOf, namesOf } from './verdict.mjs';

/** Traffic that is enough to ask for an answer, by question. */
const enough = {
  scan: { text: '15 or more targets or ports', holds: ({ targets, ports }) => targets >= 15 || ports >= 15 },
  access: { text: '10 or more sessions', holds: ({ sessions }) => sessions >= 10 },
  c2: { text: '12 or more sessions', holds: ({ sessions }) => sessions >= 12 },
  exfil: { text: 'any', holds: () => true },
};
const nothing = { sessions: 0, targets: 0, ports: 0 };

/** Every "yes" with its verdict. */
export function judged(truth, findings) {
  const labels = labelsOf(truth);
  return findings.filter(isYes).map((finding) => ({ ...finding, ...judge(finding, labels) }));
}

/** Of the judged findings of these severities, how many are true and how many false; the excused count as neither. */
export function precisionOf(findings, ...severities) {
  const those = findings.filter(({ severity }) => severities.includes(severity));
  const [right, wrong] = ['true', 'false'].map(
    (name) => those.filter(({ verdict }) => verdict === name).length,
  );
  return { right, wrong, precision: share(right, right + wrong) };
}

/** The false findings of severity medium or above. */
export function falseAlarms(findings) {
  return findings.filter((one) => one.verdict === 'false' && isAtLeast('medium', one));
}

/**
 * For each label that asks for an answer: how many addresses have it, how many of them a "yes" names, of any severity
 * and of low or above, and the same of those with enough traffic. `traffic` has sessions, targets and ports by address.
 */
export function recallByLabel(truth, findings, traffic) {
  const named = namedBy(findings.filter(isYes));
  const shown = namedBy(findings.filter((one) => isYes(one) && isAtLeast('low', one)));
  const groups = new Map();
  for (const row of truth) {
    if (row.questions.length === 0) continue;
    const key = `${row.label} ${row.questions.join(' or ')}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((rows) => {
    const [{ label, questions }] = rows;
    const isIn =
      (names) =>
      ({ address }) =>
        questions.some((question) => names.has(`${question} ${address}`));
    const own = ({ address }) => traffic.get(address) ?? nothing;
    const asked = rows.filter((row) => questions.some((question) => enough[question].holds(own(row))));
    return {
      label,
      question: questions.join(' or '),
      addresses: rows.length,
      named: rows.filter(isIn(named)).length,
      shown: rows.filter(isIn(shown)).length,
      enough: questions.map((question) => enough[question].text).join(', or '),
      asked: asked.length,
      askedNamed: asked.filter(isIn(named)).length,
      missed: asked.filter((row) => !isIn(named)(row)).map(({ address }) => address),
    };
  });
}

function namedBy(findings) {
  return new Set(findings.flatMap((one) => namesOf(one).map((address) => `${one.question} ${address}`)));
}

/** The place among the addresses that these findings name, from 1; null where it is not named. */
export function rankOf(address, findings) {
  const seen = new Set();
  for (const one of findings) {
    const place = seen.size + 1;
    const names = namesOf(one);
    if (names.includes(address)) return place;
    for (const name of names) seen.add(name);
  }
  return null;
}

export function share(part, whole) {
  return whole === 0 ? null : part / whole;
}
