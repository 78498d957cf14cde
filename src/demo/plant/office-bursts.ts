import { serverOf } from '../address-pool.ts';
import { type Connection, tcpVolume } from '../connection.ts';
import type { Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { mixUnit, Random } from '../random.ts';
import { asks, type Volume } from './links.ts';
import { harmless, workdays } from './office.ts';
import type { Planting } from './planting.ts';

/** Much in a short time, and no theft: a speed test, video calls, a nightly backup. */
export function plantBursts(plan: DemoPlan, desktops: readonly Host[]): readonly Planting[] {
  const at = (n: number) => desktops[n % Math.max(1, desktops.length)];
  const [tester, caller, server] = [at(0), at(1), at(2)];
  if (tester === undefined || caller === undefined || server === undefined) return [];
  return [speedTest(plan, tester), videoCall(plan, caller), backup(plan, server)];
}

// Six connections down for ten seconds, then six up: nearly as much as the line carries, both ways.
function speedTest(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'office', 'speed-test');
  const peer = serverOf('hosting', plan.seed, 920_000);
  const [day] = workdays(plan, mixUnit(plan.seed, 'desktop', host.index));
  const start = (day?.[0] ?? plan.from) + random.integer(3600, 20_000);
  const bytes = { down: random.integer(25e6, 110e6), up: random.integer(90e6, 150e6) };
  const part = (from: number, out: number, into: number): readonly Connection[] =>
    Array.from({ length: 6 }, () => {
      const share = 0.8 + 0.4 * random.unit();
      const volume = tcpVolume((out * share) / 6, (into * share) / 6);
      return asks(host, [peer, 8080], { start: from, seconds: random.integer(10, 13) }, volume, random);
    });
  const connections = [...part(start, 4_000, bytes.down), ...part(start + 15, bytes.up, 60_000)];
  return harmless('speed-test', peer, 8080, connections, host);
}

// Pictures and sound over UDP in packets of about a kilobyte, both ways, for as long as people talk.
function videoCall(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'office', 'video-call');
  const peer = serverOf('meetings', plan.seed, 0);
  const connections = workdays(plan, mixUnit(plan.seed, 'desktop', host.index)).map(([on]) => {
    const seconds = random.integer(1800, 3600);
    const stream = (bitsPerSecond: number) => {
      const bytes = Math.round((bitsPerSecond / 8) * seconds);
      return { bytes, packets: Math.ceil(bytes / random.integer(900, 1100)) };
    };
    const [out, into] = [stream(random.integer(1.1e6, 2.2e6)), stream(random.integer(1.3e6, 2.8e6))];
    const volume: Volume = {
      ...{ packetsOut: out.packets, bytesOut: out.bytes, packetsIn: into.packets, bytesIn: into.bytes },
    };
    const start = on + random.integer(3600, 18_000);
    return asks(host, [peer, 8801], { start, seconds }, volume, random, 17);
  });
  return harmless('video-call', peer, 8801, connections, host, 17);
}

// What changed that day, every night, in eight streams to a backup service.
function backup(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'office', 'backup');
  const peer = serverOf('backup', plan.seed, 0);
  const connections = Array.from({ length: plan.days }, (_, day) => {
    const start = plan.from + day * 86_400 + 79_200 + random.integer(0, 120);
    const bytes = random.logNormal(1.1e9, 0.25);
    return Array.from({ length: 8 }, () => {
      const moment = { start: start + random.integer(0, 5), seconds: (8 * bytes) / 60e6 };
      return asks(host, [peer, 443], moment, tcpVolume(bytes / 8, 180_000), random);
    });
  }).flat();
  return harmless('backup', peer, 443, connections, host);
}
