import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { HuntError } from '../../src/errors.ts';
import type { TopRow } from '../../src/traffic/top.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

let root = '';
let workspace: Workspace;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-filter-'));
  await generateDemo({ out: join(root, 'demo'), records: 40_000, seed: 3 });
  workspace = await openWorkspace({ workspace: join(root, 'workspace'), create: true });
  await workspace.load([join(root, 'demo', 'logs')]);
});
afterAll(async () => {
  await workspace?.close();
  await rm(root, { recursive: true, force: true });
});

const all = { limit: 1_000_000, all: true } as const;
const sum = (rows: readonly TopRow[], key: 'flows' | 'bytes') =>
  rows.reduce((total, row) => total + row[key], 0);
const without = (rows: readonly TopRow[]) => rows.map(({ rank: _, ...row }) => row);

describe('top', () => {
  test('of records: a filter and its opposite make the whole', async () => {
    const whole = await workspace.top(all);
    for (const term of [
      'country:US,DE',
      'dst-port:443',
      'provider:none',
      'port:1-1024/tcp',
      'local:10.0.0.0/8',
    ]) {
      const met = await workspace.top({ ...all, where: term });
      const unmet = await workspace.top({ ...all, where: `-${term}` });
      expect(sum(met, 'flows') + sum(unmet, 'flows'), term).toBe(sum(whole, 'flows'));
      expect(sum(met, 'bytes') + sum(unmet, 'bytes'), term).toBe(sum(whole, 'bytes'));
      expect(met.length + unmet.length, term).toBeGreaterThanOrEqual(whole.length);
    }
  });

  test('of groups: rows of the answer are chosen, and none changes', async () => {
    const whole = await workspace.top({ ...all, group: 'asn', by: 'bytes' });
    const large = await workspace.top({ ...all, group: 'asn', by: 'bytes', where: 'bytes>1MB flows>=20' });
    expect(large.length).toBeGreaterThan(2);
    expect(large.length).toBeLessThan(whole.length);
    expect(without(large)).toEqual(without(whole.filter(({ bytes, flows }) => bytes > 1e6 && flows >= 20)));
  });

  test('as labels say it', async () => {
    const rows = await workspace.top({ ...all, group: 'peer', where: 'country:us -network:*amazon*' });
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ country, network }) => country !== 'US' || /amazon/i.test(network ?? ''))).toEqual(
      [],
    );
  });
});

describe('hunt and findings', () => {
  test('a hunt narrows destinations and findings, and leaves the funnel whole', async () => {
    const whole = await workspace.hunt({ limit: 1_000_000 });
    const [finding] = whole.findings;
    const where = `peer:${finding?.peer}`;
    const narrowed = await workspace.hunt({ limit: 1_000_000, where });
    expect(narrowed.funnel).toEqual(whole.funnel);
    expect(narrowed.findings).toEqual(whole.findings.filter(({ peer }) => peer === finding?.peer));
    expect(narrowed.top.map(({ dstAddr }) => dstAddr)).toEqual(
      whole.top.filter(({ dstAddr }) => dstAddr === finding?.peer).map(({ dstAddr }) => dstAddr),
    );
  });

  test('findings by severity, question and size are those that say so', async () => {
    const { findings } = await workspace.findings({ severity: 'info' });
    const narrowed = await workspace.findings({
      severity: 'info',
      where: 'severity>=medium -question:scan bytes>1kB',
    });
    expect(narrowed.findings.length).toBeGreaterThan(0);
    expect(narrowed.findings).toEqual(
      findings.filter(
        ({ severity, question, bytes }) =>
          ['medium', 'high', 'critical'].includes(severity) && question !== 'scan' && bytes > 1000,
      ),
    );
  });

  test.each(['hunt', 'findings'] as const)('%s says what findings cannot be asked', async (command) => {
    const asked = workspace[command]({ where: 'port:443 interface:eni-1' });
    await expect(asked).rejects.toMatchObject({
      code: 'filter.relation',
      at: { from: 9, to: 24 },
      hint: 'Flows and sessions can.',
    });
    await expect(
      workspace.hunt({ where: 'interface:eni-1', findings: false, limit: 1 }),
    ).resolves.toBeDefined();
  });
});

describe('export', () => {
  test.each([
    ['flows', 'port:443 traffic:to-internet'],
    ['outbound_flows', 'bytes>1kB -country:US'],
    ['sessions', 'direction:inbound state:answered'],
    ['conversations', 'sessions>5 country:DE,US'],
    ['peers', 'bytes>10kB -provider:none'],
    ['findings', 'severity>=medium'],
  ])('%s where %s', async (view, where) => {
    const file = join(root, `${view}.ndjson`);
    const { rows } = await workspace.exportView(view, file, { where });
    const others = await workspace.exportView(view, join(root, 'others.ndjson'), {});
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(others.rows);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(rows);
  });

  test('a view that no filter knows is refused', async () => {
    const asked = workspace.exportView('files', join(root, 'files.csv'), { where: 'port:1' });
    await expect(asked).rejects.toThrow(HuntError);
    await expect(asked).rejects.toMatchObject({
      code: 'usage.value',
      hint: expect.stringContaining('sessions'),
    });
  });
});
