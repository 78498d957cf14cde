import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, project, startCommand } from '../cli/program.ts';

const folder = newFolder();
const place = join(folder, 'place');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

beforeAll(async () => {
  mkdirSync(place);
  const { code, stdout, stderr } = await startCommand(
    ['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: project },
  ).finished;
  expect(code, stderr).toBe(0);
  [packed] = JSON.parse(stdout);
});

describe('the tarball', () => {
  test('holds what runs, what is read at run time and what must be told, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path).sort();
    const allowed =
      /^(?:LICENSE|NOTICE|README\.md|CHANGELOG\.md|package\.json|bin\/northsouth\.js|data\/(?:asn|country)\.parquet|data\/labels\.json|dist\/.+\.js|dist\/.+\.d\.ts|dist\/detect\/[\w-]+\/about\.md|dist\/web\/(?:index\.html|licenses\.md|assets\/[\w-]+\.(?:css|svg)))$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    const needed =
      'LICENSE NOTICE README.md CHANGELOG.md package.json bin/northsouth.js data/asn.parquet data/country.parquet data/labels.json dist/index.js dist/index.d.ts dist/cli/main.js dist/web/index.html dist/web/licenses.md';
    expect(paths).toEqual(expect.arrayContaining(needed.split(' ')));
    expect(paths.filter((path) => /\.test\./.test(path))).toEqual([]);
    // The two label tables are most of it.
    expect(packed.size).toBeLessThan(15_000_000);
  });

  test('names no folder of the machine that built it', () => {
    const texts = packed.files.filter(({ path }) => /\.(?:js|ts|json|md)$/.test(path));
    expect(texts.filter(({ path }) => readFileSync(join(project, path), 'utf8').includes(project))).toEqual(
      [],
    );
  });
});

describe('installed in an empty folder', () => {
  let unreachable: string | undefined;
  beforeAll(async () => {
    writeFileSync(join(place, 'package.json'), '{ "name": "place", "private": true, "type": "module" }\n');
    const tarball = join(folder, packed.filename);
    const { code, stderr } = await startCommand(
      ['npm', 'install', tarball, '--no-audit', '--no-fund', '--fetch-retries=0', '--loglevel=error'],
      { cwd: place },
    ).finished;
    if (code === 0) return;
    if (!/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED|ECONNRESET/.test(stderr))
      throw new Error(stderr);
    unreachable = 'the package registry cannot be reached';
  }, 170_000);

  test('runs by its name: version, demo, hunt', async ({ skip }) => {
    skip(unreachable !== undefined, unreachable);
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const run = (...args: string[]) =>
      startCommand(['npx', '--no-install', 'northsouth', ...args], { cwd: place }).finished;
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
    const demo = await run('demo', '--records', '3000');
    expect(demo).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nNext: npx northsouth hunt demo-data/),
    });
    const hunt = await run('hunt', 'demo-data/logs');
    expect(hunt).toMatchObject({ code: 0, stdout: expect.stringMatching(/Reconciles/) });
    // Names came along: the labels are in the package.
    const { stdout } = await run('lookup', '1.1.1.1', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ asn: 13335 }]);
  });

  test('is the library of the example in src/index.ts', async ({ skip }) => {
    skip(unreachable !== undefined, unreachable);
    const { demo } = { demo: join(place, 'demo-data', 'logs') };
    const example = exampleIn(readFileSync(join(project, 'src', 'index.ts'), 'utf8')).replace(
      './AWSLogs',
      demo,
    );
    writeFileSync(join(place, 'example.mjs'), example);
    const ran = await startCommand([process.execPath, 'example.mjs'], { cwd: place }).finished;
    expect(ran).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^\d{3,} \d+\.\d+\.\d+\.\d+ .+\n$/),
    });

    writeFileSync(
      join(place, 'example.mts'),
      `${example}\nfunnel.records satisfies number;\n// @ts-expect-error\nfunnel.nothingLikeIt;\n`,
    );
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags =
      '--noEmit --strict --module nodenext --target es2023 --skipLibCheck false --types node'.split(' ');
    const roots = ['--typeRoots', join(project, 'node_modules', '@types')];
    const checked = await startCommand([process.execPath, tsc, ...flags, ...roots, 'example.mts'], {
      cwd: place,
    }).finished;
    expect(checked).toMatchObject({ code: 0, stdout: '' });
  });

  test('has no more than its own dependencies', ({ skip }) => {
    skip(unreachable !== undefined, unreachable);
    const installed = readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toContain('northsouth');
    expect(installed).not.toContain('vitest');
    expect(statSync(join(place, 'node_modules', '.bin', 'northsouth')).mode & 0o111).not.toBe(0);
  });
});

/** The runnable text of the `@example` in a source file. */
function exampleIn(source: string): string {
  const [, lines = ''] = /@example\n((?: \* ?.*\n)+?) \*\//.exec(source) ?? [];
  return lines.replaceAll(/^ \* ?/gm, '');
}

describe('package-lock.json', () => {
  const lock: {
    packages: Record<string, { resolved?: string; optional?: boolean; os?: string[]; cpu?: string[] }>;
  } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const names = Object.keys(lock.packages);

  test('names no registry but the public one', () => {
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) =>
      resolved === undefined ? [] : [new URL(resolved).host],
    );
    expect([...new Set(hosts)].filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
  });

  test('has the native parts for every platform, so that npm ci works there and here', () => {
    const check = spawnSync(process.execPath, [join(project, 'scripts', 'complete-lock.mjs'), '--check'], {
      encoding: 'utf8',
    });
    // Where this fails after an `npm install`, run scripts/complete-lock.mjs.
    expect(check).toMatchObject({ stdout: '', stderr: '', status: 0 });
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']) {
      expect(names).toContain(`node_modules/@duckdb/node-bindings-${platform}`);
      expect(names).toContain(`node_modules/@biomejs/cli-${platform}`);
      expect(names).toContain(`node_modules/@typescript/typescript-${platform}`);
    }
  });

  test('fits package.json', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      expect(names).toContain(`node_modules/${name}`);
  });
});
