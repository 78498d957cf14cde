// `npm start`: installs and builds what is missing, then runs northsouth with the arguments given; without
// any, makes the demo traffic and hunts in it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, requireNode, root, run } from './steps.mjs';

requireNode();
install();
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);

const cli = join(root, 'bin', 'northsouth.js');
const args = process.argv.slice(2);
// npm runs scripts in the project folder; paths on the command line are meant from where the user stood.
const cwd = process.env.INIT_CWD ?? process.cwd();

if (args.length > 0) {
  process.exit(spawnSync(process.execPath, [cli, ...args], { cwd, stdio: 'inherit' }).status ?? 1);
}

const demo = join(root, 'demo-data');
if (!existsSync(join(demo, 'truth.json'))) run(process.execPath, [cli, 'demo', '--out', demo]);
run(process.execPath, [cli, 'hunt', join(demo, 'logs'), '--workspace', join(demo, 'workspace')]);
