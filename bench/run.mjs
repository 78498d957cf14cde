// `npm run bench`: measures northsouth against the floor and the notebook. See bench/README.md.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from '../scripts/markdown-table.mjs';
import { root, run } from '../scripts/steps.mjs';
import { machine, middle, stepsTable, targetsTable, workbenchTable, writeSection } from './results.mjs';
import { shapes } from './shapes.mjs';
import {
  busiest,
  bytesBelow,
  count,
  findings,
  floor,
  gigabytes,
  hunt,
  huntAgain,
  inputOf,
  load,
  pandas,
  say,
  workspaceOf,
} from './steps.mjs';
import { workbench } from './workbench.mjs';

const million = 1_000_000;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    records: { type: 'string' },
    rounds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    shape: { type: 'string', default: 'demo' },
  },
});
const wanted = whole(values.records, values.quick ? million : 10 * million);
const rounds = whole(values.rounds, wanted > 10 * million ? 1 : 3);

run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
const { shape } = values;
const isDemo = shape === 'demo';
if (!isDemo && shapes[shape] === undefined) {
  console.error(`There is no shape ${shape}: demo, ${Object.keys(shapes).join(', ')}.`);
  process.exit(2);
}
const input = await inputOf(wanted, shape);
const small = !isDemo ? undefined : wanted === million ? input : await inputOf(million);
/** What time per record is compared with. */
const usual = isDemo && wanted > 10 * million ? await inputOf(10 * million) : undefined;

say('Warming up ...');
floor(input);
/** Steps in the order in which they are met; each round adds one run to each. */
const steps = new Map();
const step = (name, on, run) => {
  const used = run(on);
  if (used === undefined) return;
  say(`  ${name}, ${count(on.records)} records: ${used.wallSeconds.toFixed(2)} s`);
  const found = steps.get(name) ?? { name, records: on.records, runs: [] };
  found.runs.push(used);
  steps.set(name, found);
};
for (let round = 1; round <= rounds; round++) {
  say(`Round ${round} of ${rounds}`);
  step('floor', input, floor);
  step('load', input, load);
  step('hunt', input, hunt);
  step('hunt again', input, huntAgain);
  step('labels, sessions, findings, report', input, findings);
  if (usual !== undefined) step('hunt, usual size', usual, hunt);
  if (small !== undefined && small !== input) step('hunt, small', small, hunt);
  if (small !== undefined) step('notebook in pandas', small, pandas);
  if (input.busiest !== undefined) step('ip of the busiest address', input, busiest);
}

say('The workbench');
const interactions = await workbench(workspaceOf(input));

const peak = (name) => Math.max(...steps.get(name).runs.map(({ peakBytes }) => peakBytes));
const smallHunt = small === input ? 'hunt' : 'hunt, small';
const targets = [
  { name: 'hunt against the floor', ...ratio('hunt', 'floor'), bound: 5 },
  { name: 'hunt again against the floor', ...ratio('hunt again', 'floor'), bound: 1.5 },
  { name: 'findings against the floor', ...ratio('labels, sessions, findings, report', 'floor'), bound: 10 },
  {
    name: 'findings, largest memory',
    value: peak('labels, sessions, findings, report') / 1e9,
    bound: isDemo ? 3 : 2,
    unit: 'GB',
  },
  { name: 'hunt, largest memory', value: peak('hunt') / 1e9, bound: 2, unit: 'GB' },
];
if (steps.has('notebook in pandas')) {
  const name = `pandas against hunt, ${count(small.records)} records`;
  targets.push({ name, ...ratio('notebook in pandas', smallHunt), bound: 15, atLeast: true });
}
if (input.busiest !== undefined) {
  const name = 'ip of the busiest address';
  const seconds = (key) => middle(steps.get(name).runs.map((run) => run[key]));
  targets.push({ name, value: seconds('wallSeconds'), cpuValue: seconds('cpuSeconds'), bound: 1, unit: 's' });
}
if (usual !== undefined) {
  const name = `time per record against ${count(usual.records)} records`;
  targets.push({ name, ...ratio('hunt', 'hunt, usual size', usual.records / input.records), bound: 1.2 });
}

const sizes = [
  [`input, ${count(input.files)} gzip files`, bytesBelow(input.logs)],
  ['workspace: records', bytesBelow(join(workspaceOf(input), 'batches'))],
  ['workspace: kept results', bytesBelow(join(workspaceOf(input), 'derived'))],
].map(([name, bytes]) => [name, gigabytes(bytes), (bytes / input.records).toFixed(1)]);
/** How many times as long `name` takes as `other`: the median of the rounds' ratios, by the clock and in CPU time. */
function ratio(name, other, factor = 1) {
  const [runs, others] = [steps.get(name).runs, steps.get(other).runs];
  const of = (key) => middle(runs.map((run, round) => (factor * run[key]) / others[round][key]));
  return { value: of('wallSeconds'), cpuValue: of('cpuSeconds'), unit: 'times' };
}

const [{ version }] = steps.get('floor').runs;
const command = `npm run bench -- ${isDemo ? '' : `--shape ${shape} `}--records ${wanted} --rounds ${rounds}`;
const text = [
  `\`${command}\`: ${machine(version)}`,
  targetsTable(targets),
  stepsTable([...steps.values()]),
  workbenchTable(interactions),
  markdownTable(['on disk', 'size', 'bytes a record'], sizes),
].join('\n\n');
console.log(text);
writeSection(wanted, isDemo ? text : `${shapes[shape].about}\n\n${text}`, isDemo ? undefined : shape);

for (const each of [input, small, usual])
  if (each !== undefined) rmSync(workspaceOf(each), { recursive: true, force: true });
if (wanted > 10 * million && !values.keep) rmSync(input.out, { recursive: true, force: true });

function whole(text, otherwise) {
  if (text === undefined) return otherwise;
  const number = Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`"${text}" is no whole number above 0.`);
  process.exit(2);
}
