import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth, program, project, smallDemo } from '../cli/program.ts';
import { completed } from './contents.ts';

const folder = newFolder();
const workspace = join(folder, 'workspace');
let logs = '';

beforeAll(async () => {
  chmodSync(folder, 0o755);
  logs = await smallDemo(folder);
  await completed(workspace, logs);
  chmodAll(workspace, 0o555, 0o444);
});
afterAll(() => {
  chmodAll(workspace, 0o755, 0o644);
  rmSync(folder, { recursive: true, force: true });
});

/** Permissions mean nothing to root: it becomes nobody for a while. */
const through =
  process.getuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
const works =
  process.platform !== 'win32' &&
  spawnSync(
    [...through, process.execPath][0] ?? '',
    [...through.slice(1), process.execPath, program, '--version'].slice(through.length === 0 ? 1 : 0),
    {
      cwd: project,
      stdio: 'ignore',
    },
  ).status === 0;

function chmodAll(path: string, folderMode: number, fileMode: number): void {
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) chmodAll(inside, folderMode, fileMode);
    else chmodSync(inside, fileMode);
  }
  chmodSync(path, folderMode);
}

describe.runIf(works)('a workspace that may only be read', () => {
  const named = ['--workspace', workspace];

  test.each([['hunt'], ['top'], ['rejects'], ['noise'], ['sql', 'SELECT count(*) FROM north_south']])(
    'answers %s',
    async (...command) => {
      expect(await northsouth([...command, ...named, '--json'], { through })).toMatchObject({
        code: 0,
        stderr: '',
      });
    },
  );

  test('says that nothing can be loaded or switched', async () => {
    for (const command of [
      ['load', logs],
      ['hunt', logs],
      ['noise', 'off', 'ntp'],
    ]) {
      const { code, stderr } = await northsouth([...command, ...named], { through });
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(
        /^northsouth: The workspace .* cannot be written: .*permission denied.*\nhint: Name a folder/i,
      );
    }
  });

  test('leaves nothing among the temporary files', async () => {
    const before = ownTemporaries();
    await northsouth(['top', ...named], { through });
    expect(ownTemporaries()).toEqual(before);
  });
});

function ownTemporaries(): string[] {
  return readdirSync(join(folder, '..')).filter((name) => /^northsouth-\w{6}$/.test(name));
}
