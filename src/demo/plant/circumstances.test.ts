import { expect, test } from 'vitest';
import { buildEstate } from '../hosts.ts';
import { type DemoOptions, planDemo } from '../options.ts';
import { type Planted, plantAll } from './all.ts';

const planted = (plants: DemoOptions['plants'], options: Partial<DemoOptions> = {}): readonly Planted[] => {
  const plan = planDemo({ out: 'x', ...options, ...(plants === undefined ? {} : { plants }) });
  return plantAll(plan, buildEstate(plan));
};
const ofKind = (all: readonly Planted[], kind: string) => all.filter((one) => one.kind === kind);
const the = (all: readonly Planted[], kind: string): Planted => {
  const [first] = ofKind(all, kind);
  if (first === undefined) throw new Error(`no ${kind}`);
  return first;
};
const ports = ({ connections }: Planted) => new Set(connections.map(({ peerPort }) => peerPort)).size;

test('hosts and threats are the same with and without circumstances', () => {
  const estate = (plants: DemoOptions['plants']) =>
    buildEstate(planDemo({ out: 'x', ...(plants === undefined ? {} : { plants }) }));
  const [few, all] = [estate(['beacon']), estate(undefined)];
  expect(all.hosts.slice(0, few.hosts.length)).toEqual(few.hosts);
  expect(all.hosts.slice(few.hosts.length).map(({ role }) => role)).toEqual([
    ...['exposed', 'desktop', 'desktop', 'desktop', 'desktop', 'desktop', 'desktop'],
  ]);
  expect(all.busy).toEqual(few.busy);
  expect(the(planted(undefined), 'beacon')).toEqual(the(planted(['beacon']), 'beacon'));
  expect(new Set(planted(['office']).map(({ plant }) => plant))).toEqual(new Set(['office']));
  expect(planted([])).toEqual([]);
});

test('each threat has servers and sources of its own, and no two share a name of kind and peer', () => {
  const peers = planted(undefined)
    .filter(({ question, kind }) => question !== null && kind !== 'internal')
    .flatMap(({ peer, peers = [peer] }) => peers);
  expect(new Set(peers).size).toBe(peers.length);
});

test('an exposed host answers knocks on closed doors with a bare RST, or an ICMP message with the probe in it', () => {
  const all = planted(['exposed']);
  const [fixed, random] = [the(all, 'scan-from-one-port'), the(all, 'scan-from-many-ports')];
  expect([ports(fixed), fixed.connections.length]).toEqual([1, 1500]);
  expect(ports(random)).toBeGreaterThan(500);
  for (const one of [...fixed.connections, ...random.connections].filter(
    ({ localPort }) => localPort !== 22,
  )) {
    expect([one.packetsOut, one.bytesOut]).toEqual([one.packetsIn, 40 * one.packetsIn]);
    expect(one.initiator).toBe('peer');
  }
  const udp = the(all, 'udp-scan').connections;
  for (let at = 0; at < udp.length; at += 2) {
    const [probe, message] = [udp[at], udp[at + 1]];
    expect([probe?.protocol, probe?.packetsOut, message?.protocol, message?.localPort]).toEqual([
      17, 0, 1, 0,
    ]);
    expect(message?.bytesOut).toBe((probe?.bytesIn ?? 0) + 28);
  }
  for (const one of the(all, 'backscatter').connections)
    expect([443, 'peer']).toEqual([one.peerPort, one.initiator]);
});

test('of those who guess, one gets in: only it stays and takes much, and the host fetches something then', () => {
  const all = planted(['exposed']);
  const vain = ofKind(all, 'guessing-in-vain');
  expect(vain.length).toBe(6);
  for (const { connections, question, loudest } of vain) {
    expect([question, loudest]).toEqual(['access', 'medium']);
    expect(connections.length).toBeGreaterThanOrEqual(10);
    for (const { start, end, bytesIn, bytesOut } of connections) {
      expect(end - start).toBeLessThanOrEqual(120);
      expect(bytesIn + bytesOut).toBeLessThan(16_000);
    }
    // Their sizes differ by more than twice, though nobody was let in.
    const sizes = connections.map(({ bytesIn }) => bytesIn);
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(1.5);
  }
  const [tool, shell] = [...the(all, 'guessing-then-success').connections].reverse();
  expect((shell?.end ?? 0) - (shell?.start ?? 0)).toBeGreaterThanOrEqual(1200);
  expect(shell?.bytesOut).toBeGreaterThan(400_000);
  expect([tool?.initiator, tool?.peerPort]).toEqual(['local', 80]);
});

test.each([60, 600] as const)(
  'an implant leaves each server for the next, windows of %i s',
  (windowSeconds) => {
    const {
      connections,
      peers = [],
      periodSeconds = 0,
    } = the(planted(['rotation'], { windowSeconds }), 'rotation');
    expect(peers.length).toBeGreaterThanOrEqual(windowSeconds === 60 ? 5 : 4);
    expect(new Set(connections.map(({ peer }) => peer))).toEqual(new Set(peers));
    const handedOver = connections.filter(({ peer }, at) => peer !== connections[at - 1]?.peer);
    expect(handedOver.map(({ peer }) => peer)).toEqual(peers);
    for (const [at, { start }] of connections.entries()) {
      const before = connections[at - 1]?.start;
      if (before === undefined) continue;
      expect(Math.abs(start - before - periodSeconds)).toBeLessThanOrEqual(0.1 * periodSeconds + 1);
    }
  },
);

test('nobody answers where the server is dead, and the web shell is polled every three to six minutes', () => {
  const all = planted(undefined);
  for (const one of the(all, 'dead-server').connections)
    expect([one.packetsOut, one.bytesOut, one.packetsIn, one.bytesIn]).toEqual([4, 240, 0, 0]);
  const shell = the(all, 'web-shell').connections;
  const gaps = shell.slice(1).map(({ start }, at) => start - (shell[at]?.start ?? 0));
  expect([Math.min(...gaps) >= 179, Math.max(...gaps) <= 361]).toEqual([true, true]);
  expect(shell.every(({ initiator, localPort }) => initiator === 'peer' && localPort === 443)).toBe(true);
});

test('an office is harmless, keeps its hours and rests at the weekend', () => {
  const all = planted(['office'], { days: 7 });
  expect(all.map(({ kind }) => kind)).toEqual([
    ...[
      'update-checks',
      'mail',
      'presence',
      'telemetry',
      'widget',
      'speed-test',
      'video-call',
      'backup',
      'browsing',
    ],
  ]);
  for (const { kind, question, loudest, connections } of all) {
    expect([question, loudest]).toEqual([null, 'low']);
    expect(connections.length).toBeGreaterThan(0);
    if (kind === 'backup') continue;
    for (const { start } of connections) {
      const time = new Date(start * 1000);
      expect(time.getUTCDay() % 6, kind).not.toBe(0);
      expect(time.getUTCHours(), kind).toBeGreaterThanOrEqual(7);
      expect(time.getUTCHours(), kind).toBeLessThan(19);
    }
  }
  const { connections } = the(all, 'speed-test');
  const sum = (of: 'bytesIn' | 'bytesOut') => connections.reduce((total, one) => total + one[of], 0);
  expect(Math.min(sum('bytesIn'), sum('bytesOut'))).toBeGreaterThan(20e6);
  expect((connections.at(-1)?.end ?? 0) - (connections[0]?.start ?? 0)).toBeLessThan(180);
});
