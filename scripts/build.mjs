// Compiles src/ into dist/ and packs the address labels into data/; both only when they are out of date.
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newest, root, run } from './steps.mjs';

const stamp = join(root, 'dist', '.built');
const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const changedAt = newest(join(root, 'src'), join(root, 'package-lock.json'), join(root, 'tsconfig.json'));

if (changedAt > builtAt) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  writeFileSync(stamp, '');
}

const { packLabels } = await import(pathToFileURL(join(root, 'scripts', 'pack-labels.mjs')).href);
await packLabels();
