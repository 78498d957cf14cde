import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/server/api/endpoint.ts';
import { type AnswerOf, type EndpointName, endpoints } from '../../src/server/api.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';
import { startServer, type TestServer } from './serving.ts';

let server: TestServer;
let workspace: Workspace;
let events = '';

beforeAll(async () => {
  server = await startServer(30_000);
  const load = await server.api('/api/loads', {
    method: 'POST',
    body: JSON.stringify({ paths: [join(server.root, 'demo', 'logs')] }),
  });
  const { id } = load.json() as { id: string };
  events = (await server.api(`/api/loads/${id}/events`)).text;
  workspace = await openWorkspace({ workspace: join(server.root, 'workspace') });
});
afterAll(async () => {
  expect(server.defects).toEqual([]);
  await workspace?.close();
  await server?.close();
});

/** Asks an endpoint and checks that the answer is what the API says. */
async function ask<Name extends EndpointName>(
  name: Name,
  query: object = {},
  params: object = {},
): Promise<AnswerOf<Name>> {
  const endpoint: Endpoint = endpoints[name];
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent((params as Record<string, string>)[key] ?? ''),
  );
  const { status, text } = await server.api(
    `${path}?${new URLSearchParams(query as Record<string, string>)}`,
  );
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  const parsed = v.safeParse(endpoint.answer as v.GenericSchema, JSON.parse(text));
  expect(parsed.issues?.map(({ message, path: at }) => [message, at?.map(({ key }) => key)])).toBeUndefined();
  return JSON.parse(text) as AnswerOf<Name>;
}

