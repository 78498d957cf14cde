import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openWorkspace } from '../../src/index.ts';
import { newFolder, start } from '../cli/program.ts';
import { completed, smallSteps } from './contents.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const logs = join(folder, 'logs');
mkdirSync(logs);
for (let file = 0; file < 6; file++) {
  const lines = Array.from({ length: 200 }, (_, n) =>
    JSON.stringify({
      query_name: `n${n % 40}.example.`,
      query_timestamp: new Date(1_780_272_000_000 + (file * 200 + n) * 1000).toISOString(),
      srcaddr: `10.0.0.${n % 7}`,
      answers: [{ Type: 'A', Rdata: `198.51.100.${n % 50}` }],
    }),
  );
  writeFileSync(join(logs, `${file}.log`), `${lines.join('\n')}\n`);
}

async function namesIn(workspace: string): Promise<unknown> {
  const opened = await openWorkspace({ workspace });
  const all = 'SELECT * FROM askers ORDER BY address, name, host';
  const { rows } = await opened.query(all).finally(() => opened.close());
  return rows;
}

test('killed while it reads DNS query logs, a load leaves whole files, and the same command completes', {
  timeout: 120_000,
}, async () => {
  const undisturbed = join(folder, 'undisturbed');
  await completed(undisturbed, logs);
  const names = await namesIn(undisturbed);
  let inTheMiddle = 0;
  for (const [step, file] of [
    [1, 'dns-files.parquet'],
    [2, 'names.parquet'],
    [3, 'batch.json'],
    [5, 'dns-hours.parquet'],
  ] as const) {
    const workspace = join(folder, `step-${step}`);
    const run = start(['load', logs, '--workspace', workspace, '--threads', '1'], { env: smallSteps });
    const temporary = join(workspace, 'tmp');
    const isThere = () =>
      existsSync(temporary) &&
      readdirSync(temporary).some((name) => existsSync(join(temporary, name, `batch-${step}`, file)));
    while (run.child.exitCode === null && run.child.signalCode === null && !isThere()) await nextTurn();
    run.child.kill('SIGKILL');
    await run.finished;
    const done = existsSync(join(workspace, 'batches')) ? readdirSync(join(workspace, 'batches')).length : 0;
    if (done > 0 && done < 6) inTheMiddle++;
    await completed(workspace, logs);
    expect(await namesIn(workspace), `step ${step}`).toEqual(names);
    expect(readdirSync(join(workspace, 'tmp')), `step ${step}`).toEqual([]);
  }
  expect(inTheMiddle).toBeGreaterThanOrEqual(2);
});
