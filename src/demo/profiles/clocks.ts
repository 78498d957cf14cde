import { addressIn, publicAddress, range } from '../address-pool.ts';
import { mix } from '../random.ts';
import type { ClockProfile } from './profile.ts';

/**
 * Hosts that set their clocks: UDP to port 123, one packet of 76 bytes, and its reply.
 * A third run a daemon that speaks from port 123 itself, so that the reply matches the noise rule too.
 */
export const clocks: ClockProfile = {
  kind: 'clock',
  name: 'clocks',
  actors: ({ estate }) => estate.busy,
  periodSeconds: (_, host) => (host.index % 4 === 0 ? 1024 : 2048),
  jitter: 0.03,
  connect({ plan }, random, host, at, beat) {
    return {
      start: at,
      end: at,
      local: host.address,
      localPort: host.index % 3 === 0 ? 123 : random.ephemeralPort(),
      localInterface: host.nic,
      peer: timeServer(plan.seed, host.index, beat),
      peerPort: 123,
      protocol: 17,
      packetsOut: 1,
      bytesOut: 76,
      packetsIn: 1,
      bytesIn: 76,
      initiator: 'local',
    };
  },
};

// Each host has four servers, as pool clients have: the distribution's, or ones that volunteers run.
function timeServer(seed: number, host: number, beat: number): string {
  const which = beat % 4;
  const kind = mix(seed, 'time', host, which) % 4;
  if (kind === 0) return addressIn(range('185.125.190.56/30'), seed, 'time', which);
  if (kind === 1) return which % 2 === 0 ? '162.159.200.1' : '162.159.200.123';
  if (kind === 2) return `216.239.35.${(which % 4) * 4}`;
  return publicAddress(seed, 'time', mix(seed, host, which) % 40);
}
