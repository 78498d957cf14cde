// Tables of an evaluation, for the terminal and for docs/accuracy.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../markdown-table.mjs';
import { root } from '../steps.mjs';
import { precisionOf } from './measure.mjs';
import { isAtLeast, namesOf } from './verdict.mjs';

const file = join(root, 'docs', 'accuracy.md');
const intro = `Written by \`npm run eval\`; each section says with which arguments. A finding is an answer "yes"; \`hunt\` and
\`findings\` show those of severity low or above, which are counted apart. An address counts once, and a finding that
stands for several names each of them. A finding is true where the truth supports what it says and how severe it is:
guessing in vain is not above medium, a scan that only met refusals not above low, "somebody got in" is false where
nobody did; what the truth does not speak of is false. Enough traffic are 12 sessions of a C2 server, 10 of a guesser,
15 targets or ports of a scanner. The sets themselves are no part of the project.
`;

export const number = (value) => (value === null ? '-' : value.toLocaleString('en-US'));

export const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

/** One row for each set, one for all: how much of what is loud is true. */
export function precisionTable(results) {
  const rows = results.map(({ name, records, locals, days, verdicts, alarms }) => ({
    ...{ name, records, locals, days, hostWeeks: (locals * days) / 7, alarms: alarms.length },
    loud: precisionOf(verdicts, 'high', 'critical'),
    medium: precisionOf(verdicts, 'medium'),
  }));
  const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
  const both = (key) => ({ right: sum((row) => row[key].right), wrong: sum((row) => row[key].wrong) });
  const all = {
    ...{ name: 'all', records: sum(({ records }) => records), locals: sum(({ locals }) => locals) },
    ...{ days: sum(({ days }) => days), hostWeeks: sum(({ hostWeeks }) => hostWeeks) },
    ...{ alarms: sum(({ alarms }) => alarms), loud: both('loud'), medium: both('medium') },
  };
  return markdownTable(
    [
      ...['set', 'records', 'local hosts', 'days', 'high, critical', 'true', 'medium', 'true'],
      ...['false, medium or above', 'per local host and week'],
    ],
    [...rows, ...(rows.length > 1 ? [all] : [])].map((row) => [
      row.name,
      number(row.records),
      number(row.locals),
      row.days.toFixed(2),
      ...[row.loud, row.medium].flatMap(({ right, wrong }) => [
        number(right + wrong),
        percent(right, right + wrong),
      ]),
      number(row.alarms),
      row.hostWeeks === 0 ? '-' : (row.alarms / row.hostWeeks).toFixed(2),
    ]),
  );
}

/** One row for each set and label that asks for an answer: who of them is named. */
export function recallTable(results) {
  return markdownTable(
    [
      ...['set', 'label', 'question', 'addresses', 'named', 'low or above', 'recall'],
      ...['with enough traffic', 'named', 'recall'],
    ],
    results.flatMap(({ name, recall }) =>
      recall.map((row) => [
        ...[name, row.label, row.question, number(row.addresses), number(row.named), number(row.shown)],
        percent(row.named, row.addresses),
        ...[number(row.asked), number(row.askedNamed), percent(row.askedNamed, row.asked)],
      ]),
    ),
  );
}

/** Each judged finding of severity low or above, for the terminal only. */
export function judgedFindings(name, verdicts) {
  return verdicts
    .filter((one) => isAtLeast('low', one))
    .map((one) => `${one.verdict.padEnd(7)} ${findingLine(name, one)} [${one.reason}]`);
}

export function targetsTable(targets) {
  return markdownTable(
    ['target', 'set', 'measured', 'holds'],
    targets.map(({ name, set, measured, holds }) => [name, set, measured, holds ? 'yes' : '**no**']),
  );
}

/** Initiators against the labelled pairs, by flows. */
export function pairsTable(results) {
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

/** The first of those with enough traffic that nothing names, by label. */
export function missedLines(name, recall) {
  return recall
    .filter(({ missed }) => missed.length > 0)
    .map(({ label, missed }) => {
      const more = missed.length > 12 ? ` ... (${missed.length})` : '';
      return `${name}: ${label}: ${missed.slice(0, 12).join(', ')}${more}`;
    });
}

/** Each false finding of severity medium or above, for the terminal only. */
export function falseFindings(name, findings) {
  return findings.map((one) => findingLine(name, one) + (one.reason === undefined ? '' : ` [${one.reason}]`));
}

function findingLine(name, one) {
  const others = namesOf(one).length - 1;
  return (
    `${name}: ${one.severity} ${one.question} "${one.kind}" ${one.local ?? '(several)'} - ${one.peer}` +
    `${others > 0 ? ` and ${others} more` : ''} port ${one.servicePort ?? '-'}, ` +
    `score ${one.score}, ${one.network ?? 'network unknown'}: ${one.evidence[0] ?? ''}`
  );
}

/** The tables that stand below the first lines, in this order. */
const titles = ['Sets with a truth', 'Generated traffic', 'From how much on'];

/**
 * Replaces one section of docs/accuracy.md, and the lines at the top that sum it up; the others stay. Which section a
 * line at the top belongs to stands before it in a comment, which nobody sees.
 */
export function writeSection(title, lines, text) {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const sections = new Map(
    there
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', section.trim()]),
  );
  sections.set(title, `${title}\n\n${text.trim()}`);
  const known = [...there.matchAll(/^- <!-- (.+?) -->(.*)$/gm)].map(([, name, line]) => [name, line.trim()]);
  const kept = known.filter(([name]) => name !== title);
  const all = [...kept, ...lines.map((line) => [title, line])];
  const head = titles.flatMap((name) =>
    all.filter(([own]) => own === name).map(([, line]) => `- <!-- ${name} --> ${line}`),
  );
  const body = titles.filter((name) => sections.has(name)).map((name) => `## ${sections.get(name)}\n`);
  writeFileSync(file, [`# Accuracy\n\n${head.join('\n')}\n\n${intro}`, ...body].join('\n'));
}
