import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoSummary, generateDemo } from './generate.ts';
import type { DemoOptions } from './options.ts';
import { header } from './record-lines.ts';

interface FlowRecord {
  readonly file: string;
  readonly nic: string;
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
  readonly action: string;
  readonly status: string;
}

const scratch = mkdtempSync(join(tmpdir(), 'northsouth-demo-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const small = (name: string, options: Partial<DemoOptions> = {}) =>
  generateDemo({ out: join(scratch, name), records: 12_000, ...options });

function logFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log.gz'))
    .sort();
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of [...logFiles(folder), 'truth.json', 'connections.ndjson.gz'])
    hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

function linesOf(folder: string): { file: string; line: string }[] {
  return logFiles(folder).flatMap((file) => {
    const [first, ...lines] = gunzipSync(readFileSync(join(folder, file)))
      .toString('latin1')
      .split('\n');
    expect(first).toBe(header);
    expect(lines.pop()).toBe('');
    return lines.map((line) => ({ file, line }));
  });
}

function recordsOf(folder: string): FlowRecord[] {
  return linesOf(folder).map(({ file, line }) => {
    const [, , nic = '', src = '', dst = '', ...rest] = line.split(' ');
    const [srcPort, dstPort, protocol, packets, bytes, start, end] = rest.slice(0, 7).map(Number);
    const [action = '', status = ''] = rest.slice(7);
    const numbers = { srcPort, dstPort, protocol, packets, bytes, start, end } as Record<string, number>;
    return { file, nic, src, dst, ...numbers, action, status } as FlowRecord;
  });
}

function plantedIn(summary: DemoSummary, kind: string) {
  const planted = summary.truth.planted.find((one) => one.kind === kind);
  if (planted === undefined) throw new Error(`no ${kind}`);
  return planted;
}

describe('a demo', () => {
  let summary: DemoSummary;
  let records: readonly FlowRecord[];
  beforeAll(async () => {
    summary = await small('main');
    records = recordsOf(join(scratch, 'main'));
  });

  test('every line has the 14 fields of version 2, and no line is there twice', () => {
    const lines = linesOf(join(scratch, 'main')).map(({ line }) => line);
    const ok =
      /^2 \d{12} eni-[0-9a-f]{17} [\da-f.:]+ [\da-f.:]+ \d+ \d+ \d+ \d+ \d+ \d{10} \d{10} (ACCEPT|REJECT) OK$/;
    const gap = /^2 \d{12} eni-[0-9a-f]{17} - - - - - - - \d{10} \d{10} - (NODATA|SKIPDATA)$/;
    for (const line of lines) if (!ok.test(line)) expect(line).toMatch(gap);
    expect(lines.every((line) => line.split(' ').length === 14)).toBe(true);
    expect(new Set(lines).size).toBe(lines.length);
  });

  test('files are named and placed as AWS delivers them', () => {
    const files = logFiles(join(scratch, 'main'));
    expect(files).toHaveLength(summary.files);
    for (const file of files)
      expect(file).toMatch(
        /^logs\/AWSLogs\/(\d{12})\/vpcflowlogs\/eu-central-1\/2026\/06\/01\/\1_vpcflowlogs_eu-central-1_fl-[0-9a-f]{17}_20260601T\d{4}Z_[0-9a-f]{8}\.log\.gz$/,
      );
  });

  test('the totals are those of the records', () => {
    const { totals } = summary.truth;
    const count = (predicate: (record: FlowRecord) => boolean) => records.filter(predicate).length;
    const isOwn = (address: string) => address.startsWith('10.20.');
    const northSouth = records.filter(
      ({ action, src, dst }) => action === 'ACCEPT' && !(isOwn(src) && isOwn(dst)),
    );
    const isNtp = (one: FlowRecord) =>
      one.dstPort === 123 && one.protocol === 17 && one.packets === 1 && one.bytes === 76;
    const toInternet = northSouth.filter((one) => !isNtp(one) && !isOwn(one.dst));
    expect(totals).toEqual({
      records: records.length,
      accepted: count(({ action }) => action === 'ACCEPT'),
      rejected: count(({ action }) => action === 'REJECT'),
      noData: count(({ status }) => status === 'NODATA'),
      skipData: count(({ status }) => status === 'SKIPDATA'),
      eastWest: count(({ action, src, dst }) => action === 'ACCEPT' && isOwn(src) && isOwn(dst)),
      northSouth: northSouth.length,
      ntp: northSouth.filter(isNtp).length,
      toInternet: toInternet.length,
      fromInternet: northSouth.filter((one) => !isNtp(one) && isOwn(one.dst)).length,
      bytesToInternet: toInternet.reduce((sum, { bytes }) => sum + bytes, 0),
      toOwnIpv6: toInternet.filter(({ dst }) => dst.startsWith('2a05:d014:1a2b:3c0')).length,
    });
    expect(summary.records).toBe(records.length);
    for (const [name, value] of Object.entries(totals)) expect(value, name).toBeGreaterThan(0);
  });

  test('it is about as large as was asked', () => {
    expect(Math.abs(summary.records / 12_000 - 1)).toBeLessThan(0.06);
  });

  test('records lie in the file of their slice and in one window', () => {
    const { from, to, files } = summary.truth.options;
    const borders = new Map(
      logFiles(join(scratch, 'main')).map((file, slice) => [
        file,
        from + ((slice + 1) * (to - from)) / files,
      ]),
    );
    for (const { file, start, end } of records) {
      expect(end - start).toBeLessThan(60);
      expect(start).toBeGreaterThanOrEqual(from);
      expect(end).toBeLessThan(borders.get(file) ?? 0);
    }
  });

  test('between hosts, both interfaces record the same packets', () => {
    const nics = new Map(summary.truth.hosts.map(({ address, interfaceId }) => [address, interfaceId]));
    const sums = (end: 'src' | 'dst') => {
      const bytes = new Map<string, number>();
      for (const one of records) {
        if (one.action !== 'ACCEPT' || !nics.has(one.src) || !nics.has(one.dst)) continue;
        // Connections that the capture's end cuts off can lack a window on one side.
        if (one.nic !== nics.get(one[end])) continue;
        const flow = [one.src, one.dst, one.srcPort, one.dstPort, one.protocol].join(' ');
        bytes.set(flow, (bytes.get(flow) ?? 0) + one.bytes);
      }
      return bytes;
    };
    const atSource = sums('src');
    const atDestination = sums('dst');
    // Packets that a scanner sent and its target's security group refused are ACCEPT at the scanner only.
    const { peer: scanner } = plantedIn(summary, 'internal');
    const flows = [...atSource.keys()].filter((flow) => !flow.startsWith(`${scanner} `));
    expect(flows.length).toBeGreaterThan(100);
    for (const flow of flows) expect(atDestination.get(flow), flow).toBe(atSource.get(flow));
  });

  test('clocks are set as the noise rule says, and answered', () => {
    const asked = records.filter(
      ({ dstPort, srcPort, src }) => dstPort === 123 && srcPort !== 123 && src.startsWith('10.20.'),
    );
    const answered = records.filter(({ srcPort, dst }) => srcPort === 123 && dst.startsWith('10.20.'));
    expect(asked.length).toBeGreaterThan(20);
    expect(answered.length).toBeGreaterThan(20);
    for (const { protocol, packets, bytes } of [...asked, ...answered])
      expect([protocol, packets, bytes]).toEqual([17, 1, 76]);
  });

  test('the planted connections are told one by one, and their records add up to them', () => {
    const told = gunzipSync(readFileSync(summary.connectionsFile))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { planted, circumstances } = summary.truth;
    const all = [...planted, ...circumstances];
    expect(told).toHaveLength(all.reduce((sum, { connections }) => sum + connections, 0));
    expect(new Set(all.map(({ plant }) => plant)).size).toBe(9);
    for (const kind of ['beacon', 'overnight', 'guessing-then-success']) {
      const { peer, local, bytesOut, bytesIn } = plantedIn(summary, kind);
      const sum = (src: unknown, dst: unknown) =>
        records
          .filter((one) => one.src === src && one.dst === dst)
          .reduce((total, { bytes }) => total + bytes, 0);
      expect(sum(local, peer), kind).toBe(bytesOut);
      expect(sum(peer, local), kind).toBe(bytesIn);
    }
  });

  test('the beacon is found again: its starts keep the period', () => {
    const {
      peer,
      local,
      servicePort,
      periodSeconds = 0,
      jitter = 0,
      connections,
    } = plantedIn(summary, 'beacon');
    const starts = records
      .filter(({ src, dst, dstPort }) => src === local && dst === peer && dstPort === servicePort)
      .map(({ start }) => start)
      .sort((left, right) => left - right);
    const gaps = starts
      .slice(1)
      .map((start, at) => start - (starts[at] ?? 0))
      .filter((gap) => gap > 20);
    const onBeat = gaps.filter((gap) => Math.abs(gap / periodSeconds - 1) <= jitter + 0.02);
    expect(gaps.length).toBeGreaterThanOrEqual(connections * 0.95 - 2);
    expect(onBeat.length / gaps.length).toBeGreaterThan(0.9);
  });

  test('the exfiltration is found again: gigabytes to one peer that nobody else knows', () => {
    const { peer, local, bytesOut } = plantedIn(summary, 'overnight');
    const with_ = records.filter((one) => one.dst === peer);
    expect(bytesOut).toBeGreaterThan(2e9);
    expect(new Set(with_.map(({ src }) => src))).toEqual(new Set([local]));
  });

  test('the scans are found again: many hosts, many ports, refused', () => {
    const from = (kind: string) => records.filter(({ src }) => src === plantedIn(summary, kind).peer);
    const horizontal = from('horizontal');
    expect(new Set(horizontal.map(({ dst }) => dst)).size).toBe(plantedIn(summary, 'horizontal').locals);
    expect(horizontal.every(({ action }) => action === 'REJECT')).toBe(true);
    const vertical = from('vertical');
    expect(new Set(vertical.map(({ dstPort }) => dstPort)).size).toBe(
      plantedIn(summary, 'vertical').servicePorts,
    );
    expect(vertical.filter(({ action }) => action === 'ACCEPT').length).toBeGreaterThan(0);
    const internal = from('internal').filter(({ action }) => action === 'REJECT');
    expect(new Set(internal.map(({ dst }) => dst)).size).toBe(plantedIn(summary, 'internal').locals);
  });

  test('the access is found again: hundreds of short sessions, then a long one', () => {
    const { peer, connections } = plantedIn(summary, 'guessing-then-success');
    const bytesBySession = new Map<number, number>();
    for (const one of records)
      if (one.src === peer)
        bytesBySession.set(one.srcPort, (bytesBySession.get(one.srcPort) ?? 0) + one.bytes);
    const sizes = [...bytesBySession.values()].sort((left, right) => right - left);
    expect(sizes.length).toBeGreaterThan(connections * 0.95);
    expect((sizes[0] ?? 0) / (sizes[1] ?? 1)).toBeGreaterThan(50);
  });
});

describe('seeds', () => {
  test('the same options give the same bytes, another seed gives others', async () => {
    await small('same-1');
    await small('same-2');
    await small('other', { seed: 8 });
    expect(fingerprint(join(scratch, 'same-1'))).toBe(fingerprint(join(scratch, 'same-2')));
    expect(fingerprint(join(scratch, 'other'))).not.toBe(fingerprint(join(scratch, 'same-1')));
  });

  test('files carry no time of their own', () => {
    const folder = join(scratch, 'same-1');
    const [first = ''] = logFiles(folder);
    expect([...readFileSync(join(folder, first)).subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });
});

test('windows of ten minutes, only what was asked to be planted', async () => {
  const summary = await small('ten-minutes', { windowSeconds: 600, plants: ['exfil'] });
  expect(summary.truth.planted.map(({ question }) => question)).toEqual(['exfil']);
  const lengths = recordsOf(join(scratch, 'ten-minutes')).map(({ start, end }) => end - start);
  expect(Math.max(...lengths)).toBeGreaterThan(500);
  expect(Math.max(...lengths)).toBeLessThan(600);
});

test('stamps of whole windows, on interfaces with both lengths', async () => {
  const { truth } = await small('whole-windows', { windowSeconds: 'mixed', stamps: 'windows' });
  const records = recordsOf(join(scratch, 'whole-windows'));
  const { from, to } = truth.options;
  const whole = records.filter(({ start, end }) => start > from && end < to - 1);
  expect(new Set(whole.map(({ start, end }) => end - start + 1))).toEqual(new Set([60, 600]));
  const lengths = new Map<string, Set<number>>();
  for (const { nic, start, end } of whole) lengths.set(nic, (lengths.get(nic) ?? new Set()).add(end - start));
  expect([...lengths.values()].every(({ size }) => size === 1)).toBe(true);
});

test('a matrix of beacons: each on a host and with a server of its own', async () => {
  const beacons = [
    { periodSeconds: 120, jitter: 0, missed: 0 },
    { periodSeconds: 3600, jitter: 0.3, missed: 0.2 },
    { periodSeconds: 43_200, jitter: 0.1, missed: 0 },
  ];
  const { truth } = await small('matrix', { days: 3, records: 30_000, plants: ['beacon'], beacons });
  expect(truth.planted).toMatchObject(beacons);
  expect(new Set(truth.planted.map(({ peer }) => peer)).size).toBe(3);
  expect(new Set(truth.planted.map(({ local }) => local)).size).toBe(3);
  expect(truth.planted[0]?.connections).toBeGreaterThan(3 * 720 * 0.94);
  expect(truth.planted[1]?.connections).toBeLessThan(72);
  expect(truth.planted[2]?.connections).toBeGreaterThanOrEqual(5);
});

describe('the folder', () => {
  test('an earlier demo is replaced only by force', async () => {
    await small('again', { files: 20 });
    await expect(small('again')).rejects.toMatchObject({ code: 'usage.value' });
    await small('again', { files: 12, force: true });
    expect(logFiles(join(scratch, 'again'))).toHaveLength(12);
  });

  test('logs that are no demo are never replaced', async () => {
    const logs = join(scratch, 'mine', 'logs');
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, 'evidence.log'), 'mine');
    await expect(small('mine', { force: true })).rejects.toMatchObject({ code: 'usage.value' });
    expect(readFileSync(join(logs, 'evidence.log'), 'utf8')).toBe('mine');
  });

  test('an interrupted demo leaves nothing behind', async () => {
    const stop = new AbortController();
    const out = join(scratch, 'stopped');
    const demo = small('stopped', { signal: stop.signal, files: 40, onProgress: () => stop.abort() });
    await expect(demo).rejects.toMatchObject({ code: 'engine.cancelled' });
    expect(existsSync(join(out, 'logs'))).toBe(false);
    expect(existsSync(join(out, 'truth.json'))).toBe(false);
  });

  test('progress ends at the last file with every record', async () => {
    const seen: { filesDone: number; filesTotal: number; records: number }[] = [];
    const { records } = await small('progress', { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ filesDone: 12, filesTotal: 12, records });
  });
});

describe('with query logs', () => {
  interface Query {
    readonly at: number;
    readonly name: string;
    readonly host: string;
    readonly address: string;
    readonly instance: string;
  }

  const isQueryLog = (name: string) => name.includes('_vpcdnsquerylogs_');

  function queriesOf(folder: string): Query[] {
    return logFiles(folder)
      .filter(isQueryLog)
      .flatMap((name) =>
        gunzipSync(readFileSync(join(folder, name)))
          .toString('utf8')
          .split('\n'),
      )
      .filter((line) => line !== '')
      .map((line) => {
        const { query_timestamp, query_name, srcaddr, answers, srcids } = JSON.parse(line);
        const at = Date.parse(query_timestamp) / 1000;
        return { at, name: query_name, host: srcaddr, address: answers[0].Rdata, instance: srcids.instance };
      });
  }

  test('the flow logs stay as they are, and the same options give the same bytes', async () => {
    await small('plain');
    const one = await small('dns-1', { dns: true });
    await small('dns-2', { dns: true });
    expect(fingerprint(join(scratch, 'dns-1'))).toBe(fingerprint(join(scratch, 'dns-2')));
    const flows = (name: string) =>
      logFiles(join(scratch, name))
        .filter((file) => !isQueryLog(file))
        .map((file) => [file, readFileSync(join(scratch, name, file)).toString('base64')]);
    expect(flows('dns-1')).toEqual(flows('plain'));
    expect(queriesOf(join(scratch, 'dns-1'))).toHaveLength(one.queries);
    expect(one.truth.dns).toEqual({ queries: one.queries });
  });

  test('hosts ask before they connect; the names of what is planted are told', async () => {
    const summary = await small('dns-3', { dns: true, seed: 11 });
    const queries = queriesOf(join(scratch, 'dns-3'));
    expect(queries.length).toBeGreaterThan(200);
    const hosts = new Map(summary.truth.hosts.map(({ address, name }) => [address, name]));
    expect(queries.every(({ host }) => hosts.has(host))).toBe(true);
    for (const kind of ['beacon', 'overnight']) {
      const { peer, local, name, firstStart } = plantedIn(summary, kind);
      const own = queries.filter(({ address }) => address === peer);
      expect(new Set(own.map((one) => one.name))).toEqual(new Set([`${name}.`]));
      expect(new Set(own.map(({ host }) => host))).toEqual(new Set([local]));
      expect(Math.abs(Math.min(...own.map(({ at }) => at)) - (firstStart ?? 0))).toBeLessThanOrEqual(2);
    }
    expect(plantedIn(summary, 'horizontal').name).toBeNull();
    // Whoever knocks from outside is asked for by nobody.
    const { peer } = plantedIn(summary, 'horizontal');
    expect(queries.some(({ address }) => address === peer)).toBe(false);
  });
});
