// The sections of docs/accuracy.md: a few lines for whoever hunts, and tables.
import { enoughBeats } from './curve.mjs';
import { beaconsOf } from './demo.mjs';
import {
  agreementTable,
  besideSum,
  besideTable,
  curveTable,
  matrixTable,
  plantsTable,
} from './demo-tables.mjs';
import { precisionOf } from './measure.mjs';
import { pairsTable, precisionTable, recallTable, targetsTable } from './page.mjs';
import { targetsOf } from './targets.mjs';

const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);

/** Sets with a truth, and RITA beside northsouth on them. */
export function labelledSection(results) {
  const targets = targetsOf(results);
  const loud = results.map(({ verdicts }) => precisionOf(verdicts, 'high', 'critical'));
  const medium = results.map(({ verdicts }) => precisionOf(verdicts, 'medium'));
  const alarms = sum(results, (set) => set.alarms.length);
  const hostWeeks = sum(results, ({ locals, days }) => (locals * days) / 7);
  const open = targets.filter(({ holds }) => !holds);
  const beside = results
    .map((set) => set.beside)
    .filter(
      ({ servers, ...who }) => servers > 0 || Object.values(who).some((one) => (one?.low?.wrong ?? 0) > 0),
    );
  const all = besideSum(beside);
  const told = (who) => {
    const at = (level) => `${all[who][level].found} with ${all[who][level].wrong} false alarms`;
    return `${at('medium')} at medium or above, ${at('low')} from low on`;
  };
  return {
    title: 'Sets with a truth',
    targets,
    lines: [
      `In ${results.length} sets of real traffic whose truth others wrote down, ${said(loud)} findings of severity high or critical are true, and ${said(medium)} of medium.`,
      `False findings of medium or above: ${alarms}, ${(alarms / hostWeeks).toFixed(2)} for each local host and week.`,
      ...['c2', 'access', 'scan'].flatMap((question) => recallLine(results, question)),
      `Of ${all.servers} C2 servers, northsouth names ${told('northsouth')}; RITA 5's published arithmetic on the same records ${told('rita')}.`,
      open.length === 0
        ? `All ${targets.length} targets hold.`
        : `Targets that do not hold: ${open.map(({ name, set, measured }) => `${name} (${set}: ${measured})`).join('; ')}.`,
    ],
    text: [
      '`npm run eval -- DIR...`',
      'How much of what is loud is true:',
      precisionTable(results),
      'Who is named:',
      recallTable(results),
      "Beside RITA 5's published arithmetic, findings of C2: servers that are named, and in brackets false alarms, at medium or above and from low on. RITA takes sessions of flow records for connections, and, where there is a Zeek original, its connections with their exact times; it scores each day, and the worst day of a pair counts. Its modifiers for names, signatures and threat lists need what flow logs do not have:",
      besideTable(beside),
      'Who started it, against the labelled pairs:',
      pairsTable(results),
      'Targets:',
      targetsTable(targets),
    ].join('\n\n'),
  };
}

function said(precisions) {
  const right = sum(precisions, (one) => one.right);
  const all = right + sum(precisions, (one) => one.wrong);
  return `${right} of ${all}`;
}

const asked = {
  c2: ['C2 servers with 12 sessions or more', 'C2'],
  access: ['guessers with 10 sessions or more', 'access'],
  scan: ['scanners of 15 targets or ports or more', 'scan'],
};

function recallLine(results, question) {
  const rows = results
    .flatMap(({ recall }) => recall)
    .filter((row) => row.question === question && row.asked > 0);
  if (rows.length === 0) return [];
  const [who, by] = asked[question];
  return [
    `Of ${sum(rows, (row) => row.asked)} ${who}, ${sum(rows, (row) => row.askedNamed)} are named by a finding of ${by}, at some severity.`,
  ];
}

