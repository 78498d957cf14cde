// The steps that are measured, each in a process of its own.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/steps.mjs';
import { writeShape } from './shapes.mjs';

export const work = join(root, 'bench', 'work');
const cli = join(root, 'bin', 'northsouth.js');
const preload = pathToFileURL(join(root, 'bench', 'measured.mjs')).href;
const notebook = join(root, 'test', 'reference', 'notebook_pandas.py');

/** Bytes on disk that a record takes: its share of the gzip files, of the workspace, and of what is unpacked. */
const diskBytesPerRecord = 180;

/** Traffic of a size and shape, made where it is missing. */
export async function inputOf(records, shape = 'demo') {
  const out = join(work, `${shape}-${records}`);
  if (!existsSync(join(out, 'truth.json'))) {
    requireSpace(records);
    say(`Making ${count(records)} records ...`);
    if (shape === 'demo') run([cli, 'demo', '--out', out, '--records', String(records), '--force']);
    else await writeShape(shape, records, out);
  }
  const { totals, files, busiest } = JSON.parse(readFileSync(join(out, 'truth.json'), 'utf8'));
  return { out, logs: join(out, 'logs'), records: totals.records, files, totals, busiest };
}

function requireSpace(records) {
  mkdirSync(work, { recursive: true });
  const { bavail, bsize } = statfsSync(work);
  const needed = records * diskBytesPerRecord;
  if (bavail * bsize > needed) return;
  console.error(`${gigabytes(needed)} are needed in ${work}, and ${gigabytes(bavail * bsize)} are free.`);
  process.exit(1);
}

/** DuckDB alone on the same files. */
export function floor(input) {
  const used = measured([join(root, 'bench', 'floor.mjs'), input.logs], 'floor');
  const { records, version } = JSON.parse(used.output);
  if (records !== input.records) throw new Error(`the floor counts ${records} of ${input.records} records`);
  return { ...used, version };
}

/** `load` from nothing, without any question. */
export function load(input) {
  rmSync(workspaceOf(input), { recursive: true, force: true });
  return measured([cli, 'load', input.logs, '--workspace', workspaceOf(input), '--json'], 'load');
}

/** `hunt` from nothing, without findings: load, labels, funnel, destinations. */
export function hunt(input) {
  rmSync(workspaceOf(input), { recursive: true, force: true });
  return huntAgain(input);
}

/** The same on a workspace that holds the files already. */
export function huntAgain(input) {
  return hunted(input, ['--no-findings']);
}

/** What findings add to a loaded workspace: sessions, conversations, the four detectors, and the report. */
export function findings(input) {
  rmSync(join(workspaceOf(input), 'derived'), { recursive: true, force: true });
  return hunted(input, []);
}

/** Everything about the address that most records are of, where everything is kept already. */
export function busiest(input) {
  return measured([cli, 'ip', input.busiest, '--workspace', workspaceOf(input), '--json'], 'ip');
}

function hunted(input, flags) {
  const used = measured(
    [cli, 'hunt', input.logs, '--workspace', workspaceOf(input), '--json', ...flags],
    'hunt',
  );
  const { funnel } = JSON.parse(used.output);
  for (const name of ['records', 'accepted', 'northSouth', 'toInternet']) {
    if (funnel[name] !== input.totals[name])
      throw new Error(`${name}: ${funnel[name]} is not ${input.totals[name]}`);
  }
  return used;
}

export function workspaceOf(input) {
  return join(input.out, 'workspace');
}

/** The notebook's own steps in pandas, without lookups; undefined where no Python has pandas. */
export function pandas(input) {
  const used = python('pandas', [notebook, input.logs]);
  if (used === undefined) return undefined;
  const steps = used.stderr.split('\n').filter((line) => line.startsWith('{"step"'));
  // The notebook's steps alone: Python's start and imports are not counted against it.
  return { ...used, wallSeconds: steps.reduce((sum, line) => sum + JSON.parse(line).seconds, 0) };
}

const pythons = new Map();
/** The first Python that has the package: NORTHSOUTH_PYTHON, the system's, the one in the path. */
export function pythonWith(packageName) {
  if (!pythons.has(packageName)) {
    const candidates = [process.env.NORTHSOUTH_PYTHON, '/usr/bin/python3', 'python3'].filter(Boolean);
    pythons.set(
      packageName,
      candidates.find((name) => spawnSync(name, ['-c', `import ${packageName}`]).status === 0),
    );
  }
  return pythons.get(packageName);
}

/** Runs a script in a Python that has the package and tells what it used; undefined where there is none. */
export function python(packageName, args) {
  const found = pythonWith(packageName);
  if (found === undefined) return undefined;
  const wrapper = `import json, resource, subprocess, sys
done = subprocess.run([sys.executable, *sys.argv[1:]], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'cpuSeconds': used.ru_utime + used.ru_stime, 'peakBytes': used.ru_maxrss * 1024, 'status': done.returncode, 'stdout': done.stdout, 'stderr': done.stderr}))`;
  const { stdout } = spawnSync(found, ['-c', wrapper, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { status, ...used } = JSON.parse(stdout);
  if (status !== 0) throw new Error(`${args.join(' ')} failed in ${packageName}: ${used.stderr}`);
  return used;
}

/** Runs Node.js with the arguments and tells what it used and what it wrote to standard output. */
function measured(args, name) {
  mkdirSync(work, { recursive: true });
  const usage = join(work, `${name}.usage.json`);
  const [out, errors] = [join(work, `${name}.out`), join(work, `${name}.err`)];
  const files = [openSync(out, 'w'), openSync(errors, 'w')];
  const began = performance.now();
  const { status, signal } = spawnSync(process.execPath, ['--import', preload, ...args], {
    stdio: ['ignore', ...files],
    env: { ...process.env, NORTHSOUTH_BENCH_USAGE: usage },
  });
  const wallSeconds = (performance.now() - began) / 1000;
  for (const file of files) closeSync(file);
  if (status !== 0)
    throw new Error(`${name} ended with ${status ?? signal}: ${readFileSync(errors, 'utf8').slice(-2000)}`);
  return { wallSeconds, ...JSON.parse(readFileSync(usage, 'utf8')), output: readFileSync(out, 'utf8') };
}

function run(args) {
  const { status, signal } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${args.slice(1).join(' ')} ended with ${status ?? signal}`);
}

/** Bytes of the files below a folder; 0 where there is none. */
export function bytesBelow(folder) {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, name)))
    .filter((found) => found.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

export function say(text) {
  console.error(text);
}

export function count(number) {
  return number.toLocaleString('en-US');
}

export function gigabytes(bytes) {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
