import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenEquations, type Workspace } from '../../src/index.ts';
import {
  amazonPeer,
  beacon,
  beaconPeer,
  fileOf,
  host,
  monday,
  quietPeer,
  removeScratchAfterwards,
  repeat,
  workspaceOf,
} from './traffic.ts';

removeScratchAfterwards();

let workspace: Workspace;
beforeAll(async () => {
  const visits = repeat(10, (index) => ({
    ...{ from: host, to: quietPeer, port: 8443, at: monday + index * index * 700 },
  }));
  workspace = await workspaceOf(beacon(beaconPeer), beacon(amazonPeer), visits);
  // A rule that hides far more than its author thought of.
  const { files } = await workspace.noise({ findings: false });
  const rules = readFileSync(files.noise, 'utf8').replace(
    /^rules:\n/m,
    `rules:\n  - name: small-tls\n    on: true\n    reason: Nothing of worth is so small.\n    match: { port: 443, bytes: "<1000" }\n`,
  );
  writeFileSync(files.noise, rules);
});
afterAll(() => workspace.close());

test('noise says what it hid, and which serious findings are behind it', async () => {
  await workspace.switchNoise('ntp', true); // reads the files again
  await workspace.mark('185.220.101.0/24', 'malicious', { by: 'alice' });
  const before = await workspace.noise();
  const rule = before.rules.find(({ name }) => name === 'small-tls');
  // 288 sessions to each peer of two records with 400 and 900 bytes.
  expect(rule).toMatchObject({ records: 4 * 288, bytes: 2 * 288 * 1300, peers: 2 });
  // Medium, and two steps for the mark.
  expect(rule?.hides).toMatchObject([
    { question: 'c2', peer: beaconPeer, local: host, severity: 'critical', records: 576 },
  ]);
  expect(before.rules.find(({ name }) => name === 'ntp')).toMatchObject({ records: 0, hides: [] });
  expect((await workspace.noise({ findings: false })).rules[0]?.hides).toBe(null);
  expect(before.marks).toEqual([]);
  await workspace.unmark('185.220.101.0/24');
});

test('a set-aside that hides a serious finding is warned of, unless it hides its peer no more', async () => {
  await workspace.switchNoise('small-tls', false);
  // A list that raises a finding shows its peer; a setting that makes every mark of the port serious does not.
  const { files } = await workspace.noise({ findings: false });
  const amazon = async () => (await workspace.noise()).setAsides.find(({ name }) => name === 'Amazon');
  const plain = await amazon();
  expect(plain).toMatchObject({ on: true, records: 288, peers: 1 });
  const severity = (await workspace.findings()).findings.find(({ peer }) => peer === amazonPeer)?.severity;
  expect(plain?.hides).toHaveLength(severity === 'high' || severity === 'critical' ? 1 : 0);

  // A mark for one port raises the finding and does not bring the address out of its set-aside.
  await workspace.mark(amazonPeer, 'malicious', { port: 443 });
  await workspace.mark(amazonPeer, 'benign');
  const hidden = await amazon();
  expect(hidden).toMatchObject({ records: 288 });
  expect(hidden?.hides).toMatchObject([{ peer: amazonPeer, records: 288 }]);

  await workspace.addIntel(fileOf('list', amazonPeer), { name: 'list' });
  expect(await amazon()).toMatchObject({ records: 0, hides: [] });
  expect((await workspace.hunt()).funnel).toMatchObject({ setAside: 0, shownInSpite: 288 });
  await workspace.removeIntel('list');
  await workspace.unmark(amazonPeer, { port: 443 });
  await workspace.unmark(amazonPeer);
  expect(files.marks).toMatch(/marks\.yaml$/);
});

test('a benign mark says what it lowered', async () => {
  // As a list would have it, the finding is high; the mark takes it down.
  await workspace.addIntel(fileOf('list', beaconPeer), { name: 'list' });
  await workspace.mark(beaconPeer, 'benign', { note: 'ours', by: 'alice' });
  const [mark] = (await workspace.noise()).marks;
  expect(mark).toMatchObject({
    ...{
      target: beaconPeer,
      records: 576,
      bytes: 288 * 1300,
      peers: 1,
      lowered: 1,
      changes: [],
      by: 'alice',
    },
    hides: [{ question: 'c2', peer: beaconPeer, severity: 'high', records: null }],
  });
});

test('everything is shown with one command, and hidden again as it was with another', async () => {
  const files = (await workspace.noise({ findings: false })).files;
  const texts = () => [files.noise, files.setAsides, files.marks].map((path) => readFileSync(path, 'utf8'));
  const [before, filesBefore] = [await workspace.hunt(), texts()];
  expect(before.everythingShown).toBe(null);
  expect(before.funnel.setAside).toBe(288);

  const shown = await workspace.showEverything();
  const during = await workspace.hunt();
  expect(during.everythingShown).toEqual(shown);
  expect(during.funnel).toMatchObject({ setAside: 0, noise: 0, shown: during.funnel.toInternet });
  expect(brokenEquations(during.funnel)).toEqual([]);
  const marked = during.findings.find(({ peer }) => peer === beaconPeer);
  expect(marked).toMatchObject({ severity: 'high', mark: 'benign' });
  expect((await workspace.noise()).everythingShown).toEqual(shown);
  expect(await workspace.showEverything()).toEqual(shown);
  expect(texts()).toEqual(filesBefore);

  expect(await workspace.hideAgain()).toBe(true);
  expect(await workspace.hideAgain()).toBe(false);
  expect(await workspace.hunt()).toEqual(before);
  expect(texts()).toEqual(filesBefore);
});
