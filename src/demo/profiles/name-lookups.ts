import type { CrowdProfile } from './profile.ts';

const resolvers = ['8.8.8.8', '1.1.1.1', '8.8.4.4', '9.9.9.9', '208.67.222.222'] as const;

/** Containers that ask public resolvers. What asks Amazon's own resolver, flow logs do not show. */
export const nameLookups: CrowdProfile = {
  kind: 'crowd',
  name: 'name-lookups',
  share: 0.05,
  rhythm: 'office',
  connect({ estate }, random, at) {
    const host = random.pick(random.chance(0.7) ? estate.byRole.worker : estate.busy);
    const packets = random.chance(0.8) ? 1 : 2;
    return {
      start: at,
      end: at,
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: resolvers[random.zipf(resolvers.length)] ?? '8.8.8.8',
      peerPort: 53,
      protocol: 17,
      packetsOut: packets,
      bytesOut: packets * random.integer(56, 92),
      packetsIn: packets,
      bytesIn: packets * random.integer(90, 340),
      initiator: 'local',
    };
  },
};
