// `npm test`: installs, builds, checks format, lint and types, and runs every test. The last line counts the
// tests, whatever happens: `N passed, N failed, N skipped`; a failed check is one failed test.
import { join } from 'node:path';
import { install, requireNode, root, statusOf } from './steps.mjs';

requireNode();
install();
const modules = join(root, 'node_modules');
const node = process.execPath;
const checks = [
  ['build', join(root, 'scripts', 'build.mjs')],
  ['format and lint', join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'check', '.'],
  ['types', join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json', '--noEmit'],
  ['types of the page', join(modules, 'typescript', 'bin', 'tsc'), '-p', 'web/tsconfig.json', '--noEmit'],
  ['unused code', join(modules, 'knip', 'bin', 'knip.js')],
];
for (const [name, ...command] of checks) {
  if (statusOf(node, command) === 0) continue;
  console.error(`The check of ${name} failed; the tests were not run.`);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const reporters = ['--reporter=default', '--reporter=./scripts/count-reporter.mjs'];
process.exit(
  statusOf(node, [join(modules, 'vitest', 'vitest.mjs'), 'run', ...reporters, ...process.argv.slice(2)]),
);
