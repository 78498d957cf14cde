import { type NetworkName, publicAddress, server6, serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { Random } from '../random.ts';
import type { CrowdProfile } from './profile.ts';

// Network, how often it is asked, how many of its servers are in use.
const services: readonly (readonly [NetworkName, number, number])[] = [
  ['awsApi', 22, 90],
  ['google', 14, 60],
  ['googleCloud', 9, 50],
  ['microsoft', 13, 60],
  ['cloudflare', 13, 120],
  ['cloudFront', 9, 90],
  ['fastly', 7, 40],
  ['akamai', 7, 70],
  ['github', 4, 8],
  ['meta', 1, 6],
  ['wikimedia', 1, 4],
];
const total = services.reduce((sum, [, weight]) => sum + weight, 0);

/** Workers and build machines that call other people's interfaces and content networks. */
export const browsing: CrowdProfile = {
  kind: 'crowd',
  name: 'browsing',
  share: 0.26,
  rhythm: 'office',
  connect({ plan, estate }, random, at) {
    const host = random.chance(0.85) ? random.pick(estate.byRole.worker) : random.pick(estate.busy);
    const onIpv6 = random.chance(0.03);
    const asks = random.logNormal(1_100, 0.7);
    const answer = random.chance(0.96)
      ? Math.min(3e6, random.logNormal(6_500, 1.5))
      : random.pareto(250_000, 1.15, 80_000_000);
    const sends = random.chance(0.012) ? random.pareto(50_000, 1.2, 30_000_000) : asks;
    // A client that keeps its connection idles on it, for what the server allows.
    const idle = random.chance(0.3) ? random.pick([5, 15, 30, 60, 65, 75, 120]) : 0;
    const seconds = Math.min(600, Math.round(random.logNormal(0.8, 1.2) + answer / 5_000_000 + idle));
    return {
      start: at,
      end: at + seconds,
      local: onIpv6 ? host.address6 : host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: onIpv6 ? server6(plan.seed, random.zipf(60)) : serverFor(plan.seed, plan.records, random),
      peerPort: random.chance(0.955) ? 443 : random.pick([80, 80, 80, 8443, 587, 993, 5228, 22]),
      protocol: 6,
      ...tcpVolume(sends, answer),
      initiator: 'local',
    };
  },
};

function serverFor(seed: number, records: number, random: Random): string {
  if (random.chance(0.14)) {
    // The long tail: small sites, half of them at hosting companies.
    const rank = random.zipf(Math.min(60_000, Math.max(200, Math.round(records / 250))));
    return rank % 2 === 0 ? serverOf('hosting', seed, rank) : publicAddress(seed, 'site', rank);
  }
  let left = random.unit() * total;
  for (const [network, weight, servers] of services) {
    left -= weight;
    if (left < 0) return serverOf(network, seed, random.zipf(servers));
  }
  return serverOf('awsApi', seed, 0);
}
