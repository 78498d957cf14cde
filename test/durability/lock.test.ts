import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace } from '../../src/index.ts';
import { newFolder, northsouth, smallDemo, start } from '../cli/program.ts';
import { completed, recordsByFile, smallSteps } from './contents.ts';

const folder = newFolder();
let logs = '';
beforeAll(async () => {
  logs = await smallDemo(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(process.platform !== 'win32')('two processes on one workspace', () => {
  test('the second to load says who holds it, reading goes on, and a kill frees it', async () => {
    const workspace = join(folder, 'shared');
    const named = ['--workspace', workspace];
    const holder = start(['load', logs, ...named, '--threads', '1'], { env: smallSteps });
    while (!existsSync(join(workspace, 'batches', '000001')) && holder.child.exitCode === null)
      await nextTurn();
    holder.child.kill('SIGSTOP');
    try {
      const second = await northsouth(['load', logs, ...named]);
      expect(second).toMatchObject({ code: 1, stdout: '' });
      expect(second.stderr).toBe(
        `northsouth: The workspace ${workspace} is being loaded by process ${holder.child.pid}.\n` +
          'hint: Wait until that load has ended, or use another folder with --workspace.\n',
      );
      expect(second.seconds).toBeLessThan(10);
      const readers = [['hunt'], ['top'], ['sql', 'SELECT count(*) FROM flows'], ['rejects']];
      for (const command of readers) {
        const read = await northsouth([...command, ...named, '--json']);
        expect(read, command[0]).toMatchObject({ code: 0, stderr: '' });
      }
    } finally {
      holder.child.kill('SIGKILL');
    }
    await holder.finished;
    expect(await northsouth(['load', logs, ...named])).toMatchObject({ code: 0 });
    expect((await recordsByFile(workspace)).size).toBe(16);
  });
});

describe('the lock', () => {
  test('is held within one process too, and free after a load that failed', async () => {
    const workspace = await openWorkspace({ workspace: join(folder, 'one-process'), create: true });
    const loads = await Promise.allSettled([workspace.load([logs]), workspace.load([logs])]);
    expect(loads.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(loads.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'workspace.locked', message: expect.stringMatching(/by this process\.$/) },
    });
    await expect(workspace.load([join(folder, 'nowhere')])).rejects.toMatchObject({
      code: 'input.not-found',
    });
    expect(await workspace.load([logs])).toMatchObject({ files: 0, alreadyLoaded: 16 });
    await workspace.close();
  });

  test.each([
    ['empty', ''],
    ['cut off', 'DUCK'],
    ['cut off after its first page', `${'\0'.repeat(8)}DUCK${'\0'.repeat(4084)}`],
    ['of something else', 'no database\n'.repeat(2000)],
  ])('whose file is %s is made anew', async (_name, content) => {
    const workspace = join(folder, 'broken-lock');
    rmSync(workspace, { recursive: true, force: true });
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'lock.duckdb'), content);
    await completed(workspace, logs);
    expect((await recordsByFile(workspace)).size).toBe(16);
  });
});

describe('leftovers', () => {
  test('of dead processes go with the next load, those of living ones stay', async () => {
    const workspace = join(folder, 'leftovers');
    const temporary = join(workspace, 'tmp');
    const dead = 4_194_999;
    const living = process.ppid;
    const left = [`load-${dead}-a`, `run-${dead}-b`, `run-${process.pid}-of-an-earlier-container`, 'stray'];
    for (const name of [...left, `run-${living}-c`]) mkdirSync(join(temporary, name), { recursive: true });
    writeFileSync(join(temporary, `settings-${dead}-noise.yaml`), 'half');
    writeFileSync(join(temporary, left[0] ?? '', '1.txt'), 'left over');
    await completed(workspace, logs);
    expect(readdirSync(temporary)).toEqual([`run-${living}-c`]);
  });

  test('a batch folder without its manifest is told, with what to do', async () => {
    const workspace = join(folder, 'no-manifest');
    await completed(workspace, logs);
    rmSync(join(workspace, 'batches', '000001', 'batch.json'));
    const { code, stderr } = await northsouth(['top', '--workspace', workspace]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /has a batch that cannot be read: .*batch\.json\.?\nhint: Remove the folder .* and load again/,
    );
  });
});
