import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { CrowdProfile } from './profile.ts';

/** Reads and writes of the provider's object store, over its public addresses. */
export const objectStore: CrowdProfile = {
  kind: 'crowd',
  name: 'object-store',
  share: 0.07,
  rhythm: 'visitors',
  connect({ plan, estate }, random, at) {
    const host = random.pick(random.chance(0.6) ? estate.byRole.worker : estate.byRole.web);
    const writes = random.chance(0.3);
    const object = random.pareto(9_000, 0.75, 400_000_000);
    const small = random.logNormal(1_300, 0.4);
    return {
      start: at,
      end: at + Math.min(900, Math.round(random.logNormal(0.6, 0.8) + object / 12_000_000)),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf('objectStore', plan.seed, random.zipf(40)),
      peerPort: 443,
      protocol: 6,
      ...tcpVolume(writes ? object : small, writes ? small : object),
      initiator: 'local',
    };
  },
};
