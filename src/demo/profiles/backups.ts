import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import { mixUnit } from '../random.ts';
import type { ClockProfile } from './profile.ts';

/** Databases that write their nightly backup to the object store: gigabytes out, every night, to known servers. */
export const backups: ClockProfile = {
  kind: 'clock',
  name: 'backups',
  actors: ({ estate }) => estate.byRole.database,
  periodSeconds: () => 86_400,
  offsetSeconds: ({ plan }, host) => 3600 + Math.floor(mixUnit(plan.seed, 'backup', host.index) * 7200),
  jitter: 0.0004,
  connect({ plan }, random, host, at, beat) {
    // A database's size is its own and grows a little.
    const bytes = 4e8 * 12 ** mixUnit(plan.seed, 'size', host.index) * (1 + random.normal() * 0.03);
    const bytesPerSecond = 6e5 + 9e5 * mixUnit(plan.seed, 'rate', host.index);
    return {
      start: at,
      end: at + Math.max(300, Math.round(bytes / bytesPerSecond)),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf('objectStore', plan.seed, 100 + (beat % 8)),
      peerPort: 443,
      protocol: 6,
      ...tcpVolume(bytes, 60_000),
      initiator: 'local',
    };
  },
};