/** Rows without ranks, those with equal bytes in one order. */
function untied(rows: readonly object[]): object[] {
  const keyed = rows.map(({ rank: _, ...row }: { rank?: number; bytes?: number }) => ({
    row,
    key: JSON.stringify(Object.entries(row).sort()),
  }));
  return keyed
    .sort((a, b) => (b.row.bytes ?? 0) - (a.row.bytes ?? 0) || (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}

describe('loading', () => {
  test('is told as it goes, and ends with what was loaded', () => {
    const told = events
      .split('\n\n')
      .filter((event) => event.startsWith('event: load'))
      .map((event) => JSON.parse(event.split('data: ')[1] ?? '') as AnswerOf<'load'>);
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toMatchObject({ state: 'done', error: null, result: { failedFiles: [] } });
    expect(told.at(-1)?.result?.records).toBeGreaterThan(25_000);
    for (const load of told) expect(v.safeParse(endpoints.load.answer, load).success).toBe(true);
  });

  test('of a path that is not there fails in the shape of errors', async () => {
    const { json } = await server.api('/api/loads', {
      method: 'POST',
      body: '{"paths":["/nowhere/at/all"]}',
    });
    const { id } = json() as { id: string };
    await server.api(`/api/loads/${id}/events`);
    const load = await ask('load', {}, { id });
    expect(load).toMatchObject({ state: 'failed', error: { code: 'input.not-found' } });
    const unknown = await server.api('/api/loads/none');
    expect(unknown.status).toBe(404);
  });
});

describe('the first page', () => {
  test('adds up with itself and with the command line', async () => {
    const overview = await ask('overview', { rows: 5, by: 'flows' });
    const hunt = await workspace.hunt({ limit: 1, findings: false });
    expect(overview.funnel).toEqual(hunt.funnel);
    expect(overview.broken).toEqual([]);
    const sum = (key: 'outbound' | 'inbound' | 'eastWest' | 'noise' | 'rejected') =>
      overview.timeline.buckets.reduce((total, bucket) => total + bucket[key].flows, 0);
    expect(sum('outbound')).toBe(hunt.funnel.toInternet);
    expect(sum('inbound')).toBe(hunt.funnel.fromInternet);
    expect(sum('eastWest')).toBe(hunt.funnel.eastWest);
    expect(sum('noise')).toBe(hunt.funnel.noise);
    expect(sum('rejected')).toBe(hunt.funnel.rejected);
    expect(overview.totals.flows).toBe(hunt.funnel.shown);
    for (const [group, rows] of [
      ['asn', overview.networks],
      ['country', overview.countries],
      ['port', overview.ports],
      ['local', overview.locals],
    ] as const) {
      const top = await workspace.top({ group, by: 'flows', limit: 5 });
      expect(rows, group).toEqual(top.map(({ rank: _, ...row }) => row));
    }
    const { findings } = await workspace.findings({ severity: 'info' });
    expect(overview.findings.total).toBe(findings.length);
    expect(overview.findings.matter[0]).toMatchObject({ peer: findings[0]?.peer, score: findings[0]?.score });
  });

  test('in a time range and with a filter it shows that part', async () => {
    const whole = await ask('overview');
    const { bucketSeconds, buckets } = whole.timeline;
    const from = buckets[Math.floor(buckets.length / 2)]?.start ?? '';
    const to = new Date(Date.parse(from) + 8 * bucketSeconds * 1000).toISOString();
    const part = await ask('overview', { from, to, where: 'country:US' });
    const top = await workspace.top({
      ...{ group: 'peer', where: 'country:US', limit: 100_000 },
      ...{ from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 },
    });
    expect(part.totals.flows).toBe(top.reduce((sum, { flows }) => sum + flows, 0));
    expect(part.countries.map(({ country }) => country)).toEqual(['US']);
    // The funnel is of the time range, whatever the filter.
    const funnel = await workspace.hunt({
      from: Date.parse(from) / 1000,
      to: Date.parse(to) / 1000,
      findings: false,
      limit: 1,
    });
    expect(part.funnel).toEqual(funnel.funnel);
  });

  test('what a part cannot answer is said at its place', async () => {
    const { ignored, networks } = await ask('overview', { where: 'bytes>100KB interface:eni-*' });
    expect(ignored).toEqual([
      { part: 'timeline', from: 0, to: 11, message: expect.stringContaining('bytes') },
      { part: 'findings', from: 12, to: 27, message: expect.stringContaining('interface') },
    ]);
    expect(networks.filter(({ bytes }) => bytes <= 100_000)).toEqual([]);
  });
});

describe('destinations', () => {
  test.each(['flow', 'peer', 'local', 'asn', 'country', 'port'] as const)(
    'by %s are those of top',
    async (group) => {
      const list = await ask('destinations', { group, sort: 'bytes', limit: 5000, asides: 'true' });
      const top = await workspace.top({ group, by: 'bytes', limit: 5000, all: true });
      // Ties stand in the order of the addresses here, and of their texts there.
      expect(untied(list.rows)).toEqual(untied(top));
      expect(list.basis).toBe('cube');
      const whole = await workspace.top({ group, limit: 1_000_000, all: true });
      expect(list.total).toBe(whole.length);
      expect(list.totals.bytes).toBe(whole.reduce((sum, { bytes }) => sum + bytes, 0));
    },
  );

  test('windows put together are the list, in any order', async () => {
    for (const [sort, descending] of [
      ['network', 'false'],
      ['dstAddr', 'true'],
      ['packets', 'false'],
    ] as const) {
      const query = { group: 'flow', sort, descending };
      const whole = await ask('destinations', { ...query, limit: 3000 });
      const parts = [];
      for (let offset = 0; offset < 3000; offset += 1000) {
        parts.push(...(await ask('destinations', { ...query, offset, limit: 1000 })).rows);
      }
      expect(parts).toEqual(whole.rows);
      expect(whole.rows.map(({ rank }) => rank)).toEqual(whole.rows.map((_, index) => index + 1));
    }
  });

  test('what is hidden is counted', async () => {
    const shown = await ask('destinations', { group: 'peer' });
    const all = await ask('destinations', { group: 'peer', asides: 'true' });
    expect(shown.hidden.flows).toBeGreaterThan(0);
    expect(shown.totals.flows + shown.hidden.flows).toBe(all.totals.flows);
    expect(all.hidden).toEqual({ flows: 0, bytes: 0 });
  });

  test('as a file are all rows in the order that is shown', async () => {
    const query = { group: 'asn', sort: 'bytes', where: 'flows>3' };
    const { rows } = await ask('destinations', { ...query, limit: 5000 });
    const { status, headers, text } = await server.api(
      `/api/destinations/export?${new URLSearchParams({ ...query, format: 'ndjson' })}`,
    );
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe('attachment; filename="destinations-by-asn.ndjson"');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    const csv = await server.api(
      `/api/destinations/export?${new URLSearchParams({ ...query, format: 'csv' })}`,
    );
    expect(csv.text.trimEnd().split('\n')).toHaveLength(rows.length + 1);
  });
});

describe('a report', () => {
  test('is downloaded: of the state that is asked, in both forms, of chosen findings, and the page goes on', async () => {
    const { funnel, findings } = await ask('overview');
    const { status, headers, text } = await server.api('/api/report?severity=info&title=Case+7');
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe('attachment; filename="case.html"');
    expect(text).toContain('<h1>Case 7</h1>');
    expect(text).toContain(`<td class="number">${funnel.records.toLocaleString('en')}</td>`);
    expect(text.match(/<article /g)).toHaveLength(Math.min(150, findings.total));
    expect(text).toContain('northsouth report -o case.html');
    const [first] = findings.matter;
    const one = await server.api(`/api/report?format=md&findings=${first?.id.slice(0, 10)}`);
    expect(one.text).toContain('1 finding: chosen by the hunter.');
    expect(one.text).toContain(`Id \`${first?.id}\``);
    const unknown = await server.api('/api/report?findings=zz');
    expect([unknown.status, unknown.json()]).toMatchObject([400, { error: { code: 'usage.value' } }]);
    expect((await ask('overview')).funnel).toEqual(funnel);
    await ask('marks');
    expect((await ask('findings')).total).toBeGreaterThan(0);
  });
});

describe('findings', () => {
  test('are listed, narrowed and sorted', async () => {
    const list = await ask('findings', { severity: 'info', unsettled: 'true', limit: 5000 });
    const { findings } = await workspace.findings({ severity: 'info', unsettled: true });
    expect(list.findings.map(({ peer, kind, score }) => [peer, kind, score])).toEqual(
      findings.map(({ peer, kind, score }) => [peer, kind, score]),
    );
    expect(new Set(list.findings.map(({ id }) => id)).size).toBe(list.total);
    const c2 = await ask('findings', {
      question: 'c2',
      severity: 'low',
      sort: 'bytes',
      where: 'direction:outbound',
    });
    expect(c2.findings.length).toBeGreaterThan(0);
    expect(
      c2.findings.every(({ question, direction }) => question === 'c2' && direction === 'outbound'),
    ).toBe(true);
    const bytes = c2.findings.map((finding) => finding.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  });

  test('one has everything behind it', async () => {
    const { findings } = await ask('findings', { question: 'c2', limit: 1 });
    const [line] = findings;
    const finding = await ask('finding', {}, { id: line?.id ?? '' });
    expect(finding).toMatchObject({
      id: line?.id,
      peer: line?.peer,
      about: expect.stringContaining('#'),
      settings: expect.any(Array),
    });
    expect(finding.sessions.total).toBeGreaterThan(10);
    expect(finding.sessions.rows.every(({ peer, local }) => [peer, local].includes(line?.peer ?? ''))).toBe(
      true,
    );
    expect(finding.records.rows.length).toBeGreaterThan(0);
    expect(finding.interArrivals?.gaps).toBe(finding.sessions.total - 1);
    expect(finding.timeline.buckets.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(
      finding.sessions.total,
    );
    expect((await server.api('/api/findings/0123456789abcdef')).status).toBe(404);
  });

  test('an address has its report and its findings; a mark shows at once and is undone', async () => {
    const { findings } = await ask('findings', { limit: 1 });
    const peer = findings[0]?.peer ?? '';
    const before = await ask('address', {}, { address: peer });
    const report = await workspace.ip(peer, { limit: 500 });
    expect(before).toMatchObject({
      totals: report.totals,
      conversationsTotal: report.conversationsTotal,
      mark: null,
    });
    expect(before.findings.map(({ id }) => id)).toContain(findings[0]?.id);
    const order = JSON.stringify({ target: peer, verdict: 'malicious', note: 'seen before' });
    const made = (await server.api('/api/marks', { method: 'POST', body: order })).json() as AnswerOf<'mark'>;
    expect(made).toMatchObject({ before: null, mark: { verdict: 'malicious', note: 'seen before' } });
    expect((await ask('address', {}, { address: peer })).mark).toBe('malicious');
    expect((await ask('findings', { limit: 1, where: `peer:${peer}` })).findings[0]?.mark).toBe('malicious');
    expect((await ask('marks')).marks.map(({ target }) => target)).toEqual([peer]);
    await server.api(`/api/marks?target=${peer}`, { method: 'DELETE' });
    expect((await ask('address', {}, { address: peer })).mark).toBeNull();
  });
});

describe('data', () => {
  test('files, rejects, coverage, noise, labels, filter, schema and status are what the API says', async () => {
    expect((await ask('files', { limit: 2 })).files).toHaveLength(2);
    expect((await ask('rejects')).total).toBe(0);
    expect((await ask('coverage')).interfaces.length).toBeGreaterThan(5);
    const noise = await ask('noise');
    const counted = (rules: readonly { name: string; records: number; bytes: number; peers: number }[]) =>
      rules.map(({ name, records, bytes, peers }) => ({ name, records, bytes, peers }));
    expect(counted(noise.rules)).toEqual(counted((await workspace.noise()).rules));
    expect((await ask('labels')).sources.length).toBeGreaterThan(1);
    expect(await ask('filter', { text: 'ip:10.0.0.1  -CC:ru' })).toMatchObject({
      canonical: 'address:10.0.0.1 -country:RU',
    });
    expect((await ask('completeFilter', { text: 'country:', cursor: 8 })).candidates[0]?.detail).toMatch(
      /addresses$/,
    );
    const schema = await ask('sqlSchema');
    expect(schema.views.find(({ name }) => name === 'sessions')?.columns.length).toBeGreaterThan(15);
    expect(schema.functions).toContain('count');
    expect(await ask('status')).toMatchObject({ state: 'ready', preparing: null, failed: null });
  });

  test('a switch of a noise rule counts at once', async () => {
    const before = await ask('overview');
    await server.api('/api/noise', { method: 'POST', body: '{"name":"ntp","on":false}' });
    const after = await ask('overview');
    expect(after.funnel.noise).toBeLessThan(before.funnel.noise);
    expect(after.broken).toEqual([]);
    const revisions = [(await ask('status')).revision];
    await server.api('/api/noise', { method: 'POST', body: '{"name":"ntp","on":true}' });
    revisions.push((await ask('status')).revision);
    expect(new Set(revisions).size).toBe(2);
    expect((await ask('overview')).funnel).toEqual(before.funnel);
  });

  test('many questions at once are answered as one after the other', async () => {
    const asked = ['country:US', 'country:DE', 'port:443', '-port:443', 'provider:none'];
    const alone = [];
    for (const where of asked) alone.push(await ask('destinations', { group: 'port', where, sort: 'flows' }));
    const together = await Promise.all(
      [...asked, ...asked].map((where) => ask('destinations', { group: 'peer', where })),
    );
    expect(together).toHaveLength(10);
    const again = await Promise.all(
      asked.map((where) => ask('destinations', { group: 'port', where, sort: 'flows' })),
    );
    expect(again.map(({ rows }) => rows)).toEqual(alone.map(({ rows }) => rows));
  });

  test('a question that nobody waits for is ended', async () => {
    const gone = new AbortController();
    // No whole stretch of time: the records are asked, which takes longer than the sums.
    const question = '/api/overview?where=bytes:1&from=2026-06-01T00:00:07Z';
    const asked = server.api(question, { signal: gone.signal }).catch(() => 'gone');
    setTimeout(() => gone.abort(), 10);
    expect(await asked).toBe('gone');
    expect((await ask('status')).state).toBe('ready');
  });
});
