// What must be reached on the labelled sets, and whether it is. A set that was not measured is left out.
import { isAtLeast, rankOf } from './measure.mjs';

const isYes = ({ answer }) => answer === 'yes';
const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** The targets whose sets are among the results: name, what was measured, whether it holds. */
export function targetsOf(results) {
  const of = (name) => results.find((one) => one.name === name);
  const targets = [];
  const add = (name, set, measure) => {
    const result = of(set);
    if (result !== undefined) targets.push({ name, set, ...measure(result) });
  };
  for (const set of ['strato-008-normal40-day1', 'strato-011-normal43-day1']) {
    add('90 % of the attackers with 4 or more records carry a scan or access finding', set, attackers);
    add('no benign peer carries a finding above low', set, benign);
  }
  add('guessing followed by success on the attacker, first in rank', 'ssh-bruteforce-lan', guessing);
  add('exfil on the labelled peer, first in rank', 'slips-test18-remcos-exfil', (set) => first(set, 'exfil'));
  for (const set of ['strato-002-nmap-lateral', 'scan-syn-half', 'nmap-two-to-many']) {
    add('scan on the scanner, first in rank', set, (result) => first(result, 'scan'));
  }
  for (const set of ['empire-c2-beacon', 'slips-cc-2s']) {
    add('C2, or cannot tell with the floor named; never no', set, neverNo);
  }
  add('the known benign beacon is regular, with counter-evidence', 'rita-proxy-rolling', benignBeacon);
  add('both C2 servers among the first three findings', 'apt29-day1', (set) => {
    const ranks = asked(set, 'c2').map(({ address }) => rankOf(address, set.findings.filter(isYes)));
    return {
      measured: `ranks ${ranks.map((rank) => rank ?? '-').join(', ')}`,
      holds: ranks.every((rank) => rank !== null && rank <= 3),
    };
  });
  for (const set of ['slips-test2-binetflow', 'strato-008-normal40-day1', 'strato-011-normal43-day1']) {
    add(
      'at most one unsupported finding of severity medium or above per local host and day',
      set,
      (result) => {
        const most = Math.max(1, result.locals * result.days);
        return {
          measured: `${result.unsupported.length} of ${most.toFixed(1)}`,
          holds: result.unsupported.length <= most,
        };
      },
    );
  }
  return targets;
}

function asked({ truth }, question) {
  return truth.filter(({ questions }) => questions.includes(question));
}

function attackers(set) {
  const known = asked(set, 'scan').filter(({ address }) => (set.recordsOf.get(address) ?? 0) >= 4);
  const own = set.findings.filter((one) => isYes(one) && ['scan', 'access'].includes(one.question));
  const count = (findings) => {
    const named = new Set(findings.map(({ peer }) => peer));
    return known.filter(({ address }) => named.has(address)).length;
  };
  const [found, shown] = [count(own), count(own.filter((one) => isAtLeast('low', one)))];
  const share = known.length === 0 ? 1 : found / known.length;
  return {
    measured: `${percent(share)} (${found} of ${known.length}; low or above: ${shown})`,
    holds: share >= 0.9,
  };
}

function benign({ truth, findings }) {
  const labelled = new Set(truth.filter(({ finding }) => finding === 'false').map(({ address }) => address));
  const wrong = findings.filter((one) => isYes(one) && isAtLeast('medium', one) && labelled.has(one.peer));
  return { measured: `${wrong.length}`, holds: wrong.length === 0 };
}

function first(set, question) {
  const own = set.findings.filter((one) => isYes(one) && one.question === question);
  const ranks = asked(set, question).map(({ address }) => rankOf(address, own));
  return { measured: `rank ${ranks.map((rank) => rank ?? '-').join(', ')}`, holds: ranks[0] === 1 };
}

function guessing(set) {
  const [top] = set.findings.filter((one) => isYes(one) && one.question === 'access');
  const { measured, holds } = first(set, 'access');
  return {
    measured: `${measured}, "${top?.kind ?? 'nothing'}"`,
    holds: holds && /success/i.test(top?.kind ?? ''),
  };
}

function neverNo(set) {
  const answers = asked(set, 'c2').map(({ address }) => {
    const own = set.findings.filter((one) => one.question === 'c2' && one.peer === address);
    const asked = set.answers.get(address)?.find(({ question }) => question === 'c2');
    const best = own.find(isYes) ?? own[0] ?? asked;
    return { answer: best?.answer ?? 'no', named: best?.answer === 'yes' || (best?.missing.length ?? 0) > 0 };
  });
  return {
    measured: answers.map(({ answer }) => answer).join(', '),
    holds: answers.every(({ answer, named }) => answer !== 'no' && named),
  };
}

function benignBeacon({ truth, findings }) {
  const [beacon] = truth.filter(({ label }) => label === 'benign-beacon');
  const own = findings.filter((one) => one.question === 'c2' && one.peer === beacon?.address);
  const told = own.some(({ counterEvidence }) => counterEvidence.length > 0);
  return {
    measured: own.length === 0 ? 'not found' : `${own[0].kind}, ${own[0].answer}, ${own[0].severity}`,
    holds: own.length > 0 && told,
  };
}
