import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import type { IdentifiedFinding } from '../../src/detect/results.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';

const part = (name: string) =>
  import(pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'eval', name)).href);

type Judged = IdentifiedFinding & { readonly verdict: string; readonly reason: string };

test('the default demo: every threat is named, with all of its addresses, and nothing harmless is loud', async () => {
  const { truthOfDemo } = await part('demo-truth.mjs');
  const { falseAlarms, judged } = await part('measure.mjs');
  const { namesOf } = await part('verdict.mjs');
  const root = await mkdtemp(join(tmpdir(), 'northsouth-circumstances-'));
  const { truth, logs } = await generateDemo({ out: join(root, 'demo') });
  const workspace = await openWorkspace({
    ...{ workspace: join(root, 'workspace'), create: true, local: truth.ownRanges },
  });
  await workspace.load([logs]);
  const { findings } = await workspace.findings({ severity: 'low' });
  await workspace.close();
  await rm(root, { recursive: true, force: true });
  const named = (question: string) =>
    new Set<string>(findings.filter((one) => one.question === question).flatMap(namesOf));
  const all = [...truth.planted, ...truth.circumstances];
  const unnamed = all.filter(
    ({ question, peer, peers = [peer] }) =>
      question !== null && peers.some((address) => !named(question).has(address)),
  );
  expect(unnamed.map(({ kind }) => kind)).toEqual([]);
  const alarms: readonly Judged[] = falseAlarms(judged(truthOfDemo(truth), findings));
  // Two nights are too few to tell a backup from theft: its network's trade makes it less than loud, and no more.
  const isOpen = ({ question, reason, severity }: Judged) =>
    question === 'exfil' && severity === 'medium' && reason.startsWith('backup');
  const told = alarms
    .filter((one) => !isOpen(one))
    .map((one) => `${one.severity} ${one.question}: ${one.reason}`);
  expect(told).toEqual([]);
});
