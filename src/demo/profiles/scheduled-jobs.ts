import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import { mix } from '../random.ts';
import type { ClockProfile } from './profile.ts';

/** Jobs of a few single hosts that fetch a feed from a small site every half hour or hour: regular, rare and harmless. */
export const scheduledJobs: ClockProfile = {
  kind: 'clock',
  name: 'scheduled-jobs',
  actors: ({ estate }) => estate.byRole.worker.filter((_, at) => at % 45 === 7),
  periodSeconds: (_, host) => (host.index % 2 === 0 ? 3600 : 1800),
  offsetSeconds: ({ plan }, host) => 60 * (mix(plan.seed, 'job', host.index) % 30),
  jitter: 0.001,
  connect({ plan }, random, host, at) {
    const feed = random.logNormal(180_000, 0.5);
    return {
      start: at,
      end: at + random.integer(1, 5),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf('hosting', plan.seed, 910_000 + host.index),
      peerPort: 443,
      protocol: 6,
      ...tcpVolume(800, feed),
      initiator: 'local',
    };
  },
};
