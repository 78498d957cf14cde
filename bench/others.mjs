// What users would take instead, on the same files in the same run:
//   NORTHSOUTH_PYTHON=venv/bin/python node bench/others.mjs [--records N] [--rounds N]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from '../scripts/markdown-table.mjs';
import { root, run } from '../scripts/steps.mjs';
import { machine, middle, writeSection } from './results.mjs';
import {
  count,
  floor,
  gigabytes,
  hunt,
  inputOf,
  pandas,
  pythonWith,
  python as runPython,
  say,
} from './steps.mjs';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '3' },
  },
});
const [records, rounds] = [Number(values.records), Number(values.rounds)];
const script = join(root, 'bench', 'others.py');
const lacks = {
  polars: 'checks nothing, names nobody, keeps nothing, counts duplicates twice',
  duckdb: 'the same; and does not notice a file that is cut off',
  chdb: 'the same',
};

run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
const input = await inputOf(records);
const small = await inputOf(1_000_000);
const rows = [];
const measure = (name, on, work, note) => {
  const used = work();
  if (used === undefined)
    return say(`  ${name}: skipped, no Python here has it (NORTHSOUTH_PYTHON names one)`);
  say(`  ${name}: ${used.wallSeconds.toFixed(2)} s`);
  const found = rows.find((row) => row.name === name && row.on === on) ?? { name, on, note, runs: [] };
  if (found.runs.push(used) === 1) rows.push(found);
};
say('Warming up ...');
floor(input);
for (let round = 1; round <= rounds; round++) {
  say(`Round ${round} of ${rounds}`);
  for (const on of records === small.records ? [input] : [input, small]) {
    measure('floor', on, () => floor(on), 'reads typed columns, adds up three');
    for (const tool of Object.keys(lacks)) measure(versionOf(tool), on, () => byHand(tool, on), lacks[tool]);
    measure(
      'northsouth',
      on,
      () => hunt(on),
      'hunt without findings: all of it, and kept for the next question',
    );
  }
  measure(
    versionOf('pandas'),
    small,
    () => pandas(small),
    "the notebook's steps: checks nothing, names nobody",
  );
}

const floorOf = (on) => rows.find((row) => row.name === 'floor' && row.on === on).runs;
const table = markdownTable(
  ['what', 'records', 'wall s', 'cpu s', 'peak memory', 'times the floor, cpu', 'what it does not do'],
  rows.map(({ name, on, runs, note }) => [
    name,
    count(on.records),
    ...['wallSeconds', 'cpuSeconds'].map((key) => middle(runs.map((each) => each[key])).toFixed(2)),
    gigabytes(Math.max(...runs.map(({ peakBytes }) => peakBytes))),
    middle(runs.map((each, round) => each.cpuSeconds / floorOf(on)[round].cpuSeconds)).toFixed(2),
    note,
  ]),
);
const command = `node bench/others.mjs --records ${records} --rounds ${rounds}`;
console.log(table);
writeSection(
  records,
  `\`${command}\`: ${machine(floorOf(input)[0].version)}\n\n${table}`,
  'and what else there is',
);

function versionOf(tool) {
  const python = pythonWith(tool);
  if (python === undefined) return tool;
  const { stdout } = spawnSync(python, ['-c', `import ${tool}; print(${tool}.__version__)`], {
    encoding: 'utf8',
  });
  return `${tool} ${stdout.trim()}`;
}

/** Funnel and top 1000 by hand; its counts have to be those that the demo wrote. */
function byHand(tool, on) {
  const began = performance.now();
  const used = runPython(tool, [script, tool, on.logs]);
  if (used === undefined) return undefined;
  const wallSeconds = (performance.now() - began) / 1000;
  const found = JSON.parse(used.stdout);
  for (const name of ['records', 'accepted', 'northSouth', 'toInternet'])
    if (found[name] !== on.totals[name])
      throw new Error(`${tool}, ${name}: ${found[name]} is not ${on.totals[name]}`);
  return { ...used, wallSeconds };
}
