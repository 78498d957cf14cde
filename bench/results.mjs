// Turns measurements into tables, and keeps one section for each size of input in bench/RESULTS.md.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from '../scripts/markdown-table.mjs';
import { root } from '../scripts/steps.mjs';
import { count, gigabytes } from './steps.mjs';

const file = join(root, 'bench', 'RESULTS.md');
const intro = `# Benchmark results

Written by \`npm run bench\`; what is measured, and why so, is in [README.md](README.md). Each section is the last run
with that number of records. Seconds are medians of the rounds, a ratio is the median of the rounds' ratios, memory is
the largest.
`;

/** The middle one of the numbers; of an even count the lower one. */
export function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}

export function stepsTable(rows) {
  const seconds = (runs) => runs.map(({ wallSeconds }) => wallSeconds.toFixed(1)).join(', ');
  return markdownTable(
    ['step', 'records', 'wall s', 'rounds', 'cpu s', 'peak memory', 'records/s'],
    rows.map(({ name, records, runs }) => {
      const [wall, cpu] = ['wallSeconds', 'cpuSeconds'].map((key) => middle(runs.map((run) => run[key])));
      const peak = Math.max(...runs.map(({ peakBytes }) => peakBytes));
      const rate = count(Math.round(records / wall));
      return [name, count(records), wall.toFixed(2), seconds(runs), cpu.toFixed(2), gigabytes(peak), rate];
    }),
  );
}

/** Each target: what was measured, the bound, and whether it holds. */
export function targetsTable(targets) {
  return markdownTable(
    ['target', 'measured', 'in CPU time', 'bound', 'reached'],
    targets.map(({ name, value, cpuValue, bound, atLeast, unit }) => [
      name,
      `${value.toFixed(2)} ${unit}`,
      cpuValue === undefined ? '' : `${cpuValue.toFixed(2)} ${unit}`,
      `${atLeast ? 'at least' : 'at most'} ${bound} ${unit}`,
      (atLeast ? value >= bound : value <= bound) ? 'yes' : '**no**',
    ]),
  );
}

/** Each interaction with the workbench: the median and the longest of what was asked, in ms, and whether it holds. */
export function workbenchTable({ rows, prepared, secondsToReady, boundMs }) {
  const firstMs = Math.max(1000, boundMs);
  // A workspace may have nothing to ask some of them about: no findings, no country.
  const asked = rows.filter(({ milliseconds }) => milliseconds.length > 0);
  const left = rows.filter((row) => !asked.includes(row)).map(({ name }) => name);
  const unasked = left.length === 0 ? '' : `\n\nNot asked, for want of what it is about: ${left.join('; ')}.`;
  const table = markdownTable(
    ['workbench', 'asked', 'median ms', 'longest ms', 'bound', 'reached'],
    asked.map(({ name, milliseconds }) => {
      const bound = name === 'first picture' ? firstMs : boundMs;
      const median = middle(milliseconds);
      const numbers = [median, Math.max(...milliseconds)].map((number) => number.toFixed(0));
      return [name, milliseconds.length, ...numbers, bound, median <= bound ? 'yes' : '**no**'].map(String);
    }),
  );
  return `${table}${unasked}\n\nReady to be asked ${secondsToReady.toFixed(1)} s after the start of \`serve\`; the first time, when what it keeps
is worked out, ${prepared.toFixed(1)} s.`;
}

/** One line on what it ran on. */
export function machine(duckdb) {
  const [cpu] = cpus();
  return [
    `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'})`,
    `${gigabytes(totalmem())} of memory`,
    `${process.platform} ${process.arch}`,
    `Node.js ${process.versions.node}`,
    ...(duckdb === undefined ? [] : [`DuckDB ${duckdb}`]),
    `commit ${commit()}`,
    new Date().toISOString().slice(0, 10),
  ].join(', ');
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Replaces the section of this number of records (and shape) in RESULTS.md; the others stay. */
export function writeSection(records, text, shape) {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const title = `${count(records)} records${shape === undefined ? '' : `, ${shape}`}`;
  const sections = new Map(
    there
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section.trim()]),
  );
  sections.set(title, `${title}\n\n${text}`);
  const recordsOf = (name) => Number((name.split(' ', 1)[0] ?? '').replaceAll(',', '')) || 0;
  const sorted = [...sections]
    .sort(([a], [b]) => recordsOf(b) - recordsOf(a) || (a < b ? -1 : 1))
    .map(([, section]) => `## ${section}\n`);
  writeFileSync(file, [intro, ...sorted].join('\n'));
}
