import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exfilDetector, exfilSettings } from '../../src/detect/exfil/index.ts';
import { compareFindings, type Judgement } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { sql } from '../../src/sql/sql.ts';
import { type Analysed, analysed } from './analysed.ts';

const settings = defaultsOf(exfilSettings);
const begin = Date.UTC(2026, 4, 4) / 1000;
const hour = 3600;
const day = 24 * hour;

interface Transfer {
  readonly local: string;
  readonly peer: string;
  readonly at: number;
  readonly out: number;
  readonly back: number;
  readonly port?: number;
  readonly protocol?: number;
  readonly each?: number;
  readonly started?: 'local' | 'peer';
}

let clientPort = 20_000;

/** The two records of one short session, as v2 lines. */
function lines({
  local,
  peer,
  at,
  out,
  back,
  port = 443,
  protocol = 6,
  each = 1000,
  started = 'local',
}: Transfer): string[] {
  clientPort = clientPort >= 60_000 ? 32_768 : Math.max(32_768, clientPort + 1);
  const plain = protocol !== 6 && protocol !== 17;
  const client = plain ? 0 : clientPort;
  const service = plain ? 0 : port;
  const [own, other] = started === 'local' ? [client, service] : [service, client];
  const record = (from: string, to: string, fromPort: number, toPort: number, bytes: number) =>
    `2 123456789012 eni-${local.replaceAll(/[.:]/g, '')} ${from} ${to} ${fromPort} ${toPort} ${protocol} ${Math.ceil(bytes / each)} ${Math.round(bytes)} ${at} ${at + 50} ACCEPT OK`;
  return [
    ...(out > 0 ? [record(local, peer, own, other, out)] : []),
    ...(back > 0 ? [record(peer, local, other, own, back)] : []),
  ];
}

/** Twelve hosts that browse twelve sites for three days: small requests, larger answers. */
function browsing(): string[] {
  const all: string[] = [];
  for (let host = 1; host <= 12; host++)
    for (let at = 0; at < 72; at++) {
      const size = 1 + ((host * 31 + at * 17) % 23);
      all.push(
        ...lines({
          local: `10.0.0.${host}`,
          peer: `93.184.${at % 12}.34`,
          at: begin + at * hour + host * 60,
          out: 900 * size,
          back: 9000 * size,
        }),
      );
    }
  return all;
}

function planted(): string[] {
  const hours = Array.from({ length: 48 }, (_, at) => begin + day + at * hour);
  return [
    ...hours.flatMap((at) =>
      lines({ local: '10.0.0.1', peer: '5.79.64.10', at, out: 400_000, back: 20_000 }),
    ),
    ...[1, 2, 3, 4].flatMap((n) =>
      lines({
        local: '10.0.0.2',
        peer: `213.136.64.${n}`,
        at: begin + 30 * hour + n * 600,
        out: 8e6,
        back: 2e5,
      }),
    ),
    ...lines({
      local: '10.0.0.3',
      peer: '85.17.3.3',
      at: begin + 31 * hour,
      out: 2e9,
      back: 3e6,
      started: 'peer',
    }),
    ...hours.flatMap((at) =>
      lines({
        local: '10.0.0.4',
        peer: '146.70.4.4',
        at,
        out: 60_000,
        back: 60_000,
        port: 53,
        protocol: 17,
        each: 210,
      }),
    ),
    ...lines({
      local: '10.0.0.5',
      peer: '146.70.5.5',
      at: begin + 32 * hour,
      out: 3e6,
      back: 1e5,
      protocol: 1,
      each: 900,
    }),
    ...[1, 2, 26, 27, 50].flatMap((at) =>
      lines({
        local: '10.0.0.6',
        peer: `52.219.168.${at}`,
        at: begin + at * hour,
        out: at === 50 ? 9e9 : 2e8,
        back: 1e6,
      }),
    ),
    // FTP: who opened the data port is not certain, but the control port is.
    ...lines({
      local: '10.0.0.8',
      peer: '5.79.64.88',
      at: begin + 40 * hour,
      out: 2000,
      back: 3000,
      port: 21,
    }),
    ...lines({
      ...{ local: '10.0.0.8', peer: '5.79.64.88', at: begin + 40 * hour + 60 },
      ...{ out: 5e7, back: 1e6, port: 51_234 },
    }),
    ...lines({ local: '10.0.0.7', peer: '5.79.64.77', at: begin + 33 * hour, out: 3e9, back: 9e9 }),
  ];
}

