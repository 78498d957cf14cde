// What must be reached on the sets with a truth, and whether it is. A set that was not measured is left out.
import { precisionOf, rankOf } from './measure.mjs';
import { isAtLeast, isYes, namesOf } from './verdict.mjs';

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
          measured: `${result.alarms.length} of ${most.toFixed(1)}`,
          holds: result.alarms.length <= most,
        };
      },
    );
  }
  add('at most 2 false findings of severity medium', 'm57-office-day', ({ verdicts }) => {
    const { wrong } = precisionOf(verdicts, 'medium');
    return { measured: `${wrong}`, holds: wrong <= 2 };
  });
  for (const set of results.filter(({ truth }) => truth.some(({ label }) => label === 'attack-got-in'))) {
    const name = 'every attack that got in with 10 or more sessions is named by an access finding';
    targets.push({ name, set: set.name, ...gotIn(set) });
  }
  if (results.length > 0)
    targets.push({ name: 'no false finding of severity high or critical', ...loud(results) });
  return [...targets, ...shares(results)];
}

/** Of all sets together: shares of what has enough traffic that some finding names. */
function shares(results) {
  const rows = results.flatMap(({ recall }) => recall);
  return [
    ['c2', '95 % of the C2 peers with 12 or more sessions are named', 0.95],
    ['access', '90 % of the guessers with 10 or more sessions are named', 0.9],
    ['scan', '90 % of the scanners of 15 or more targets or ports are named', 0.9],
  ].flatMap(([question, name, least]) => {
    const those = rows.filter((row) => row.question === question && row.asked > 0);
    const [known, found] = ['asked', 'askedNamed'].map((key) =>
      those.reduce((sum, row) => sum + row[key], 0),
    );
    if (known === 0) return [];
    return {
      ...{ name, set: 'all of these sets' },
      measured: `${percent(found / known)} (${found} of ${known})`,
      holds: found >= least * known,
    };
  });
}

function loud(results) {
  const rows = results.map(({ name, verdicts }) => ({ name, ...precisionOf(verdicts, 'high', 'critical') }));
  const wrong = rows.reduce((sum, row) => sum + row.wrong, 0);
  const all = rows.reduce((sum, row) => sum + row.right, wrong);
  const where = rows.filter((row) => row.wrong > 0).map((row) => `${row.name} ${row.wrong}`);
  return {
    set: 'all of these sets',
    measured: `${wrong} of ${all}${wrong > 0 ? ` (${where.join(', ')})` : ''}`,
    holds: wrong === 0,
  };
}

function gotIn({ truth, traffic, findings }) {
  const known = truth.filter(
    ({ label, address }) => label === 'attack-got-in' && (traffic.get(address)?.sessions ?? 0) >= 10,
  );
  const own = findings.filter((one) => isYes(one) && one.question === 'access');
  const found = known.filter(({ address }) => own.some((one) => namesOf(one).includes(address)));
  return { measured: `${found.length} of ${known.length}`, holds: found.length === known.length };
}

function asked({ truth }, question) {
  return truth.filter(({ questions }) => questions.includes(question));
}

function attackers(set) {
  const known = asked(set, 'scan').filter(({ address }) => (set.traffic.get(address)?.records ?? 0) >= 4);
  const own = set.findings.filter((one) => isYes(one) && ['scan', 'access'].includes(one.question));
  const count = (findings) => {
    const named = new Set(findings.flatMap(namesOf));
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
  const labelled = new Set(
    truth
      .filter(({ label, otherwise }) => label === 'benign' && otherwise === 'false')
      .map(({ address }) => address),
  );
  const wrong = findings.filter(
    (one) => isYes(one) && isAtLeast('medium', one) && namesOf(one).some((name) => labelled.has(name)),
  );
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
    const own = set.findings.filter((one) => one.question === 'c2' && namesOf(one).includes(address));
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
  const own = findings.filter((one) => one.question === 'c2' && namesOf(one).includes(beacon?.address));
  const told = own.some(({ counterEvidence }) => counterEvidence.length > 0);
  return {
    measured: own.length === 0 ? 'not found' : `${own[0].kind}, ${own[0].answer}, ${own[0].severity}`,
    holds: own.length > 0 && told,
  };
}
