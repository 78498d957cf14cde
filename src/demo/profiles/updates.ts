import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import { mixUnit } from '../random.ts';
import type { ClockProfile } from './profile.ts';

/** Package lists twice a day at the distribution's mirrors, and now and then the packages. */
export const updates: ClockProfile = {
  kind: 'clock',
  name: 'updates',
  actors: ({ estate }) => estate.busy,
  periodSeconds: () => 43_200,
  offsetSeconds: ({ plan }, host) => Math.floor(mixUnit(plan.seed, 'update', host.index) * 43_200),
  jitter: 0.02,
  connect({ plan }, random, host, at) {
    const network = host.index % 5 === 0 ? 'debian' : 'canonical';
    const bytes = random.chance(0.3)
      ? random.pareto(4_000_000, 1, 300_000_000)
      : random.logNormal(350_000, 0.4);
    return {
      start: at,
      end: at + Math.round(2 + bytes / 9_000_000 + random.integer(0, 8)),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf(network, plan.seed, random.integer(0, 5)),
      peerPort: random.chance(0.7) ? 80 : 443,
      protocol: 6,
      ...tcpVolume(2_500, bytes),
      initiator: 'local',
    };
  },
};
