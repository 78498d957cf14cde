// `npm run eval -- DIR`: what the detectors find in labelled sets and, with --demo, in generated traffic.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { beaconsOf, cells, evaluateBeacons, evaluateKeepAlive, evaluatePlants } from './eval/demo.mjs';
import { evaluateSet } from './eval/labelled.mjs';
import * as page from './eval/page.mjs';
import { targetsOf } from './eval/targets.mjs';
import { setsIn } from './eval/truth.mjs';
import { root, run } from './steps.mjs';

const usage = `npm run eval -- [DIR] [--demo] [--full] [--set NAME] [--json] [--dry]

  DIR         a labelled set (flow.log.gz, truth.csv), or a folder of them
  --demo      also measure on generated traffic; --full: the whole matrix, which takes about an hour
  --set NAME  only this set; repeatable
  --json      one JSON document on standard output
  --dry       do not write docs/accuracy.md`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    demo: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const cwd = process.env.INIT_CWD ?? process.cwd();
const [folder] = positionals.map((path) => join(path.startsWith('/') ? '' : cwd, path));
if (values.help || (folder === undefined && !values.demo)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
if (folder !== undefined && !existsSync(folder)) {
  console.error(`There is nothing at ${folder}.`);
  process.exit(2);
}

run(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] });
const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const library = { ...(await built('index.js')), ...(await built('demo/generate.js')) };
const say = (text) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const whole = values.set.length === 0;
const output = {};

if (folder !== undefined) output.labelled = await labelled();
if (values.demo) output.demo = await demo();
if (values.json)
  console.log(JSON.stringify(output, (_, value) => (value instanceof Map ? undefined : value), 2));

async function labelled() {
  const sets = setsIn(folder).filter(({ name }) => whole || values.set.includes(name));
  const results = [];
  for (const set of sets) {
    say(`Hunting in ${set.name} ...`);
    results.push(await evaluateSet(library, set));
  }
  const targets = targetsOf(results);
  const wrong = results.flatMap(({ name, unsupported }) => page.falseFindings(name, unsupported));
  const tables = [
    page.accuracyTable(results),
    'Findings of severity medium or above that the truth does not support:',
    page.unsupportedTable(results),
    'Who started it, against the labelled pairs:',
    page.pairsTable(results),
  ];
  if (targets.length > 0) tables.push('Targets:', page.targetsTable(targets));
  const text = tables.join('\n\n');
  say(`\n${text}\n\nFalse findings of severity medium or above:\n${wrong.join('\n') || 'none'}\n`);
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
