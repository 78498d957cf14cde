// Tables of an evaluation, for the terminal and for docs/accuracy.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../markdown-table.mjs';
import { root } from '../steps.mjs';

const file = join(root, 'docs', 'accuracy.md');
const intro = `# Accuracy

Written by \`npm run eval\`; each section says with which arguments. A finding is an answer "yes"; \`hunt\` and
\`findings\` show those of severity low or above, which are counted apart. An address counts once. Recall is of the
addresses that the truth names, precision is of the named addresses that the truth knows; both also weighted by the
flows of each address. "Unlabelled" addresses are those of which the truth says nothing. Labels that either of two
questions answers are measured for both together. The sets themselves are no part of the project.
`;

const number = (value) => (value === null ? '-' : value.toLocaleString('en-US'));
const share = (value) => (value === null ? '-' : value.toFixed(3));

/** One row for each set and question. */
export function accuracyTable(results) {
  return markdownTable(
    [
      'set',
      'question',
      'true',
      'found',
      'low or above',
      'cannot tell',
      'recall',
      'by flows',
      'named',
      'low or above',
      'unlabelled',
      'precision',
      'by flows',
      'rank',
    ],
    results.flatMap(({ name, measured }) =>
      measured.map((row) => [
        name,
        row.name,
        number(row.asked),
        number(row.found),
        number(row.shown),
        number(row.untold),
        share(row.recall),
        share(row.recallByFlows),
        number(row.named),
        number(row.namedAndShown),
        number(row.unlabelled),
        share(row.precision),
        share(row.precisionByFlows),
        ranksOf(row.ranks),
      ]),
    ),
  );
}

/** The rank of each, or, of many, of the first, middle and last one. */
export function ranksOf(ranks) {
  if (ranks.length <= 5) return ranks.map(({ rank }) => rank ?? '-').join(', ');
  const known = ranks.flatMap(({ rank }) => (rank === null ? [] : [rank])).sort((a, b) => a - b);
  if (known.length === 0) return '-';
  return `${known[0]} .. ${known[known.length >> 1]} .. ${known.at(-1)}`;
}

export function targetsTable(targets) {
  return markdownTable(
    ['target', 'set', 'measured', 'holds'],
    targets.map(({ name, set, measured, holds }) => [name, set, measured, holds ? 'yes' : '**no**']),
  );
}

/** Initiators against the labelled pairs, by flows. */
export function pairsTable(results) {
  const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  return markdownTable(
    ['set', 'pairs', 'seen', 'same initiator and port', 'by flows', 'flows', 'sessions'],
    results
      .filter(({ pairs }) => pairs !== undefined)
      .map(({ name, pairs }) => [
        name,
        number(pairs.pairs),
        number(pairs.seen),
        percent(pairs.agreed, pairs.seen),
        percent(pairs.agreedFlows, pairs.seenFlows),
        number(pairs.agreedFlows),
        number(pairs.sessions),
      ]),
  );
}

export function unsupportedTable(results) {
  return markdownTable(
    ['set', 'local hosts', 'days', 'unsupported findings, medium or above'],
    results.map(({ name, locals, days, unsupported }) => [
      name,
      number(locals),
      days.toFixed(2),
      number(unsupported.length),
    ]),
  );
}

/** Each false finding of severity medium or above, for the terminal only. */
export function falseFindings(name, findings) {
  return findings.map(
    (one) =>
      `${name}: ${one.severity} ${one.question} "${one.kind}" ${one.local ?? '(several)'} - ${one.peer} port ${one.servicePort ?? '-'}, ` +
      `score ${one.score}, ${one.network ?? 'network unknown'}: ${one.evidence[0] ?? ''}`,
  );
}

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

export function plantsTable(rows) {
  return markdownTable(
    [
      'seed',
      'window',
      'planted',
      'rank among its question',
      'severity',
      'false, medium or above (scans left out)',
    ],
    rows.flatMap(({ seed, windowSeconds, planted, wrong }) =>
      planted.map(({ name, rank, severity }, at) => [
        seed,
        String(windowSeconds),
        name,
        rank ?? '-',
        severity ?? '-',
        at === 0 ? number(wrong.length) : '',
      ]),
    ),
  );
}

export function agreementTable(rows) {
  return markdownTable(
    ['seed', 'window', 'planted', 'connections', 'with a session', 'sessions', 'same initiator', 'unknown'],
    rows.flatMap(({ seed, windowSeconds, agreement }) =>
      agreement.map((row) => [
        seed,
        String(windowSeconds),
        row.name,
        number(row.connections),
        number(row.seen),
        number(row.sessions),
        row.seen === 0 ? '-' : `${((100 * row.agreed) / row.seen).toFixed(1)} %`,
        number(row.unknown),
      ]),
    ),
  );
}

/** Replaces one section of docs/accuracy.md; the others stay. */
export function writeSection(title, text) {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const sections = new Map(
    there
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', section.trim()]),
  );
  sections.set(title, `${title}\n\n${text.trim()}`);
  const sorted = [...sections].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, section]) => `## ${section}\n`);
  writeFileSync(file, [intro, ...sorted].join('\n'));
}