async function load(content: readonly string[]): Promise<{ traffic: Analysed; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-exfil-'));
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  writeFileSync(join(folder, 'flow.log'), `${[header, ...content].join('\n')}\n`);
  const traffic = await analysed([folder]);
  return { traffic, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function judged({ engine, context }: Analysed, address?: string): Promise<Judgement[]> {
  const focus = address === undefined ? {} : { address };
  const rows = await engine.ask(exfilDetector.candidates(settings, context, focus));
  return rows.map((row) => exfilDetector.judge(row, settings, context)).sort(compareFindings);
}

const found = (all: readonly Judgement[]) => all.filter(({ answer }) => answer === 'yes');

describe('planted in three days of browsing', () => {
  let loaded: Awaited<ReturnType<typeof load>>;
  let all: Judgement[];
  beforeAll(async () => {
    loaded = await load([...browsing(), ...planted()]);
    all = await judged(loaded.traffic);
  }, 120_000);
  afterAll(async () => {
    await loaded.traffic.close();
    loaded.remove();
  });
  const of = (local: string) => found(all).filter(({ subject }) => subject.local === local);

  test('slow and steady uploads are summed over days', () => {
    expect(of('10.0.0.1')).toMatchObject([
      {
        kind: 'slow upload',
        severity: 'high',
        subject: { peer: '5.79.64.10', servicePort: 443 },
        attack: ['T1041', 'T1567'],
      },
    ]);
    expect(of('10.0.0.1')[0]?.evidence.join()).toContain('19.2 MB out, 960 kB in');
    expect(of('10.0.0.1')[0]?.parts.map(({ name }) => name)).toContain('steady');
  });

  test('several peers of one network are one finding', async () => {
    const whole = of('10.0.0.2').find(({ kind }) => kind === 'upload to one network');
    expect(whole?.evidence[0]).toContain('32 MB out to 4 peers of');
    const [count] = await loaded.traffic.engine.ask({
      name: 'records',
      sql: sql`SELECT count(*) AS n, CAST(sum(bytes_out) AS BIGINT) AS bytes FROM (${whole?.records ?? sql`SELECT 1`})`,
      row: v.object({ n: v.number(), bytes: v.number() }),
    });
    expect(count).toEqual({ n: 4, bytes: 32_000_000 });
  });

  test('replies of a server and downloads are none', async () => {
    expect(of('10.0.0.3')).toEqual([]);
    expect(of('10.0.0.7')).toEqual([]);
    expect(await judged(loaded.traffic, '85.17.3.3')).toMatchObject([
      { answer: 'no', kind: 'replies', subject: { direction: 'inbound' } },
    ]);
    const [download] = await judged(loaded.traffic, '5.79.64.77');
    expect(download?.answer).toBe('no');
    expect(download?.counterEvidence.join()).toContain('more came in than went out');
  });

  test('tunnels are a kind of their own', () => {
    expect(of('10.0.0.4')).toMatchObject([{ kind: 'dns tunnel', attack: ['T1048.003'] }]);
    expect(of('10.0.0.5')).toMatchObject([{ kind: 'icmp tunnel', subject: { protocol: 1 } }]);
  });

  test('uploads to a set-aside network stay low; one that is much larger than usual is told', () => {
    const [backup] = of('10.0.0.6');
    expect(backup).toMatchObject({ kind: 'upload to a set-aside network', severity: 'medium' });
    expect(backup?.severitySteps.map(({ steps }) => steps)).toEqual([-2, 1]);
  });

  test('nobody else is named', () => {
    expect([...new Set(found(all).map(({ subject }) => subject.local))].sort()).toEqual(
      [1, 2, 4, 5, 6, 8].map((host) => `10.0.0.${host}`),
    );
  });

  test('a focus says why not', async () => {
    const answers = await judged(loaded.traffic, '93.184.1.34');
    expect(answers.length).toBeGreaterThan(0);
    for (const { answer, counterEvidence } of answers) {
      expect(answer).toBe('no');
      expect(counterEvidence.length).toBeGreaterThan(0);
    }
  });
});

test('a capture of one direction cannot tell', async () => {
  const egress = [...browsing(), ...planted()].filter(
    (line) => / 10\.0\.0\.\d+ \S+ \d+ \d+ /.test(line.slice(0, 70)) && line.split(' ')[3]?.startsWith('10.'),
  );
  const { traffic, remove } = await load(egress);
  const all = await judged(traffic);
  expect(traffic.context.hasBothDirections).toBe(false);
  expect(found(all)).toEqual([]);
  expect(all.every(({ answer }) => answer === 'cannot-tell')).toBe(true);
  expect(all[0]?.missing.join()).toContain('records of the other direction');
  await traffic.close();
  remove();
});

test('bad input is survived and invents nothing', async () => {
  const line = (text: string) => `2 123456789012 eni-1 ${text} OK`;
  const { traffic, remove } = await load([
    line(`10.0.0.1 5.79.64.10 0 0 6 0 0 ${begin} ${begin} ACCEPT`),
    line(`10.0.0.1 5.79.64.10 40000 443 6 10 9000 ${begin + 60} ${begin} ACCEPT`),
    line(`5.79.64.10 10.0.0.1 443 40000 6 10 900 ${begin + 60} ${begin} ACCEPT`),
    line(`10.0.0.1 5.79.64.10 40001 443 6 10 9000 0 ${begin} ACCEPT`),
    line(`10.0.0.1 5.79.64.10 40002 443 6 10 9000 ${begin} 4102444800 ACCEPT`),
    line(`2a05:d014::1 2606:4700::1 40000 443 6 10 9000 ${begin} ${begin + 10} ACCEPT`),
    line(`10.0.0.1 5.79.64.10 0 0 1 1 60 ${begin} ${begin + 10} ACCEPT`),
  ]);
  expect(found(await judged(traffic))).toEqual([]);
  await judged(traffic, '5.79.64.10');
  await traffic.close();
  remove();
});
