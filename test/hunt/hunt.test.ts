import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { threatNames } from '../../src/demo/options.ts';
import type { DemoTruth } from '../../src/demo/truth.ts';
import type { IdentifiedFinding } from '../../src/detect/results.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

let root = '';
let truth: DemoTruth;
let workspace: Workspace;

const at = () => join(root, 'workspace');
const planted = (question: string) => truth.planted.filter((one) => one.question === question);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-hunt-'));
  ({ truth } = await generateDemo({
    out: join(root, 'demo'),
    records: 120_000,
    seed: 11,
    plants: threatNames,
  }));
  workspace = await openWorkspace({ workspace: at(), create: true });
  await workspace.load([join(root, 'demo', 'logs')]);
});
afterAll(async () => {
  await workspace?.close();
  await rm(root, { recursive: true, force: true });
});

describe('a hunt in traffic with planted truths', () => {
  test.each(['c2', 'exfil', 'access'])(
    '%s: what is planted is among the first findings',
    async (question) => {
      const { findings } = await workspace.findings({ severity: 'low' });
      const own = findings.filter((finding) => finding.question === question);
      for (const { peer } of planted(question)) {
        const rank = own.findIndex((finding) => finding.peer === peer);
        expect(rank).toBeGreaterThanOrEqual(0);
        expect(rank).toBeLessThan(3);
      }
    },
  );

  test('scan: every planted scanner is found', async () => {
    const { findings } = await workspace.findings({ question: 'scan', severity: 'info' });
    const found = findings.map(({ peer }) => peer);
    expect(found).toEqual(expect.arrayContaining(planted('scan').map(({ peer }) => peer)));
  });

  test('the hunt carries what findings lists, in the same order', async () => {
    const hunt = await workspace.hunt({ limit: 5 });
    expect(hunt.findings).toEqual((await workspace.findings()).findings);
    expect((await workspace.hunt({ limit: 5, findings: false })).findings).toEqual([]);
  });

  test('every finding has the shape that scripts rely on', async () => {
    const { findings } = await workspace.findings({ severity: 'info', unsettled: true });
    expect(findings.length).toBeGreaterThan(10);
    for (const finding of findings) expect(finding).toEqual(shape);
    for (const { score, coverage, parts } of findings) {
      for (const share of [score, coverage, ...parts.map(({ value }) => value)]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  test('the query of a finding runs as it stands and returns what was judged', async () => {
    const { findings } = await workspace.findings();
    for (const question of ['scan', 'access', 'c2', 'exfil']) {
      const finding = findings.find((one) => one.question === question);
      const { columns, rows } = await workspace.query(finding?.sql ?? '');
      expect(rows.length).toBeGreaterThan(0);
      const addresses = columns.flatMap(({ name }, index) =>
        ['local', 'peer'].includes(name) ? [index] : [],
      );
      const named = [finding?.peer, ...(finding?.peers.map(({ peer }) => peer) ?? [])];
      expect(rows.every((row) => addresses.some((index) => named.includes(String(row[index]))))).toBe(true);
      expect(finding?.sql).not.toContain('\n');
    }
  });

  test('a second hunt reads what the first one kept', async () => {
    const [file] = (await readdir(join(at(), 'derived'))).filter((name) => name.startsWith('findings-'));
    const path = join(at(), 'derived', file ?? '');
    const before = await readFile(path, 'utf8');
    const findings = (await workspace.findings()).findings;
    const again = await openWorkspace({ workspace: at() });
    await writeFile(path, before.replaceAll('"score":0.', '"score":0.5'));
    const kept = (await again.findings()).findings;
    await writeFile(path, before);
    await again.close();
    expect(kept.map(({ peer }) => peer)).toEqual(findings.map(({ peer }) => peer));
    expect(kept).not.toEqual(findings);
  });

  test('other thresholds and other set-asides are another question', async () => {
    const files = async () =>
      (await readdir(join(at(), 'derived'))).filter((name) => name.startsWith('findings-'));
    const before = await files();
    const again = await openWorkspace({ workspace: at() });
    await again.switchNoise('Amazon', false);
    const { findings } = await again.findings({ severity: 'info', unsettled: true });
    expect(findings.some(({ setAside }) => setAside === 'Amazon')).toBe(false);
    await again.switchNoise('Amazon', true);
    await again.close();
    expect((await files()).length).toBe(before.length + 1);
  });

  test('a period selects the findings whose traffic overlaps it', async () => {
    const all = (await workspace.findings()).findings;
    const from = truth.options.from + 86_400;
    const { findings, computedOver } = await workspace.findings({ from, to: from + 3600 });
    const overlapping = all.filter(
      ({ firstSeen, lastSeen }) =>
        Date.parse(lastSeen ?? '') / 1000 >= from && Date.parse(firstSeen ?? '') / 1000 < from + 3600,
    );
    expect(findings).toEqual(overlapping);
    expect(Date.parse(computedOver.from ?? '') / 1000).toBeLessThan(from);
  });

  test('views of what was worked out, in sql and in a file', async () => {
    for (const view of ['sessions', 'conversations', 'peers', 'findings', 'coverage_hours']) {
      const { rows } = await workspace.query(`SELECT count(*) FROM ${view}`);
      expect(Number(rows[0]?.[0])).toBeGreaterThan(0);
    }
    const { rows } = await workspace.query(
      "SELECT peer, service_port, evidence[1] FROM findings WHERE question = 'exfil' ORDER BY score DESC LIMIT 1",
    );
    expect(rows[0]?.[0]).toBe(planted('exfil')[0]?.peer);
    for (const ending of ['parquet', 'csv', 'ndjson']) {
      const file = join(root, `findings.${ending}`);
      const { rows: written } = await workspace.exportView('findings', file);
      expect(written).toBeGreaterThan(10);
    }
  });
});

describe('one address', () => {
  test('a planted peer: labels, totals, conversations and four answers', async () => {
    const [c2] = planted('c2');
    const report = await workspace.ip(c2?.peer ?? '');
    expect(report).toMatchObject({ address: c2?.peer, scope: 'internet', mark: null, conversationsTotal: 1 });
    expect(report.conversations[0]).toMatchObject({
      ...{ local: c2?.local, peer: c2?.peer, servicePort: c2?.servicePort, protocol: 6 },
      ...{ direction: 'outbound', bytesIn: report.totals.bytesIn, bytesOut: report.totals.bytesOut },
    });
    const counted = report.timeline.buckets.reduce((sum, { sessions }) => sum + sessions, 0);
    expect(counted).toBe(report.totals.sessions);
    expect(report.questions.map(({ question }) => question)).toEqual(['scan', 'access', 'c2', 'exfil']);
    const [scan, , answer] = report.questions;
    expect(answer).toMatchObject({ answer: 'yes', subject: { local: c2?.local } });
    expect(answer?.evidence.length).toBeGreaterThan(0);
    expect(scan?.answer).toBe('no');
    expect([...(scan?.evidence ?? []), ...(scan?.counterEvidence ?? [])]).not.toEqual([]);
  });

  test('the gaps of a beacon are a picture around its period', async () => {
    const [c2] = planted('c2');
    const [picture] = (await workspace.ip(c2?.peer ?? '')).interArrivals;
    const period = c2?.periodSeconds ?? 0;
    expect(picture?.gaps).toBeGreaterThan(10);
    expect(Math.abs((picture?.medianSeconds ?? 0) - period)).toBeLessThan(0.1 * period);
    const all = picture?.bins.reduce((sum, { count }) => sum + count, 0);
    expect(all).toBe(picture?.gaps);
  });

  test('totals are those of the records', async () => {
    const { peer = '' } = planted('exfil')[0] ?? {};
    const { totals } = await workspace.ip(peer);
    const { rows } = await workspace.query(
      `SELECT count(*) FILTER (WHERE srcaddr = '${peer}'), count(*) FILTER (WHERE dstaddr = '${peer}'),
        sum(bytes) FILTER (WHERE srcaddr = '${peer}'), sum(bytes) FILTER (WHERE dstaddr = '${peer}')
       FROM flows WHERE peer = '${peer}'`,
    );
    expect([totals.flowsIn, totals.flowsOut, totals.bytesIn, totals.bytesOut]).toEqual(rows[0]?.map(Number));
  });

  test('a local address: as it sees its traffic, whoever started it', async () => {
    const scanner = planted('scan').find(({ kind }) => kind === 'internal');
    const report = await workspace.ip(scanner?.peer ?? '');
    expect(report.scope).toBe('private');
    expect(report.questions[0]).toMatchObject({ question: 'scan', answer: 'yes' });
    const { rows } = await workspace.query(
      `SELECT sum(CASE WHEN local = '${scanner?.peer}' THEN bytes_out ELSE bytes_in END) FROM sessions
       WHERE local = '${scanner?.peer}' OR peer = '${scanner?.peer}'`,
    );
    expect(report.totals.bytesOut).toBe(Number(rows[0]?.[0]));
  });

  test('an address that no record has: its names, and four questions that cannot be told', async () => {
    const report = await workspace.ip('9.9.9.250');
    expect(report).toMatchObject({ address: '9.9.9.250', scope: 'internet', firstSeen: null });
    expect(report.asn).not.toBeNull();
    expect(report.questions.map(({ answer }) => answer)).toEqual(Array(4).fill('cannot-tell'));
    expect(report.questions[0]?.missing[0]).toContain('traffic of this address');
  });

  test('a period without its traffic changes the totals, not the answers', async () => {
    const [c2] = planted('c2');
    const report = await workspace.ip(c2?.peer ?? '', { to: truth.options.from });
    expect(report.totals.sessions).toBe(0);
    expect(report.questions[2]?.answer).toBe('yes');
    expect(report.questions.every(({ missing }) => !missing.join().includes('no loaded record'))).toBe(true);
  });

  test('what is no address is refused', async () => {
    await expect(workspace.ip('example.com')).rejects.toMatchObject({ code: 'usage.value' });
    await expect(workspace.ip("' OR 1=1 --")).rejects.toMatchObject({ code: 'usage.value' });
  });
});

describe('coverage', () => {
  test('every interface and hour, and the losses that the demo has', async () => {
    const report = await workspace.coverage();
    const hours = new Set(report.interfaces.map((one) => one.hours.length));
    expect([...hours]).toEqual([truth.options.days * 24]);
    const lost = report.interfaces.flatMap((one) => one.hours).filter(({ state }) => state === 'skipped');
    const { rows } = await workspace.query("SELECT count(*) FROM flows WHERE log_status = 'SKIPDATA'");
    expect(lost.reduce((sum, { skipData }) => sum + skipData, 0)).toBe(Number(rows[0]?.[0]));
    expect(report.covered).toBeGreaterThan(0.3);
  });
});

const text = expect.any(String);
const texts = expect.any(Array);
const number = expect.any(Number);
const maybe = (type: unknown) =>
  expect.toSatisfy((value: unknown) => value === null || typeof value === type);

const shape: Readonly<Record<keyof IdentifiedFinding, unknown>> = {
  id: expect.stringMatching(/^[\da-f]{12,}$/),
  // Nobody was asked, and nothing is kept.
  registry: null,
  question: expect.toBeOneOf(['scan', 'access', 'c2', 'exfil']),
  kind: text,
  answer: expect.toBeOneOf(['yes', 'cannot-tell']),
  peer: text,
  peers: texts,
  local: maybe('string'),
  servicePort: maybe('number'),
  protocol: maybe('number'),
  direction: expect.toBeOneOf(['outbound', 'inbound', 'internal']),
  score: number,
  severity: expect.toBeOneOf(['info', 'low', 'medium', 'high', 'critical']),
  firstSeen: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  lastSeen: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  asn: maybe('number'),
  network: maybe('string'),
  country: maybe('string'),
  city: maybe('string'),
  provider: maybe('string'),
  service: maybe('string'),
  region: maybe('string'),
  setAside: maybe('string'),
  names: [],
  namesTotal: 0,
  bytes: number,
  evidence: texts,
  counterEvidence: texts,
  missing: texts,
  attack: texts,
  parts: texts,
  severitySteps: texts,
  mark: null,
  marks: [],
  threatLists: [],
  coverage: number,
  sql: expect.stringMatching(/^SELECT /),
};
