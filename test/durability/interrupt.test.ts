import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth, smallDemo, start } from '../cli/program.ts';
import { completed, recordsByFile, smallSteps } from './contents.ts';

const folder = newFolder();
let logs = '';
let undisturbed: Map<string, string>;
beforeAll(async () => {
  logs = await smallDemo(folder);
  await completed(join(folder, 'undisturbed'), logs);
  undisturbed = await recordsByFile(join(folder, 'undisturbed'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('stops a load in order, and the same command goes on from there', async () => {
    const workspace = join(folder, signal);
    const load = ['load', logs, '--workspace', workspace, '--threads', '1'];
    const run = start(load, { env: smallSteps });
    while (!existsSync(join(workspace, 'batches', '000001')) && run.child.exitCode === null) await nextTurn();
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.finished;
    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: '',
      stderr:
        'northsouth: Interrupted. What was loaded is kept.\nhint: Run the same command again to go on from there.\n',
    });
    const left = await recordsByFile(workspace);
    expect(left.size).toBeGreaterThan(0);
    expect(left.size).toBeLessThan(16);
    expect(readdirSync(join(workspace, 'tmp'))).toEqual([]);
    const again = await northsouth([...load, '--json']);
    expect(again).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toMatchObject({ alreadyLoaded: left.size, files: 16 - left.size });
    expect(await recordsByFile(workspace)).toEqual(undisturbed);
  });

  test('of a second kind ends it at once', async () => {
    const workspace = join(folder, `${signal}-twice`);
    const run = start(['load', logs, '--workspace', workspace], { env: smallSteps });
    while (!existsSync(join(workspace, 'lock.duckdb')) && run.child.exitCode === null) await nextTurn();
    run.child.kill(signal);
    run.child.kill(signal);
    expect((await run.finished).code).toBe(130);
    await completed(workspace, logs);
    expect(await recordsByFile(workspace)).toEqual(undisturbed);
  });
});
