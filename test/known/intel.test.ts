import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenEquations, lookup, openWorkspace, type Workspace } from '../../src/index.ts';
import {
  about,
  amazonPeer,
  beacon,
  beaconPeer,
  fileOf,
  host,
  monday,
  place,
  quietPeer,
  removeScratchAfterwards,
  repeat,
  workspaceOf,
} from './traffic.ts';

removeScratchAfterwards();

const scanner = '198.98.51.10';

describe('a threat list', () => {
  let workspace: Workspace;
  let root = '';
  beforeAll(async () => {
    const visits = (to: string) =>
      repeat(40, (index) => ({ from: host, to, port: 443, at: monday + index * index * 47 }));
    const knocks = repeat(3, (index) => ({
      ...{ from: scanner, to: host, port: 23, at: monday + index * 9000, refused: true },
    }));
    workspace = await workspaceOf(beacon(beaconPeer), visits(amazonPeer), visits(quietPeer), knocks);
    root = (await workspace.findings({ limit: 1 })).workspace;
  });
  afterAll(() => workspace.close());

  test('is evidence, raises visibly, by more where the port is the same, and a known-good list tempers it', async () => {
    const before = about((await workspace.findings()).findings, beaconPeer);
    expect(before).toMatchObject({ severity: 'medium', threatLists: [] });
    const add = (name: string, text: string, more = {}) =>
      workspace.addIntel(fileOf(`${name}.txt`, text), { name, ...more });
    await add('plain', `# updated 2026-11-20\n${beaconPeer}/32 # seen\n`);
    const once = about((await workspace.findings()).findings, beaconPeer);
    expect(once).toMatchObject({ severity: 'high', threatLists: ['plain'] });
    expect(once?.evidence.at(-1)).toBe(`on list plain (2026-11-20): seen (${beaconPeer}/32)`);
    expect(once?.severitySteps.at(-1)).toEqual({ because: 'the peer is on the threat list plain', steps: 1 });

    await add('ports', `ip,port,malware\n${beaconPeer},443,Emotet\n`);
    const twice = about((await workspace.findings()).findings, beaconPeer);
    expect(twice).toMatchObject({ severity: 'critical', threatLists: ['plain', 'ports'] });
    expect(twice?.severitySteps.at(-1)).toEqual({
      because: 'the peer is on ports with this port, 443',
      steps: 2,
    });

    await add('good', '185.220.0.0/16\n', { kind: 'known-good' });
    const tempered = about((await workspace.findings()).findings, beaconPeer);
    expect(tempered?.severity).toBe('high');
    expect(tempered?.severitySteps.slice(-2).map(({ steps }) => steps)).toEqual([2, -1]);
    expect(tempered?.counterEvidence.at(-1)).toContain('on known-good list good');

    const report = await workspace.ip(beaconPeer);
    expect(report.intel.map(({ list, kind, port }) => [list, kind, port])).toEqual([
      ['plain', 'threat', null],
      ['ports', 'threat', 443],
      ['good', 'known-good', null],
    ]);
    expect(report.questions.find(({ question }) => question === 'c2')?.severity).toBe('high');
    expect((await workspace.query('SELECT severity, threat_lists FROM findings')).rows[0]).toEqual([
      'high',
      ['plain', 'ports'],
    ]);
    for (const name of ['plain', 'ports', 'good']) await workspace.removeIntel(name);
    expect(about((await workspace.findings()).findings, beaconPeer)).toEqual(before);
  });

  test('is said of an address without a finding, or without any record, with what it would add', async () => {
    const stranger = '203.0.114.9';
    expect(await workspace.ip(quietPeer)).toMatchObject({ intel: [], wouldAdd: [] });
    const text = `ip,port,malware\n${quietPeer},8443,Qakbot\n${stranger},,Tor\n`;
    await workspace.addIntel(fileOf('c2.txt', text), { name: 'c2' });
    await workspace.addIntel(fileOf('good.txt', '45.76.0.0/16\n'), { name: 'good', kind: 'known-good' });
    const quiet = await workspace.ip(quietPeer);
    expect(quiet.questions.map(({ answer }) => answer)).not.toContain('yes');
    expect(quiet.intel.map(({ list, port }) => [list, port])).toEqual([
      ['c2', 8443],
      ['good', null],
    ]);
    // One step for the list, two at the port that it names; what is known to be good takes one back.
    const steps = quiet.wouldAdd.map((one) => [one.servicePort, one.steps.map((step) => step.steps)]);
    expect(steps).toEqual([
      [null, [1, -1]],
      [8443, [2, -1]],
    ]);
    const unseen = await workspace.ip(stranger);
    expect(unseen).toMatchObject({ totals: { sessions: 0 }, intel: [{ list: 'c2', context: 'Tor' }] });
    expect(unseen.wouldAdd).toMatchObject([{ servicePort: null, steps: [{ steps: 1 }] }]);
    await workspace.mark(stranger, 'malicious', { by: 'alice', port: 22 });
    expect((await workspace.ip(stranger)).wouldAdd).toMatchObject([
      { servicePort: null, steps: [{ steps: 1 }] },
      { servicePort: 22, steps: [{ steps: 1 }, { steps: 2, because: expect.stringContaining('marked') }] },
    ]);
    await workspace.mark(stranger, 'suspicious', { by: 'alice' });
    const [looked, other] = await lookup([stranger, '10.0.0.1'], { workspace: root });
    expect(looked).toMatchObject({ mark: 'suspicious', intel: [{ list: 'c2', entry: stranger }] });
    expect(other).toMatchObject({ mark: null, intel: [] });
    await workspace.unmark(stranger);
    await workspace.unmark(stranger, { port: 22 });
    for (const name of ['c2', 'good']) await workspace.removeIntel(name);
  });

  test('shows its peers with their traffic, in spite of set-asides and without any finding; the funnel reconciles', async () => {
    const plain = await workspace.hunt();
    expect(plain).toMatchObject({ intel: [], funnel: { setAside: 40, shown: 328, shownInSpite: 0 } });
    await workspace.addIntel(fileOf('list', `${amazonPeer}\n${scanner} # telnet\n10.0.0.5\n8.8.8.8\n`), {
      name: 'mixed',
    });
    for (const findings of [true, false]) {
      const hunt = await workspace.hunt({ group: 'peer', findings });
      expect(hunt.funnel).toMatchObject({ setAside: 0, shown: 368, shownInSpite: 40, toInternet: 368 });
      expect(brokenEquations(hunt.funnel)).toEqual([]);
      expect(hunt.top.map(({ peer, threatLists, setAside }) => [peer, threatLists, setAside])).toEqual([
        [beaconPeer, null, null],
        [quietPeer, null, null],
        [amazonPeer, ['mixed'], 'Amazon'],
      ]);
      // 40 sessions of 400 bytes out and 900 in; three refused ones that the peer started.
      expect(hunt.intel).toMatchObject([
        {
          ...{ peer: amazonPeer, setAside: 'Amazon', records: 80, accepted: 80, rejected: 0, locals: 1 },
          ...{ bytesOut: 16_000, bytesIn: 36_000, sessions: findings ? 40 : null, ports: [443] },
          ...{ directions: findings ? ['outbound'] : [], findings: findings ? 0 : null },
          ...{ firstSeen: '2026-06-01T00:00:00Z', portMatches: false },
        },
        { peer: scanner, records: 3, accepted: 0, rejected: 3, bytesOut: 0, bytesIn: 1200 },
      ]);
      expect(hunt.intel[1]?.lists).toMatchObject([{ list: 'mixed', context: 'telnet', entry: scanner }]);
    }
    const later = await workspace.hunt({ from: monday + 8000 });
    expect(later.intel.map(({ peer, records }) => [peer, records])).toEqual([
      [amazonPeer, 2 * 26],
      [scanner, 2],
    ]);
    // The private address is kept, and said to match no peer.
    const [list] = await workspace.intel();
    expect(list).toMatchObject({ name: 'mixed', entries: 4, outside: 1, addresses: 2 });
    await workspace.removeIntel('mixed');
  });

  test('of AS numbers and of IPv6 matches by label and number; an entry that ends counts until then', async () => {
    await workspace.addIntel(fileOf('asn', '{"asn":16509,"asname":"AMAZON-02"}\n{"asn":64500}\n'), {
      name: 'asns',
    });
    expect((await workspace.query('SELECT address, entry, context FROM intel')).rows).toEqual([
      [amazonPeer, 'AS16509', 'AMAZON-02'],
    ]);
    const ending = (time: string) =>
      JSON.stringify({
        ...{ type: 'indicator', spec_version: '2.1', id: 'indicator--1', valid_until: time },
        pattern: `[ipv4-addr:value = '${quietPeer}' OR ipv6-addr:value = '2001:db8::1']`,
      });
    await workspace.addIntel(fileOf('stix', ending('2999-01-01T00:00:00Z')), { name: 'stix' });
    expect((await workspace.intel()).map(({ name, addresses }) => [name, addresses])).toEqual([
      ['asns', 1],
      ['stix', 1],
    ]);
    for (const name of ['asns', 'stix']) await workspace.removeIntel(name);
  });
});

