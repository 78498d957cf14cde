// `npm start`: installs and builds what is missing, then runs northsouth with the arguments given; without
// any, makes the demo traffic and hunts in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, requireNode, root, run, statusOf } from './steps.mjs';

// Ctrl-C reaches the running step too: it ends in its own way, and its exit code is ours.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

requireNode();
install();
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);

const cli = join(root, 'bin', 'northsouth.js');
const args = process.argv.slice(2);
// npm runs scripts in the project folder; paths on the command line are meant from where the user stood.
const cwd = process.env.INIT_CWD ?? process.cwd();

if (args.length > 0) process.exit(statusOf(process.execPath, [cli, ...args], { cwd }));

const demo = join(root, 'demo-data');
// The truth is written last: without it an earlier demo was not finished.
// What it says to do next is done here.
const quiet = { stdio: ['inherit', 'ignore', 'inherit'] };
if (!existsSync(join(demo, 'truth.json')))
  run(process.execPath, [cli, 'demo', '--out', demo, '--force'], quiet);
const local = (await publicRanges()).flatMap((range) => ['--local', range]);
const workspace = join(demo, 'workspace');
run(process.execPath, [cli, 'hunt', join(demo, 'logs'), '--workspace', workspace, ...local]);

/** Public ranges of the demo company: no registry knows that they are its own. */
async function publicRanges() {
  const { ownRanges } = JSON.parse(readFileSync(join(demo, 'truth.json'), 'utf8'));
  const { scopeOf } = await import(pathToFileURL(join(root, 'dist', 'addresses', 'scope.js')).href);
  return ownRanges.filter((range) => scopeOf(range.split('/')[0]) === 'internet');
}
