// Adds to package-lock.json the native parts of other platforms that npm left out. npm writes down only what the
// registry in use offered at that time (npm/cli#4828), and `npm ci` fails where one is missing. Run it after
// `npm install`; `--check` only says what is missing. The parts added have no checksum until npm fills it in.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(
  ([owner, { optionalDependencies = {}, dev, license }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(owner, name))
      .map(([name, version]) => ({ name, entry: entryOf(name, version, dev, license) })),
);

if (process.argv.includes('--check')) {
  for (const { name } of missing) console.log(name);
  process.exit(missing.length === 0 ? 0 : 1);
}
for (const { name, entry } of missing) lock.packages[`node_modules/${name}`] = entry;
const [project, ...others] = Object.entries(lock.packages);
others.sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries([project, ...others]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${missing.length} parts of other platforms to package-lock.json.`);

function isLocked(owner, name) {
  return [`${owner}/node_modules/${name}`, `node_modules/${name}`].some((key) => key in lock.packages);
}

/** The platform is in the name, as in @duckdb/node-bindings-linux-arm64-musl. */
function entryOf(name, version, dev, license) {
  const words = name.split('/').pop().split('-');
  const os = words.find((word) => /^(?:aix|android|darwin|freebsd|linux|openharmony|win32)$/.test(word));
  const cpu = words.find((word) => /^(?:arm|arm64|ia32|ppc64|riscv64|s390x|x64)$/.test(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not say its platform`);
  const musl = words.some((word) => word.startsWith('musl'));
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev: true } : {}),
    ...(os === 'linux' && cpu !== 'arm' ? { libc: [musl ? 'musl' : 'glibc'] } : {}),
    license,
    optional: true,
    os: [os],
  };
}
