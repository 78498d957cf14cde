import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Funnel } from '../../src/traffic/funnel.ts';
import { newFolder, northsouth, type Running, smallDemo, start } from '../cli/program.ts';
import { completed, funnelIn, recordsByFile, smallSteps } from './contents.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let logs = '';
let undisturbed: { files: Map<string, string>; funnel: Funnel; batches: number };

beforeAll(async () => {
  logs = await smallDemo(folder, 4000, 18);
  const workspace = join(folder, 'undisturbed');
  expect(await startLoad(workspace).finished).toMatchObject({ code: 0 });
  const batches = readdirSync(join(workspace, 'batches')).length;
  undisturbed = { files: await recordsByFile(workspace), funnel: await funnelIn(workspace), batches };
});

function startLoad(workspace: string): Running {
  return start(['load', logs, '--workspace', workspace, '--threads', '1'], { env: smallSteps });
}

type Moment = (workspace: string) => boolean;

/** What a load does on disk, step by step: each is a moment to be killed at. */
function moments(steps: number): Map<string, Moment> {
  const found = new Map<string, Moment>([
    ['lock', (workspace) => existsSync(join(workspace, 'lock.duckdb'))],
    ['settings', (workspace) => existsSync(join(workspace, 'northsouth.yaml'))],
    ['folder', (workspace) => inTheMaking(workspace, '')],
    ['unpacking', (workspace) => inTheMaking(workspace, '1.txt')],
    ['unpacking ahead', (workspace) => inTheMaking(workspace, '5.txt')],
  ]);
  for (let step = 1; step <= steps; step++) {
    for (const file of ['records-0.parquet', 'addresses.parquet', 'batch.json']) {
      found.set(`step ${step} ${file}`, (workspace) => inTheMaking(workspace, join(`batch-${step}`, file)));
    }
    const committed = join('batches', String(step).padStart(6, '0'));
    found.set(`step ${step} committed`, (workspace) => existsSync(join(workspace, committed)));
  }
  return found;
}

function inTheMaking(workspace: string, file: string): boolean {
  const temporary = join(workspace, 'tmp');
  if (!existsSync(temporary)) return false;
  return readdirSync(temporary).some(
    (name) => name.startsWith('load-') && existsSync(join(temporary, name, file)),
  );
}

/** Kills a load at the moment, then checks what it left and that the same command goes on from there. */
async function killedAt(name: string, moment: (run: Running, workspace: string) => Promise<void>) {
  const workspace = join(folder, name.replaceAll(/\W/g, '-'));
  const run = startLoad(workspace);
  await moment(run, workspace);
  run.child.kill('SIGKILL');
  const { signal } = await run.finished;
  const left = await recordsByFile(workspace);
  for (const [path, records] of left) expect(records, `${name}: ${path}`).toBe(undisturbed.files.get(path));
  await completed(workspace, logs);
  expect(await recordsByFile(workspace), name).toEqual(undisturbed.files);
  expect(readdirSync(join(workspace, 'tmp')), name).toEqual([]);
  return { workspace, wasKilled: signal === 'SIGKILL', filesLeft: left.size };
}

describe('killed with SIGKILL', () => {
  test('the undisturbed run has enough steps to be killed between', () => {
    expect(undisturbed.batches).toBeGreaterThanOrEqual(6);
    expect(undisturbed.files.size).toBe(18);
  });

  test('at many moments, it leaves whole files, and the same command completes', {
    timeout: 600_000,
  }, async () => {
    const seen: { workspace: string; wasKilled: boolean; filesLeft: number }[] = [];
    for (const [name, moment] of moments(6)) {
      const wait = async ({ child }: Running, workspace: string) => {
        while (child.exitCode === null && child.signalCode === null && !moment(workspace)) await nextTurn();
      };
      seen.push(await killedAt(name, wait));
    }
    const killed = seen.filter(({ wasKilled }) => wasKilled);
    expect(killed.length).toBeGreaterThanOrEqual(25);
    const inTheMiddle = killed.filter(({ filesLeft }) => filesLeft > 0 && filesLeft < 18);
    expect(inTheMiddle.length).toBeGreaterThanOrEqual(10);
    for (const { workspace } of inTheMiddle.slice(0, 3)) {
      expect(await funnelIn(workspace)).toEqual(undisturbed.funnel);
    }
  });

  test('before the workspace is complete, it is made complete by the next run', async () => {
    for (const ms of [60, 120, 180]) await killedAt(`early ${ms}`, () => sleep(ms));
  });

  test('while hunting, it leaves nothing that changes the next answer', async () => {
    const workspace = join(folder, 'undisturbed');
    const hunt = ['hunt', '--workspace', workspace, '--json', '--limit', '1'];
    const { seconds } = await northsouth(hunt);
    for (const share of [0.5, 0.75, 0.95]) {
      rmSync(join(workspace, 'derived'), { recursive: true, force: true });
      const run = start(hunt);
      await sleep(share * seconds * 1000);
      run.child.kill('SIGKILL');
      await run.finished;
    }
    const { stdout } = await northsouth(hunt);
    expect(JSON.parse(stdout).funnel).toEqual(undisturbed.funnel);
  });
});
