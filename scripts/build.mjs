// Compiles src/ into dist/, bundles the page of web/ into dist/web, and packs the address labels into data/; both only when they are out of date.
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { digest, root, statusOf } from './steps.mjs';

const dist = join(root, 'dist');
const stamp = '.built';

/** What a build is made from; the number of files that it made is added, so that lost ones are noticed. */
const sources = digest(
  ...['src', 'web', 'package-lock.json', 'tsconfig.json'].map((name) => join(root, name)),
);

if (!isBuilt()) compile();

const { packLabels } = await import(pathToFileURL(join(root, 'scripts', 'pack-labels.mjs')).href);
await packLabels();

function isBuilt() {
  const path = join(dist, stamp);
  return existsSync(path) && readFileSync(path, 'utf8') === stampOf(dist);
}

/** Compiles beside dist/ and puts the result in its place: an interrupted build leaves the one before. */
function compile() {
  removeLeftovers();
  const fresh = `${dist}.${process.pid}.tmp`;
  const stale = `${dist}.${process.pid}.old`;
  rmSync(fresh, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  let status = 0;
  try {
    status = statusOf(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', fresh]);
    if (status !== 0) return;
    // What each detector says about itself is read at run time.
    for (const name of readdirSync(join(root, 'src', 'detect'))) {
      const about = join('detect', name, 'about.md');
      if (existsSync(join(root, 'src', about))) copyFileSync(join(root, 'src', about), join(fresh, about));
    }
    if (existsSync(join(root, 'web'))) status = bundle(join(fresh, 'web'));
    if (status !== 0) return;
    writeFileSync(join(fresh, stamp), stampOf(fresh));
    if (existsSync(dist)) renameSync(dist, stale);
    renameSync(fresh, dist);
  } catch (error) {
    // Another build was faster: its result serves as well when it is of the same sources.
    if (!isBuilt()) throw error;
  } finally {
    for (const path of [fresh, stale]) rmSync(path, { recursive: true, force: true });
    if (status !== 0) process.exit(status);
  }
}

/** Bundles the page: what it imports is not installed with the package. */
function bundle(folder) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  return statusOf(process.execPath, [vite, 'build', 'web', '--outDir', folder, '--logLevel', 'warn']);
}

/** Removes what builds that were killed left beside dist/. */
function removeLeftovers() {
  for (const name of readdirSync(root)) {
    const pid = /^dist\.(\d+)\.(?:tmp|old)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(root, name), { recursive: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function stampOf(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) =>
    /\.(?:js|ts|map|md|html|css|svg)$/.test(name),
  );
  return `${sources} ${files.length}\n`;
}
