import { serverOf } from '../address-pool.ts';
import { mix, mixUnit } from '../random.ts';
import type { ClockProfile } from './profile.ts';

const longest = 200_000;
const servers = ['awsApi', 'googleCloud', 'hosting', 'awsApi', 'cloudflare'] as const;

/**
 * Sessions that stay open for hours or days on keep-alives (message queues, push services, agents):
 * each window holds the same few packets, so that records alone look like a beacon.
 */
export const persistent: ClockProfile = {
  kind: 'clock',
  name: 'persistent',
  actors: ({ estate }) => estate.busy.filter((host) => host.index % 6 === 2),
  periodSeconds: ({ plan }, host) =>
    Math.floor(50_000 + mixUnit(plan.seed, 'lifetime', host.index) * (longest - 60_000)),
  jitter: 0.001,
  warmUpSeconds: longest,
  connect({ plan }, random, host, at) {
    const period = Math.floor(50_000 + mixUnit(plan.seed, 'lifetime', host.index) * (longest - 60_000));
    const seconds = period - random.integer(300, 1200);
    const keepAlive = [60, 120, 240, 300][mix(plan.seed, 'keep-alive', host.index) % 4] ?? 240;
    const bursts = Math.floor(seconds / keepAlive) + 1;
    return {
      start: at,
      end: at + (bursts - 1) * keepAlive,
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf(servers[host.index % servers.length] ?? 'awsApi', plan.seed, 200 + (host.index % 9)),
      peerPort: [443, 443, 5671, 8883][mix(plan.seed, 'service', host.index) % 4] ?? 443,
      protocol: 6,
      packetsOut: 2 * bursts,
      bytesOut: (52 + 83) * bursts,
      packetsIn: bursts,
      bytesIn: 83 * bursts,
      bursts,
      initiator: 'local',
    };
  },
};
