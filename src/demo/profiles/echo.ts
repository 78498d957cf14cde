import { serverOf } from '../address-pool.ts';
import type { ClockProfile } from './profile.ts';

/** Reachability checks by ICMP echo, which has no ports. */
export const echo: ClockProfile = {
  kind: 'clock',
  name: 'echo',
  actors: ({ estate }) => [...estate.byRole.bastion, ...estate.byRole.build],
  periodSeconds: () => 900,
  jitter: 0.02,
  connect({ plan }, random, host, at, beat) {
    const packets = random.pick([3, 4, 5]);
    return {
      start: at,
      end: at + packets - 1,
      local: host.address,
      localPort: 0,
      localInterface: host.nic,
      peer: beat % 2 === 0 ? '8.8.8.8' : serverOf('hosting', plan.seed, 3),
      peerPort: 0,
      protocol: 1,
      packetsOut: packets,
      bytesOut: packets * 84,
      packetsIn: packets,
      bytesIn: packets * 84,
      initiator: 'local',
    };
  },
};
