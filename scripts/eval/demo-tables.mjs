// Tables of generated traffic, of RITA beside northsouth, and of the curve.
import { markdownTable } from '../markdown-table.mjs';
import { beats, recallOf } from './curve.mjs';
import { number, percent } from './page.mjs';

const share = (value) => (value === null ? '-' : value.toFixed(3));

/** One row for each capture of the matrix. */
export function matrixTable(rows) {
  return markdownTable(
    [
      'days',
      'window',
      'hosts',
      'asked',
      'found',
      'recall',
      'medium or above',
      'below the floor',
      'of these "no"',
      'false C2, medium or above',
      'per 500 hosts and day',
      'false access and exfil',
    ],
    rows.map((row) => [
      row.days,
      `${row.windowSeconds} s`,
      number(row.hosts),
      number(row.asked),
      number(row.found),
      share(row.asked === 0 ? null : row.found / row.asked),
      number(row.medium),
      number(row.below),
      number(row.belowNo),
      number(row.wrongC2),
      row.wrongRate.toFixed(1),
      number(row.wrong.length - row.wrongC2),
    ]),
  );
}

/** What is planted in ordinary demos: how many addresses of each are named, and how severely; one column a demo. */
export function plantsTable(rows) {
  const kinds = new Map();
  for (const [at, { planted }] of rows.entries())
    for (const one of planted) {
      const key = `${one.plant}: ${one.kind}`;
      const kind = kinds.get(key) ?? {
        key,
        question: one.question,
        loudest: one.loudest,
        cells: rows.map(() => []),
      };
      kinds.set(key, kind);
      kind.cells[at].push(one);
    }
  const sum = (cell, of) => cell.reduce((total, one) => total + of(one), 0);
  const text = (cell) => {
    if (cell.length === 0) return '-';
    const named = sum(cell, (one) => one.named);
    const all = sum(cell, ({ addresses }) => addresses);
    return named === 0 ? `0 of ${all}` : `${named} of ${all}, ${mostSevere(cell)}`;
  };
  return markdownTable(
    [
      'planted',
      'question',
      'at most',
      ...rows.map(({ seed, windowSeconds }) => `seed ${seed}, ${windowSeconds}`),
    ],
    [...kinds.values()].map(({ key, question, loudest, cells }) => [
      ...[key, question ?? 'harmless', loudest, ...cells.map(text)],
    ]),
  );
}

function mostSevere(cell) {
  return (
    ['critical', 'high', 'medium', 'low', 'info'].find((name) =>
      cell.some(({ severity }) => severity === name),
    ) ?? '-'
  );
}

/** Sessions and who started them against the planted connections, over all demos. */
export function agreementTable(rows) {
  const sums = new Map();
  for (const one of rows.flatMap(({ agreement }) => agreement)) {
    const row = sums.get(one.name) ?? {
      name: one.name,
      connections: 0,
      seen: 0,
      sessions: 0,
      agreed: 0,
      unknown: 0,
    };
    for (const key of ['connections', 'seen', 'sessions', 'agreed', 'unknown']) row[key] += one[key];
    sums.set(one.name, row);
  }
  return markdownTable(
    ['planted', 'connections', 'with a session', 'sessions', 'same initiator', 'unknown'],
    [...sums.values()].map((row) => [
      row.name.replace('null ', ''),
      ...[row.connections, row.seen, row.sessions].map(number),
      percent(row.agreed, row.seen),
      number(row.unknown),
    ]),
  );
}

/** northsouth and RITA's arithmetic side by side: servers named, false alarms in brackets; without servers these alone. */
export function besideTable(rows) {
  const cells = (one) =>
    ['medium', 'low'].map((level) => (one === null ? '' : `${one[level].found} (${one[level].wrong})`));
  return markdownTable(
    [
      ...['traffic', 'C2 servers', 'northsouth', 'low or above', 'RITA, windows', 'low or above'],
      ...['RITA, exact times', 'low or above'],
    ],
    [...rows, { name: 'all', ...besideSum(rows), exact: null }].map((row) => [
      ...[row.name, number(row.servers), ...cells(row.northsouth), ...cells(row.rita), ...cells(row.exact)],
    ]),
  );
}

/** Of all rows: servers, and what northsouth and RITA on windows name of them and beside them. */
export function besideSum(rows) {
  const total = (of) => rows.reduce((sum, row) => sum + of(row), 0);
  const both = (who) =>
    Object.fromEntries(
      ['medium', 'low'].map((level) => [
        level,
        { found: total((row) => row[who][level].found), wrong: total((row) => row[who][level].wrong) },
      ]),
    );
  return { servers: total(({ servers }) => servers), northsouth: both('northsouth'), rita: both('rita') };
}

/** Recall of beacons in percent, by beats in a day, jitter and loss; RITA's in brackets. */
export function curveTable(curves) {
  const cell = (points, test) => {
    const [own, rita] = ['low', 'rita'].map((by) => recallOf(points, test, by));
    return own === null ? '-' : `${Math.round(100 * own)} (${Math.round(100 * rita)})`;
  };
  const bounds = [
    ['jitter 0 %', (one) => one.jitter === 0],
    ['10 to 20 %', (one) => one.jitter > 0 && one.jitter <= 0.2],
    ['30 to 50 %', (one) => one.jitter >= 0.3],
    ['no beat lost', (one) => one.missed === 0],
    ['10 % lost', (one) => one.missed === 0.1],
    ['20 to 30 % lost', (one) => one.missed >= 0.2],
  ];
  return markdownTable(
    ['window', 'beats', ...bounds.map(([name]) => name)],
    curves.flatMap(({ windowSeconds, points }) =>
      beats.map((count) => [
        `${windowSeconds} s`,
        count,
        ...bounds.map(([, test]) => cell(points, (one) => one.count === count && test(one))),
      ]),
    ),
  );
}