/** Generated traffic: the matrix of beacons, ordinary demos, keep-alives. */
export function demoSection({ beacons, plants, keepAlive }, isFull) {
  const known = sum(beacons, (row) => row.asked);
  const found = sum(beacons, (row) => row.found);
  const most = Math.max(...beacons.map(({ wrongRate }) => wrongRate));
  const loud = plants.map(({ verdicts }) => precisionOf(verdicts, 'high', 'critical'));
  const wrong = sum(loud, (one) => one.wrong);
  const threats = plants.flatMap(({ planted }) => planted).filter(({ question }) => question !== null);
  const named = threats.filter((one) => one.named === one.addresses).length;
  const targets = [
    target(
      'recall of beacons at least 95 %',
      'matrix',
      `${((100 * found) / known).toFixed(1)} %`,
      found >= 0.95 * known,
    ),
    target(
      ...['at most 5 false C2 findings of severity medium or above per 500 hosts and day', 'matrix'],
      ...[`at most ${most.toFixed(1)}`, most <= 5],
    ),
    target('no false finding of severity high or critical', 'ordinary demos', `${wrong}`, wrong === 0),
    target(
      ...['every planted threat is named, with all of its addresses', 'ordinary demos'],
      ...[`${named} of ${threats.length}`, named === threats.length],
    ),
    ...keepAlive.map(({ windowSeconds, everySeconds, answer, holds }) =>
      target(
        ...[
          'one session of keep-alives is never called a beacon',
          `every ${everySeconds} s, windows of ${windowSeconds} s`,
        ],
        ...[answer, holds],
      ),
    ),
  ];
  return {
    title: 'Generated traffic',
    targets,
    lines: [
      `In generated traffic, ${((100 * found) / known).toFixed(1)} % of ${known} beacons with 12 beats or more and a period above two windows are named; ${sum(beacons, (row) => row.wrongC2)} false findings of C2 at medium or above in ${beacons.length} captures.`,
      `In ${plants.length} ordinary demos, ${named} of ${threats.length} planted threats are named with all of their addresses; ${said(loud)} findings of high or critical are true.`,
    ],
    text: [
      `\`npm run eval -- --demo${isFull ? ' --full' : ''}\``,
      `Each capture of the matrix holds ${beaconsOf().length} beacons, an exposed host, an office, an implant that rotates its servers, one whose server is dead, and a polled web shell. Asked for are beacons with 12 beats or more and a period above two windows.`,
      matrixTable(beacons),
      'What is planted in ordinary demos: how many of its addresses its question names, and how severe the most severe finding about it is. "At most" is what the truth supports:',
      plantsTable(plants),
      "Beside RITA's arithmetic, as above:",
      besideTable(plants.map(({ beside }) => beside)),
      'Sessions and initiators against the planted connections:',
      agreementTable(plants),
      'Targets:',
      targetsTable(targets),
    ].join('\n\n'),
  };
}

const target = (name, set, measured, holds) => ({ name, set, measured, holds });

/** From how much traffic on a beacon is named. */
export function curveSection(curves) {
  const bounds = [
    [0.1, 0.1, 'jitter up to 10 % and up to 10 % of the beats lost'],
    [0.3, 0.2, 'jitter up to 30 % and up to 20 % lost'],
    [0.5, 0.3, 'jitter up to 50 % and up to 30 % lost'],
  ];
  const sentence = ({ windowSeconds, points }) => {
    const parts = bounds.map(([jitter, missed, text]) => {
      const count = enoughBeats(points, jitter, missed);
      return `${count === null ? 'never reached within 48 beats' : `${count} beats`} with ${text}`;
    });
    return `windows of ${windowSeconds} s: ${parts.join('; ')}`;
  };
  const rates = curves.map(
    ({ windowSeconds, perHostWeek }) =>
      `windows of ${windowSeconds} s: ${perHostWeek.medium.toFixed(2)} at medium or above (${perHostWeek.low.toFixed(2)} from low on), RITA ${perHostWeek.rita.toFixed(2)}`,
  );
  return {
    title: 'From how much on',
    lines: [
      `A beacon of one day is named in 95 % of the cases from this many beats on: ${curves.map(sentence).join('. Or ')}. Below that, an answer "no" says little.`,
    ],
    text: [
      '`npm run eval -- --curve`',
      `Captures of one day and 60 hosts with an office and an exposed host in them; over all of them 192 beacons for each window, one of each mix of 4 to 48 beats, jitter of 0 to 50 % and 0 to 30 % of the beats lost. Named is an address with a finding of C2 at low or above; RITA's arithmetic names it at medium or above. False C2 findings for each host and week: ${rates.join('; ')}.`,
      '![Share of planted beacons that are named, over beats in a day](images/evidence-curve.svg)',
      "Share of the beacons that are named, in percent; RITA's in brackets:",
      curveTable(curves),
    ].join('\n\n'),
  };
}
