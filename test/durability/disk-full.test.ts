import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, newFolder, northsouth, smallDemo } from '../cli/program.ts';
import { completed, recordsByFile, smallSteps } from './contents.ts';

const folder = newFolder();
const disk = join(folder, 'disk');
let logs = '';
let undisturbed: Map<string, string>;

beforeAll(async () => {
  logs = await smallDemo(folder);
  await completed(join(folder, 'undisturbed'), logs);
  undisturbed = await recordsByFile(join(folder, 'undisturbed'));
});
afterAll(() => {
  if (mayMount) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

mkdirSync(disk);
const mayMount =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' }).status === 0;
if (mayMount) execFileSync('umount', [disk]);

const load = (workspace: string) => ['load', logs, '--workspace', workspace, '--threads', '1', '--json'];

/** A disk that is full is told as that, in one sentence, and nothing of ours is taken for a defect. */
function expectFull({ code, stdout, stderr }: Finished): void {
  expect(stderr).toMatch(/"code":"engine\.disk-full"/);
  const { error } = JSON.parse(stderr);
  expect(error.message).toMatch(/^The disk[^\n]* is full: [^\n]+$/);
  expect(error.hint).toMatch(/^Free some space/);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
}

async function expectWholeFiles(workspace: string): Promise<void> {
  const left = await recordsByFile(workspace);
  for (const [path, records] of left) expect(records, path).toBe(undisturbed.get(path));
}

describe.runIf(mayMount)('on a disk that fills up', () => {
  test.each([32, 100, 200, 300, 400])('of %i kB', async (kilobytes) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]);
    try {
      const workspace = join(disk, 'workspace');
      const full = await northsouth(load(workspace), { env: smallSteps });
      expectFull(full);
      await expectWholeFiles(workspace);
      expect(readdirSync(join(workspace, 'tmp'))).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      expect(await northsouth(load(workspace), { env: smallSteps })).toMatchObject({ code: 0 });
      expect(await recordsByFile(workspace)).toEqual(undisturbed);
      // No settings file was left empty: an empty list of noise rules would be another question.
      for (const name of ['northsouth.yaml', 'noise.yaml', 'set-asides.yaml'])
        expect(statSync(join(workspace, name)).size).toBeGreaterThan(100);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  test('what is loaded can still be asked', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
    try {
      const workspace = join(disk, 'workspace');
      await northsouth(load(workspace), { env: smallSteps });
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=64k'], { stdio: 'ignore' });
      const sql = await northsouth([
        'sql',
        'SELECT count(*) AS n FROM flows',
        '--workspace',
        workspace,
        '--json',
      ]);
      expect(sql).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(sql.stdout).rows[0].n).toBeGreaterThan(5000);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

// A limit on the size of one file stands for a full disk where nobody may mount one.
describe.runIf(process.platform !== 'win32')('where files may not grow', () => {
  test.each([4, 16, 24])('over %i kB', async (kilobytes) => {
    const workspace = join(folder, `limit-${kilobytes}`);
    const through = ['bash', '-c', `ulimit -f ${kilobytes} && exec "$@"`, 'bash'];
    const full = await northsouth(load(workspace), { env: smallSteps, through });
    expectFull(full);
    await expectWholeFiles(workspace);
    expect(await northsouth(load(workspace))).toMatchObject({ code: 0 });
    expect(await recordsByFile(workspace)).toEqual(undisturbed);
  });
});
