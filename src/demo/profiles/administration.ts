import { addressIn, range } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { CrowdProfile } from './profile.ts';

/** The two addresses that administrators work from: an office line and a line at home. */
export function administrators(seed: number): readonly [string, string] {
  return [addressIn(range('62.153.64.0/18'), seed, 'office'), addressIn(range('91.64.0.0/15'), seed, 'home')];
}

/** Administrators on the bastion by SSH, and from there to the hosts: what real access looks like. */
export const administration: CrowdProfile = {
  kind: 'crowd',
  name: 'administration',
  share: 0.02,
  rhythm: 'office',
  connect({ plan, estate }, random, at) {
    const bastion = random.pick(estate.byRole.bastion);
    const minutes = Math.min(180, random.logNormal(9, 1.1));
    const typed = minutes * random.integer(1_500, 5_000);
    const shown = minutes * random.integer(8_000, 60_000);
    const timing = { start: at, end: at + Math.max(4, Math.round(minutes * 60)), protocol: 6 };
    if (random.chance(0.45)) {
      const [office, home] = administrators(plan.seed);
      return {
        ...timing,
        local: bastion.address,
        localPort: 22,
        localInterface: bastion.nic,
        peer: random.chance(0.75) ? office : home,
        peerPort: random.integer(49_152, 65_535),
        ...tcpVolume(shown, typed),
        initiator: 'peer',
      };
    }
    const target = random.pick(estate.busy.filter((host) => host.role !== 'bastion'));
    return {
      ...timing,
      local: bastion.address,
      localPort: random.ephemeralPort(),
      localInterface: bastion.nic,
      peer: target.address,
      peerPort: 22,
      peerInterface: target.nic,
      ...tcpVolume(typed, shown),
      initiator: 'local',
    };
  },
};
