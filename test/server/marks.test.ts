import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import type { Verdict } from '../../src/marks/mark.ts';
import { makeSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { id, sql } from '../../src/sql/sql.ts';
import { Workbench } from '../../src/workbench/workbench.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

const patient = new AbortController().signal;
const tables = [
  ...['addresses', 'marked_addresses', 'workbench_hidden', 'workbench_kinds'],
  'workbench_findings',
] as const;

describe('marks made in a state', () => {
  let root: string;
  let workspace: Workspace;
  let workbench: Workbench;
  const open = () =>
    openWorkspace({ workspace: join(root, 'workspace'), memoryBytes: 600_000_000, create: true });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'northsouth-marks-'));
    await generateDemo({ out: join(root, 'demo'), records: 20_000, seed: 5 });
    workspace = await open();
    await workspace.load([join(root, 'demo', 'logs')]);
    workbench = new Workbench(workspace, 2 ** 31 - 1);
    await workbench.prepare();
  }, 60_000);
  afterAll(async () => {
    await workbench.close();
    await workspace.close();
    await rm(root, { recursive: true, force: true });
  });

  const rowsOf = (snapshot: Snapshot, text: string) =>
    snapshot.connections.lend(patient, (engine) =>
      engine.ask({
        name: 'rows',
        sql: sql`SELECT * FROM ${id(text)} ORDER BY ALL`,
        row: v.record(v.string(), v.unknown()),
      }),
    );
  /** Everything that marks are part of, as it is in a state. */
  const all = async (snapshot: Snapshot) => ({
    revision: snapshot.revision,
    listed: snapshot.listed,
    known: snapshot.findings.listed(),
    marks: [...snapshot.marks.values()],
    tables: Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await rowsOf(snapshot, table)] as const)),
    ),
  });
  const query = (text: string) => workbench.query(text, 1000, patient);

  test('leave it as it is when it is taken up anew: findings, labels, what set-asides hide, pictures', async () => {
    const { snapshot } = workbench;
    if (snapshot === undefined) throw new Error('no state');
    const [aside] = await rowsOf(snapshot, 'addresses').then((rows) =>
      rows.filter((row) => row['set_aside'] !== null),
    );
    const [first, , , last] = snapshot.listed;
    const peer = first?.finding.peer ?? '';
    const steps: readonly (readonly [string, Verdict | null, { port?: number; local?: string }?])[] = [
      [peer, 'malicious'],
      [String(aside?.['address']), 'suspicious'],
      [String(aside?.['provider']), 'malicious'],
      [String(aside?.['address']), 'benign'],
      [`${peer.split('.').slice(0, 2).join('.')}.0.0/16`, 'benign'],
      [`AS${last?.finding.asn}`, 'suspicious'],
      [peer, 'benign', { port: first?.finding.servicePort ?? 443, local: '10.0.0.0/8' }],
      [peer, null],
      [String(aside?.['provider']), null],
      [String(aside?.['address']), null],
      [`AS${last?.finding.asn}`, null],
    ];
    const before = await all(snapshot);
    for (const [target, verdict, options = {}] of steps) {
      const { schema } = workbench.snapshot ?? {};
      if (verdict === null) await workbench.unmark(target, options);
      else await workbench.mark(target, verdict, { ...options, note: 'seen' });
      const marked = workbench.snapshot;
      expect(marked?.schema).toBe(schema);
      const kinds = await rowsOf(marked as Snapshot, 'workbench_kinds');
      if (verdict === 'suspicious' && target === aside?.['address'])
        expect(kinds).toContainEqual(expect.objectContaining({ in_spite: true }));
      const other = await open();
      const fresh = await makeSnapshot(await other.workOut(), () => undefined);
      expect(await all(marked as Snapshot)).toEqual(await all(fresh));
      const asked = 'SELECT address, mark FROM addresses WHERE mark IS NOT NULL ORDER BY ALL';
      expect((await query(asked)).rows).toEqual((await other.query(asked)).rows);
      const judged =
        'SELECT peer, severity, mark, evidence FROM findings WHERE mark IS NOT NULL ORDER BY ALL';
      expect((await query(judged)).rows).toEqual((await other.query(judged)).rows);
      const { rules, setAsides } = await other.noise();
      expect(await workbench.noise({}, patient)).toMatchObject({ rules, setAsides });
      fresh.connections.close();
      await other.close();
    }
    expect((await all(workbench.snapshot as Snapshot)).tables['workbench_kinds']).toEqual(
      before.tables['workbench_kinds'],
    );
  }, 120_000);

  test('waits for no load, and counts in what is loaded too', async () => {
    await generateDemo({ out: join(root, 'more'), records: 20_000, seed: 6 });
    const peer = workbench.snapshot?.listed[0]?.finding.peer ?? '';
    const ended: string[] = [];
    const onProgress = () => undefined;
    const load = workbench
      .load([join(root, 'more', 'logs')], { onProgress, signal: patient })
      .finally(() => ended.push('load'));
    await workbench.mark(peer, 'malicious', {}).finally(() => ended.push('mark'));
    const before = workbench.snapshot;
    expect(before?.listed.find(({ finding }) => finding.peer === peer)?.finding.mark).toBe('malicious');
    await load;
    // The state with what was loaded is in the making: a mark that is made meanwhile is not lost.
    const coming = workbench.prepare();
    await workbench.mark(peer, 'benign', {}).finally(() => ended.push('second mark'));
    await coming.finally(() => ended.push('state'));
    expect(ended).toEqual(['mark', 'load', 'second mark', 'state']);
    const after = workbench.snapshot;
    expect(after?.schema).not.toBe(before?.schema);
    expect(after?.batches.length).toBeGreaterThan(before?.batches.length ?? 0);
    expect(after?.listed.find(({ finding }) => finding.peer === peer)?.finding.mark).toBe('benign');
    expect((await workbench.marks(patient)).marks).toContainEqual(
      expect.objectContaining({ target: peer, port: null, verdict: 'benign' }),
    );
  }, 60_000);

  test('by another process are taken up in place too', async () => {
    const watching = await open();
    const other = new Workbench(watching, 30);
    const { schema, revision, listed } = await other.prepare();
    const peer = listed.at(-1)?.finding.peer ?? '';
    const changed = new Promise<void>((resolve) => {
      other.onChange(() => {
        if (other.snapshot?.revision !== revision) resolve();
      });
    });
    await workbench.mark(peer, 'suspicious', {});
    await changed;
    expect(other.snapshot?.schema).toBe(schema);
    expect(other.snapshot?.listed.find(({ finding }) => finding.peer === peer)?.finding.mark).toBe(
      'suspicious',
    );
    await other.close();
    await watching.close();
  }, 60_000);
});
