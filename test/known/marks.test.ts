import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../src/index.ts';
import {
  about,
  amazonPeer,
  beacon,
  beaconPeer,
  day,
  fileOf,
  host,
  hour,
  monday,
  place,
  quietPeer,
  removeScratchAfterwards,
  repeat,
  workspaceOf,
} from './traffic.ts';

removeScratchAfterwards();

describe('a mark', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    const others = repeat(40, (index) => ({
      from: host,
      to: quietPeer,
      port: 443,
      at: monday + index * index * 47,
    }));
    workspace = await workspaceOf(beacon(beaconPeer), beacon(amazonPeer), others);
  });
  afterAll(() => workspace.close());

  test('lowers or raises visibly, in hunt, findings, ip, top and the views alike, and is taken back whole', async () => {
    const before = (await workspace.findings()).findings;
    const plain = about(before, beaconPeer);
    expect(plain).toMatchObject({ question: 'c2', severity: 'medium', mark: null, marks: [] });

    const made = await workspace.mark(beaconPeer, 'benign', { note: 'our monitoring', by: 'alice' });
    expect(made).toMatchObject({ before: null, addresses: 1, mark: { verdict: 'benign', by: 'alice' } });
    expect(made.mark?.seen).toMatchObject({
      ...{ ports: ['443/tcp'], directions: ['outbound'], locals: 1, findings: ['c2 beacon'] },
      // 288 sessions of 1,300 bytes and two records in 86,120 seconds: a rate per day.
      ...{ bytesPerDay: 369_200, flowsPerDay: 568 },
    });
    const lowered = about((await workspace.findings()).findings, beaconPeer);
    // Two steps down from medium would be below low, where nothing is listed any more.
    expect(lowered).toMatchObject({ severity: 'low', mark: 'benign' });
    expect(lowered?.severitySteps.at(-1)).toEqual({ because: `marked benign: ${beaconPeer}`, steps: -1 });
    expect(lowered?.counterEvidence.at(-1)).toMatch(/^marked benign by alice on \d{4}-.*: our monitoring$/);
    expect(lowered?.severitySteps.slice(0, -1)).toEqual(plain?.severitySteps);
    expect((await workspace.findings()).findings).toHaveLength(before.length);

    await workspace.mark(beaconPeer, 'malicious');
    const raised = about((await workspace.findings()).findings, beaconPeer);
    expect(raised).toMatchObject({ severity: 'critical', mark: 'malicious' });
    const hunt = await workspace.hunt();
    expect(about(hunt.findings, beaconPeer)).toEqual(raised);
    expect(hunt.top.find(({ dstAddr }) => dstAddr === beaconPeer)?.mark).toBe('malicious');
    const report = await workspace.ip(beaconPeer);
    expect(report.mark).toBe('malicious');
    expect(report.questions.find(({ question }) => question === 'c2')?.severity).toBe('critical');
    const rows = async (sql: string) => (await workspace.query(sql)).rows;
    expect(await rows(`SELECT severity, mark FROM findings WHERE peer = '${beaconPeer}'`)).toEqual([
      ['critical', 'malicious'],
    ]);
    expect(await rows('SELECT peer, mark FROM peers WHERE mark IS NOT NULL')).toEqual([
      [beaconPeer, 'malicious'],
    ]);
    expect(await rows('SELECT address, mark FROM addresses WHERE mark IS NOT NULL')).toEqual([
      [beaconPeer, 'malicious'],
    ]);

    const undone = await workspace.unmark(beaconPeer);
    expect(undone).toMatchObject({ mark: null, before: { verdict: 'malicious' }, addresses: 1 });
    expect((await workspace.findings()).findings).toEqual(before);
    await expect(workspace.unmark(beaconPeer)).rejects.toThrow(`There is no mark of ${beaconPeer}.`);
  });

  test('shows a peer in spite of its set-aside, and the funnel still reconciles', async () => {
    const hidden = await workspace.hunt({ group: 'peer' });
    expect(hidden.top.map(({ peer }) => peer)).toEqual([beaconPeer, quietPeer]);
    expect(hidden.funnel).toMatchObject({ toInternet: 616, shown: 328, setAside: 288, shownInSpite: 0 });
    await workspace.mark('AS16509', 'suspicious');
    const { funnel, top } = await workspace.hunt({ group: 'peer' });
    expect(top.map(({ peer, mark, setAside }) => [peer, mark, setAside])).toEqual([
      [beaconPeer, null, null],
      [amazonPeer, 'suspicious', 'Amazon'],
      [quietPeer, null, null],
    ]);
    expect(funnel).toMatchObject({ toInternet: 616, shown: 616, setAside: 0, shownInSpite: 288 });
    expect(funnel.setAsideByProvider).toEqual({});
    await workspace.unmark('16509');
  });

  test('of a more specific target wins', async () => {
    const steps: readonly [string, 'benign' | 'suspicious' | 'malicious', object?][] = [
      ['Amazon', 'malicious'],
      ['AS16509', 'benign'],
      ['52.94.0.0/16', 'suspicious'],
      ['52.94.236.0/24', 'benign'],
      [amazonPeer, 'malicious'],
      [amazonPeer, 'suspicious', { port: 443 }],
      [amazonPeer, 'benign', { port: 443, local: '10.0.0.0/8' }],
    ];
    for (const [target, verdict, options] of steps) {
      await workspace.mark(target, verdict, options);
      expect(about((await workspace.findings()).findings, amazonPeer)?.mark).toBe(verdict);
    }
    // Marks for a port or a local end say nothing of the address as a whole.
    const report = await workspace.ip(amazonPeer);
    expect(report.mark).toBe('malicious');
    expect(report.marks.map(({ target, port }) => [target, port])[0]).toEqual([amazonPeer, 443]);
    expect(report.marks).toHaveLength(steps.length);
    for (const [target, , options] of steps) await workspace.unmark(target, options);
    expect((await workspace.marks()).marks).toEqual([]);
  });

  test('that is no target, or has a wrong one, is refused', async () => {
    for (const target of ['203.0.113.7/24', '1.2.3', '0', '4294967296', ' ', 'x'.repeat(300), '1.2.3.4/33']) {
      await expect(workspace.mark(target, 'benign')).rejects.toMatchObject({ code: 'usage.value' });
    }
    await expect(workspace.mark(beaconPeer, 'benign', { note: 'x'.repeat(1001) })).rejects.toThrow('1000');
  });
});

