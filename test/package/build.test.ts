import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, project, startCommand } from '../cli/program.ts';

/** A copy of the project with a small source, so that a build takes a second. */
const copy = join(newFolder(), 'project');
const dist = join(copy, 'dist');

beforeAll(() => {
  mkdirSync(join(copy, 'src', 'detect'), { recursive: true });
  for (const name of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'data'])
    cpSync(join(project, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src', 'one.ts'), 'export const one = 1;\n');
  writeFileSync(join(copy, 'src', 'two.ts'), 'export const two = 2;\n');
});
afterAll(() => rmSync(join(copy, '..'), { recursive: true, force: true }));

const startBuild = () => startCommand([process.execPath, join(copy, 'scripts', 'build.mjs')], { cwd: copy });
const build = () => startBuild().finished;
const builtAt = () => statSync(join(dist, '.built')).mtimeMs;
/** What lies beside dist/ for a moment. */
const beside = () => readdirSync(copy).filter((name) => name.startsWith('dist.'));

describe('a build', () => {
  test('is made once, and again only when a source changed or is gone', async () => {
    expect(await build()).toMatchObject({ code: 0 });
    const first = builtAt();
    expect(await build()).toMatchObject({ code: 0 });
    expect(builtAt()).toBe(first);
    rmSync(join(copy, 'src', 'two.ts'));
    expect(await build()).toMatchObject({ code: 0 });
    expect(existsSync(join(dist, 'two.js'))).toBe(false);
    expect(existsSync(join(dist, 'one.js'))).toBe(true);
  });

  test('of which a file was lost is made again', async () => {
    rmSync(join(dist, 'one.js'));
    expect(await build()).toMatchObject({ code: 0 });
    expect(existsSync(join(dist, 'one.js'))).toBe(true);
    rmSync(join(dist, '.built'));
    rmSync(join(dist, 'one.js'));
    expect(await build()).toMatchObject({ code: 0 });
    expect(existsSync(join(dist, 'one.js'))).toBe(true);
  });

  test('that is killed leaves the one before, and the next is whole', async () => {
    writeFileSync(join(copy, 'src', 'three.ts'), 'export const three = 3;\n');
    const { child, finished } = startBuild();
    while (child.exitCode === null && beside().length === 0) await nextTurn();
    child.kill('SIGKILL');
    await finished;
    expect(existsSync(join(dist, 'one.js'))).toBe(true);
    expect(await build()).toMatchObject({ code: 0 });
    expect(existsSync(join(dist, 'three.js'))).toBe(true);
  });

  test('that fails leaves the one before and nothing beside it', async () => {
    const before = readFileSync(join(dist, '.built'), 'utf8');
    writeFileSync(join(copy, 'src', 'four.ts'), "export const four: number = 'four';\n");
    const { code, stdout } = await build();
    expect(code).not.toBe(0);
    expect(stdout).toContain('src/four.ts');
    expect(readFileSync(join(dist, '.built'), 'utf8')).toBe(before);
    expect(beside()).toEqual([]);
  });
});

describe('npm test', () => {
  test('ends with the count of tests as its last line, also when a check fails before them', async () => {
    writeFileSync(join(copy, 'src', 'four.ts'), "export const four: number = 'four';\n");
    const { code, stdout } = await startCommand([process.execPath, join(copy, 'scripts', 'test.mjs')], {
      cwd: copy,
    }).finished;
    expect(code).toBe(1);
    expect(stdout.endsWith('\n0 passed, 1 failed, 0 skipped\n')).toBe(true);
  });

  test('counts tests that failed, passed and were skipped', async () => {
    mkdirSync(join(copy, 'tests'));
    writeFileSync(
      join(copy, 'tests', 'a.test.js'),
      "import { expect, test } from 'vitest';\ntest('a', () => {});\ntest('b', () => expect(1).toBe(2));\ntest.skip('c', () => {});\n",
    );
    writeFileSync(join(copy, 'tests', 'broken.test.js'), "throw new Error('broken');\n");
    const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=./scripts/count-reporter.mjs'];
    const { code, stdout } = await startCommand(
      [process.execPath, vitest, 'run', '--root', copy, ...reporters, 'tests'],
      {
        cwd: copy,
      },
    ).finished;
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n1 passed, 2 failed, 1 skipped\n$/);
  });
});
