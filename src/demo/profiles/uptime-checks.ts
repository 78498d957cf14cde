import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { ClockProfile } from './profile.ts';

/** An outside service that asks web servers whether they are up, from two places: regular, but inbound. */
export const uptimeChecks: ClockProfile = {
  kind: 'clock',
  name: 'uptime-checks',
  actors: ({ estate }) => estate.byRole.web.filter((host) => host.index % 3 === 0),
  periodSeconds: () => 300,
  jitter: 0.01,
  connect({ plan }, random, host, at, beat) {
    return {
      start: at,
      end: at + random.integer(0, 1),
      local: host.address,
      localPort: 443,
      localInterface: host.nic,
      peer: serverOf('hosting', plan.seed, 900_001 + (beat % 2)),
      peerPort: random.ephemeralPort(),
      protocol: 6,
      ...tcpVolume(random.integer(4_900, 5_300), 480),
      initiator: 'peer',
    };
  },
};