test('a benign mark says when the traffic changed its character, and lowers no more', async () => {
  const workspace = await workspaceOf(beacon(beaconPeer));
  await workspace.mark(beaconPeer, 'benign', { by: 'alice' });
  expect((await workspace.findings()).findings[0]?.severity).toBe('low');
  const more = repeat(10, (index) => ({
    ...{ from: beaconPeer, to: host, port: 22, at: monday + day + index * hour },
    ...{ up: 1_000_000, down: 1_000_000 },
  }));
  await workspace.load([
    fileOf('more.log', `${[...beacon(beaconPeer, monday + day), ...more].join('\n')}\n`),
  ]);
  const [finding] = (await workspace.findings({ question: 'c2' })).findings;
  expect(finding?.severity).toBe('medium');
  expect(finding?.severitySteps.at(-1)).toMatchObject({ steps: 0 });
  const [mark] = (await workspace.marks()).marks;
  expect(mark?.changes).toEqual([
    'new service port 22/tcp',
    'now inbound too',
    // 288 calls of 1,300 bytes and ten logins of two megabytes.
    '20.4 MB on its busiest day, 369.2 kB when it was marked',
    expect.stringMatching(/^new finding: access/),
  ]);
  // Marked again, what it is like now is what it is taken to be.
  await workspace.mark(beaconPeer, 'benign', { by: 'alice' });
  expect((await workspace.marks()).marks[0]?.changes).toEqual([]);
  await workspace.close();
});

describe('marks of a team', () => {
  test('go to another workspace and merge there, the later one holding', async () => {
    const one = await openWorkspace({ workspace: place('one'), create: true });
    const two = await openWorkspace({ workspace: place('two'), create: true });
    const hostile = 'x\u001b[31m: "#\n- target: 1.1.1.1\n\u202e';
    await two.mark('198.51.100.7', 'benign', { by: 'bob' });
    await one.mark('198.51.100.7', 'malicious', { by: 'alice', note: hostile });
    await one.mark('as64500', 'suspicious', { port: 443, local: '10.1.0.0/16' });
    await one.mark('Example GmbH', 'benign');
    await one.mark('2001:DB8::/32', 'benign');
    const file = fileOf('marks.yaml', await one.exportMarks());
    expect(await two.importMarks(file)).toMatchObject({
      ...{ added: 3, updated: 1, removed: 0, unchanged: 0 },
      conflicts: [expect.stringMatching(/^198\.51\.100\.7: "malicious" by alice .* holds, "benign" by bob/)],
    });
    expect(await two.exportMarks()).toBe(await one.exportMarks());
    expect((await two.marks()).marks.map(({ target, note }) => [target, note])).toEqual([
      ['198.51.100.7', hostile.trim()],
      ['2001:db8::/32', null],
      ['AS64500', null],
      ['Example GmbH', null],
    ]);
    // What was taken back later stays so, whatever an older copy says.
    await two.unmark('Example GmbH');
    expect(await two.importMarks(file)).toMatchObject({ added: 0, updated: 0, removed: 0, unchanged: 4 });
    expect((await two.marks()).marks).toHaveLength(3);
    await one.importMarks(fileOf('back.yaml', await two.exportMarks()));
    expect((await one.marks()).marks).toHaveLength(3);
    for (const workspace of [one, two]) await workspace.close();
  });

  test('a file with a mistake is refused with its line, and changes nothing', async () => {
    const workspace = await openWorkspace({ workspace: place('bad'), create: true });
    const bad: readonly [string, RegExp][] = [
      ['marks:\n  - target: 1.2.3.4\n    verdict: fine\n    by: me\n    at: 2026-01-01', /line 3: .*benign/],
      ['marks:\n  - target: 1.2.3.4/7\n    verdict: benign\n    by: me\n    at: 2026-01-01', /line 2/],
      ['marks: [{}]', /the key is missing/],
      ['<html>', /expected "marks:"/],
      ['marks: *x', /line 1/],
    ];
    for (const [yaml, message] of bad) {
      await expect(workspace.importMarks(fileOf('bad.yaml', yaml))).rejects.toThrow(message);
    }
    await expect(workspace.importMarks(place('missing'))).rejects.toMatchObject({ code: 'input.not-found' });
    expect((await workspace.marks()).marks).toEqual([]);
    await workspace.close();
  });

  test('two writers at once lose nothing', async () => {
    const root = place('shared');
    const open = () => openWorkspace({ workspace: root, create: true, threads: 1 });
    const writers = [await open(), await open()];
    await Promise.all(
      writers.flatMap((workspace, writer) =>
        [0, 1, 2, 3, 4].map((index) => workspace.mark(`203.0.${writer}.${index}`, 'benign')),
      ),
    );
    const [first] = writers;
    expect((await first?.marks())?.marks).toHaveLength(10);
    for (const workspace of writers) await workspace.close();
    expect(readFileSync(join(root, 'marks.yaml'), 'utf8').match(/target:/g)?.length).toBe(10);
  });
});
