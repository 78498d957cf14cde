// `npm test`: installs, builds, checks format, lint and types, and runs every test.
import { join } from 'node:path';
import { install, requireNode, root, run } from './steps.mjs';

requireNode();
install();
const modules = join(root, 'node_modules');
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
run(process.execPath, [join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'check', '.']);
run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json', '--noEmit']);
run(process.execPath, [join(modules, 'knip', 'bin', 'knip.js')]);
run(process.execPath, [
  join(modules, 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=./scripts/count-reporter.mjs',
  ...process.argv.slice(2),
]);
