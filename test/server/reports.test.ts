import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { formOf } from '../../src/handover/report.ts';
import { materialOf, type ReportProgress } from '../../src/handover/report-material.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { Workbench } from '../../src/workbench/workbench.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

const patient = new AbortController().signal;

describe('a report of a workbench', () => {
  let root: string;
  let workspace: Workspace;
  let workbench: Workbench;
  let snapshot: Snapshot;
  const exported = () => readdir(join(snapshot.spare, 'exports')).catch(() => []);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'northsouth-reports-'));
    await generateDemo({ out: join(root, 'demo'), records: 20_000, seed: 5 });
    workspace = await openWorkspace({
      workspace: join(root, 'workspace'),
      memoryBytes: 600_000_000,
      create: true,
    });
    await workspace.load([join(root, 'demo', 'logs')]);
    workbench = new Workbench(workspace, 2 ** 31 - 1);
    snapshot = await workbench.prepare();
  }, 60_000);
  afterAll(async () => {
    await workbench.close();
    await workspace.close();
    await rm(root, { recursive: true, force: true });
  });

  test('ends at once when whoever asked goes away, at any step, and leaves nothing', async () => {
    const steps: string[] = [];
    await workbench.exportReport('html', { onProgress: ({ step }) => steps.push(step) }, patient).then(rm);
    const made = await exported();
    expect(new Set(steps).size).toBeGreaterThan(3);
    for (const step of new Set(steps)) {
      const gone = new AbortController();
      const heard: string[] = [];
      const onProgress = (progress: { readonly step: string }) => {
        heard.push(progress.step);
        if (progress.step === step) gone.abort();
      };
      const report = workbench.exportReport('html', { onProgress, title: step }, gone.signal);
      await expect(report).rejects.toMatchObject({ code: 'engine.cancelled' });
      expect(heard.at(-1)).toBe(step);
      expect(await exported()).toEqual(made);
    }
  }, 60_000);

  test('keeps no mark and no load waiting, and is of one state', async () => {
    const peer = snapshot.listed[0]?.finding.peer ?? '';
    const ended: string[] = [];
    const others: Promise<unknown>[] = [];
    const onProgress = ({ step }: { readonly step: string }) => {
      if (others.length > 0 || step !== 'looking at what is hidden') return;
      others.push(workbench.mark(peer, 'malicious', {}).finally(() => ended.push('mark')));
      const load = { onProgress: () => undefined, signal: patient };
      others.push(workbench.load([join(root, 'demo', 'logs')], load).catch(() => undefined));
    };
    const form = await formOf(join(root, 'case.md'));
    const options = { severity: 'low', onProgress } as const;
    await workbench.report(form, options, patient).finally(() => ended.push('report'));
    await Promise.all(others);
    expect(ended).toEqual(['mark', 'report']);
    expect(await readFile(form.file, 'utf8')).not.toContain('marked malicious');
    expect(workbench.snapshot?.listed.find(({ finding }) => finding.peer === peer)?.finding.mark).toBe(
      'malicious',
    );
  }, 60_000);

  test('has pictures, sessions and records of its period', async () => {
    const { from, to } = snapshot.span;
    const third = ((to ?? 0) - (from ?? 0)) / 3;
    const period = { from: Math.round((from ?? 0) + third), to: Math.round((from ?? 0) + 2 * third) };
    const asked = { command: 'northsouth report', mostInFull: 150, severity: 'low' } as const;
    const whole = await materialOf(workbench.snapshot as Snapshot, asked, patient);
    const part = await materialOf(workbench.snapshot as Snapshot, { ...asked, ...period }, patient);
    expect(part.inFull.length).toBeGreaterThan(3);
    let fewer = 0;
    for (const { finding, timeline, sessions, records } of part.inFull) {
      const { bucketSeconds, buckets } = timeline;
      for (const { start } of buckets) {
        const seconds = Date.parse(start ?? '') / 1000;
        expect(seconds + bucketSeconds).toBeGreaterThan(period.from);
        expect(seconds).toBeLessThan(period.to);
      }
      for (const [start] of records.rows) {
        expect(Number(start)).toBeGreaterThanOrEqual(period.from);
        expect(Number(start)).toBeLessThan(period.to);
      }
      const all = whole.inFull.find((one) => one.finding.id === finding.id);
      if (sessions < (all?.sessions ?? 0)) fewer += 1;
    }
    expect(fewer).toBeGreaterThan(1);
  }, 60_000);

  test('of a workspace where nothing is kept says its steps, and how far they are', async () => {
    await rm(join(root, 'workspace', 'derived'), { recursive: true });
    const other = await openWorkspace({ workspace: join(root, 'workspace'), memoryBytes: 600_000_000 });
    const heard: string[] = [];
    const onProgress = ({ step, done, total }: ReportProgress) => {
      heard.push(total === 0 ? step : `${step}, ${done} of ${total}`);
    };
    await other.writeReport(join(root, 'case.md'), { severity: 'info', onProgress });
    await other.close();
    const places = [
      'labelling the addresses',
      'putting sessions together, 0 of 1',
      'asking the four questions, 3 of 4',
      'adding up',
      'adding up, 100 of 100',
      'counting and ranking',
      'looking at what is hidden',
      'writing it down',
    ].map((step) => heard.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }, 60_000);

  test('says what would be hidden while everything is shown', async () => {
    const other = await openWorkspace({ workspace: join(root, 'workspace'), memoryBytes: 600_000_000 });
    await other.showEverything();
    const shown = new Workbench(other, 2 ** 31 - 1);
    const asked = { command: 'northsouth report', mostInFull: 1 } as const;
    const { noise } = await materialOf(await shown.prepare(), asked, patient);
    expect(noise).toEqual(await other.noise());
    expect(noise.rules.some(({ on, records }) => on && records > 0)).toBe(true);
    await shown.close();
    await other.hideAgain();
    await other.close();
  }, 60_000);
});
