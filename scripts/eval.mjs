// `npm run eval -- DIR`: what the detectors find in sets with a truth and, with --demo, in generated traffic.
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { measureCurve } from './eval/curve.mjs';
import { curvePicture } from './eval/curve-picture.mjs';
import { cells, evaluateBeacons, evaluateKeepAlive, evaluatePlants } from './eval/demo.mjs';
import { evaluateSet } from './eval/labelled.mjs';
import * as page from './eval/page.mjs';
import { curveSection, demoSection, labelledSection } from './eval/sections.mjs';
import { setsIn } from './eval/truth.mjs';
import { root, run } from './steps.mjs';

const usage = `npm run eval -- [DIR ...] [--demo] [--full] [--curve] [--only SET] [--findings] [--json] [--dry]

  DIR         a set with a truth (flow.log.gz, truth.csv), or a folder of them
  --demo      also measure on generated traffic; --full: the whole matrix, which takes about an hour
  --curve     also measure from how much traffic on a beacon is named
  --only SET  only this set; repeatable
  --findings  also print each finding of severity low or above with its verdict
  --json      one JSON document on standard output
  --dry       do not write docs/accuracy.md`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    demo: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    curve: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    findings: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const cwd = process.env.INIT_CWD ?? process.cwd();
const folders = positionals.map((path) => resolve(cwd, path));
if (values.help || (folders.length === 0 && !values.demo && !values.curve)) {
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
if (values.curve) output.curve = await curve();
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
  const section = labelledSection(results);
  const wrong = results.flatMap(({ name, alarms }) => page.falseFindings(name, alarms));
  const missed = results.flatMap(({ name, recall }) => page.missedLines(name, recall));
  say(`\n${section.text}\n\nFalse findings of severity medium or above:\n${wrong.join('\n') || 'none'}`);
  say(`\nEnough traffic, and not named:\n${missed.join('\n') || 'none'}\n`);
  if (whole) write(section);
  return { results, targets: section.targets };
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
    if (values.findings) say(page.judgedFindings(`demo ${seed}`, plants.at(-1).verdicts).join('\n'));
  }
  const keepAlive = [];
  for (const [windowSeconds, everySeconds] of [
    [60, 60],
    [60, 240],
    [600, 600],
  ]) {
    keepAlive.push(await evaluateKeepAlive(library, windowSeconds, everySeconds));
  }
  const section = demoSection({ beacons, plants, keepAlive }, values.full);
  const wrong = [...beacons, ...plants].flatMap((row) =>
    page.falseFindings(`window ${row.windowSeconds}`, row.wrong),
  );
  const missed = beacons.flatMap((row) =>
    row.missed.map(
      ({ periodSeconds, jitter, missed, connections }) =>
        `${row.days} days, window ${row.windowSeconds} s: every ${periodSeconds} s, jitter ${jitter}, missed ${missed}, ${connections} connections`,
    ),
  );
  say(`\n${section.text}\n\nFalse findings of severity medium or above:\n${wrong.join('\n') || 'none'}`);
  say(`\nBeacons that were not found:\n${missed.join('\n') || 'none'}\n`);
  write(section);
  return { beacons, plants, keepAlive, targets: section.targets };
}

async function curve() {
  const curves = [];
  for (const windowSeconds of [60, 600]) curves.push(await measureCurve(library, windowSeconds, say));
  const section = curveSection(curves);
  say(`\n${section.text}\n`);
  write(section);
  if (!values.dry) writeFileSync(join(root, 'docs', 'images', 'evidence-curve.svg'), curvePicture(curves));
  return curves;
}

function write({ title, lines, text }) {
  if (!values.dry) page.writeSection(title, lines, text);
}
