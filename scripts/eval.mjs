// `npm run eval -- DIR`: what the detectors find in sets with a truth and, with --demo, in generated traffic.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { beaconsOf, cells, evaluateBeacons, evaluateKeepAlive, evaluatePlants } from './eval/demo.mjs';
import { evaluateSet } from './eval/labelled.mjs';
import * as page from './eval/page.mjs';
import { targetsOf } from './eval/targets.mjs';
import { setsIn } from './eval/truth.mjs';
import { root, run } from './steps.mjs';

const usage = `npm run eval -- [DIR ...] [--demo] [--full] [--only SET] [--findings] [--json] [--dry]

  DIR         a set with a truth (flow.log.gz, truth.csv), or a folder of them
  --demo      also measure on generated traffic; --full: the whole matrix, which takes about an hour
  --only SET  only this set; repeatable
  --findings  also print each finding of severity low or above with its verdict
  --json      one JSON document on standard output
  --dry       do not write docs/accuracy.md`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    demo: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    findings: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const cwd = process.env.INIT_CWD ?? process.cwd();
const folders = positionals.map((path) => resolve(cwd, path));
if (values.help || (folders.length === 0 && !values.demo)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
for (const folder of folders.filter((path) => !existsSync(path))) refuse(`There is nothing at ${folder}.`);
const sets = folders.flatMap(setsIn);
if (folders.length > 0 && sets.length === 0) refuse(`${folders.join(', ')}: no set with a truth is there.`);
for (const name of values.only.filter((one) => !sets.some((set) => set.name === one)))
  refuse(`No set is called ${name}. There are ${sets.map((set) => set.name).join(', ')}.`);

function refuse(message) {
  console.error(message);
  process.exit(2);
}

run(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] });
const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const library = { ...(await built('index.js')), ...(await built('demo/generate.js')) };
const say = (text) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const whole = values.only.length === 0;
const output = {};

if (sets.length > 0) output.labelled = await labelled();
if (values.demo) output.demo = await demo();
if (values.json)
  console.log(JSON.stringify(output, (_, value) => (value instanceof Map ? undefined : value), 2));

async function labelled() {
  const results = [];
  for (const set of sets.filter(({ name }) => whole || values.only.includes(name))) {
    say(`Hunting in ${set.name} ...`);
    const result = await evaluateSet(library, set);
    if (values.findings) say(page.judgedFindings(set.name, result.verdicts).join('\n') || 'nothing found');
    results.push(result);
  }
  const targets = targetsOf(results);
  const wrong = results.flatMap(({ name, alarms }) => page.falseFindings(name, alarms));
  const text = [
    'How much of what is loud is true:',
    page.precisionTable(results),
    'Who is named:',
    page.recallTable(results),
    'Who started it, against the labelled pairs:',
    page.pairsTable(results),
    'Targets:',
    page.targetsTable(targets),
  ].join('\n\n');
  const missed = results.flatMap(({ name, recall }) =>
    recall
      .filter((row) => row.missed.length > 0)
      .map(
        (row) =>
          `${name}: ${row.label}: ${row.missed.slice(0, 12).join(', ')}${row.missed.length > 12 ? ` ... (${row.missed.length})` : ''}`,
      ),
  );
  say(`\n${text}\n\nFalse findings of severity medium or above:\n${wrong.join('\n') || 'none'}`);
  say(`\nEnough traffic, and not named:\n${missed.join('\n') || 'none'}\n`);
  if (whole && !values.dry) page.writeSection('Labelled sets', `\`npm run eval -- DIR\`\n\n${text}`);
  return { results, targets };
}

async function demo() {
  const beacons = [];
  for (const cell of cells(values.full)) {
    say(`Beacons: ${cell.days} days, windows of ${cell.windowSeconds} s, ${cell.hosts} hosts ...`);
    beacons.push(await evaluateBeacons(library, cell, 20 + cell.days));
  }
  const plants = [];
  for (const [seed, windowSeconds] of [
    [7, 60],
    [8, 600],
    [9, 'mixed'],
  ]) {
    say(`Plants: seed ${seed}, windows of ${windowSeconds} ...`);
    plants.push(await evaluatePlants(library, seed, windowSeconds));
  }
  const keepAlive = [];
  for (const [windowSeconds, everySeconds] of [
    [60, 60],
    [60, 240],
    [600, 600],
  ]) {
    keepAlive.push(await evaluateKeepAlive(library, windowSeconds, everySeconds));
  }
  const asked = beacons.reduce((sum, row) => sum + row.asked, 0);
  const found = beacons.reduce((sum, row) => sum + row.found, 0);
  const most = Math.max(...beacons.map(({ wrongRate }) => wrongRate));
  const targets = [
    {
      name: 'recall of beacons at least 95 %',
      set: 'beacons',
      measured: `${((100 * found) / asked).toFixed(1)} %`,
      holds: found >= 0.95 * asked,
    },
    {
      name: 'at most 5 false C2 findings of severity medium or above per 500 hosts and day',
      set: 'beacons',
      measured: `at most ${most.toFixed(1)}`,
      holds: most <= 5,
    },
    ...keepAlive.map(({ windowSeconds, everySeconds, answer, holds }) => ({
      name: 'one session of keep-alives is never called a beacon',
      set: `every ${everySeconds} s, windows of ${windowSeconds} s`,
      measured: answer,
      holds,
    })),
  ];
  const text = [
    `Each capture holds ${beaconsOf().length} beacons. Asked for are those with 12 beats or more and a period above two windows.`,
    page.matrixTable(beacons),
    'The plantings of ordinary demos:',
    page.plantsTable(plants),
    'Sessions and initiators against the planted connections:',
    page.agreementTable(plants),
    'Targets:',
    page.targetsTable(targets),
  ].join('\n\n');
  const wrong = [...beacons, ...plants].flatMap((row) =>
    page.falseFindings(`window ${row.windowSeconds}`, row.wrong),
  );
  const missed = beacons.flatMap((row) =>
    row.missed.map(
      ({ periodSeconds, jitter, missed, connections }) =>
        `${row.days} days, window ${row.windowSeconds} s: every ${periodSeconds} s, jitter ${jitter}, missed ${missed}, ${connections} connections`,
    ),
  );
  say(`\n${text}\n\nFalse findings of severity medium or above:\n${wrong.join('\n') || 'none'}`);
  say(`\nBeacons that were not found:\n${missed.join('\n') || 'none'}\n`);
  if (!values.dry) {
    const title = values.full ? 'Demo traffic, whole matrix' : 'Demo traffic';
    page.writeSection(title, `\`npm run eval -- --demo${values.full ? ' --full' : ''}\`\n\n${text}`);
  }
  return { beacons, plants, keepAlive, targets };
}