describe('lists from a server', () => {
  let server: Server;
  let url: string;
  let answer: { status?: number; headers?: Record<string, string>; body: string } = { body: '' };
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers['if-none-match']);
      const isSame = request.headers['if-none-match'] === answer.headers?.['etag'] && asked.at(-1);
      response
        .writeHead(isSame ? 304 : (answer.status ?? 200), answer.headers)
        .end(isSame ? '' : answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`;
  });
  afterAll(() => server.close());

  test('are refreshed only when asked, and stay where a refresh brings something else', async () => {
    const root = place('refreshed');
    const workspace = await openWorkspace({ workspace: root, create: true, threads: 1 });
    const many = Array.from({ length: 40 }, (_, index) => `198.51.100.${index}`).join('\n');
    answer = { body: many, headers: { etag: '"1"', 'last-modified': 'Fri, 20 Nov 2026 10:00:00 GMT' } };
    const { list } = await workspace.addIntel(url, { name: 'served', licence: 'CC0' });
    expect(list).toMatchObject({
      entries: 40,
      date: '2026-11-20T10:00:00.000Z',
      etag: '"1"',
      licence: 'CC0',
    });
    expect(asked).toHaveLength(1);
    expect(await workspace.refreshIntel()).toMatchObject([{ name: 'served', outcome: 'unchanged' }]);
    expect(asked).toEqual([undefined, '"1"']);

    const refusals: readonly [typeof answer, RegExp][] = [
      [{ body: '<html>log in</html>' }, /web page/],
      [{ body: '198.51.100.1\n' }, /less than half of the 40 before/],
      [{ body: '', status: 503 }, /503/],
    ];
    for (const [bad, message] of refusals) {
      answer = bad;
      const [result] = await workspace.refreshIntel(['served']);
      expect(result).toMatchObject({ outcome: 'failed', change: null });
      expect(result?.message).toMatch(message);
      expect((await workspace.intel())[0]).toMatchObject({ entries: 40, etag: '"1"' });
    }
    answer = { body: '198.51.100.1\n' };
    expect(await workspace.refreshIntel(['served'], { force: true })).toMatchObject([{ outcome: 'updated' }]);
    expect((await workspace.intel())[0]).toMatchObject({ entries: 1, licence: 'CC0' });
    // The description, the entries, and those before, for a hunt that is about to read them; nothing in the making.
    expect(readdirSync(join(root, 'intel', 'served'))).toHaveLength(3);
    answer = { body: '198.51.100.2\n' };
    await workspace.refreshIntel(['served'], { force: true });
    expect(readdirSync(join(root, 'intel', 'served'))).toHaveLength(3);
    expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('intel-'))).toEqual([]);
    await expect(workspace.refreshIntel(['other'])).rejects.toThrow('There is no list other');
    await workspace.removeIntel('served');
    await expect(workspace.removeIntel('served')).rejects.toThrow('There is no list served');
    for (const [source, name, code] of [
      [url, '../x', 'usage.value'],
      ['ftp://127.0.0.1/x', 'x', 'usage.value'],
      [place('missing'), 'x', 'input.not-found'],
      [fileOf('page', '<html>'), 'x', 'intel.refused'],
    ] as const) {
      await expect(workspace.addIntel(source, { name })).rejects.toMatchObject({ code });
    }
    expect(readdirSync(join(root, 'intel'))).toEqual([]);
    await workspace.close();
  });
});

test('100,000 entries are matched once, and found by the entry that holds an address', async () => {
  const peers = Array.from({ length: 50 }, (_, index) => `45.${100 + index}.7.9`);
  const workspace = await workspaceOf(
    peers.flatMap((to, index) => repeat(1, () => ({ from: host, to, port: 443, at: monday + index * 60 }))),
  );
  // Every address 45.a.b.9 for a of 100 to 149 and b of 0 to 249, and as many /30 networks beside.
  const lines = Array.from({ length: 100_000 }, (_, index) => {
    const [a, b, c] = [100 + (Math.floor(index / 250) % 50), index % 250, Math.floor(index / 12_500)];
    return c === 0 ? `45.${a}.${b}.9` : `${40 + c}.${a}.${b}.${4 * c + 32}/30`;
  });
  const { list } = await workspace.addIntel(fileOf('many', lines.join('\n')), { name: 'many' });
  expect(list.entries).toBe(100_000);
  const { rows } = await workspace.query('SELECT address, entry FROM intel ORDER BY address');
  expect(rows).toEqual(peers.map((peer) => [peer, peer]));
  await workspace.close();
});
