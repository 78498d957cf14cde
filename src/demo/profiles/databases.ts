import { tcpVolume } from '../connection.ts';
import type { CrowdProfile } from './profile.ts';

const ports = [3306, 5432, 6379] as const;

/** Web servers and workers that query databases: east/west, so that both ends' interfaces see it. */
export const databases: CrowdProfile = {
  kind: 'crowd',
  name: 'databases',
  share: 0.2,
  rhythm: 'visitors',
  connect({ estate }, random, at) {
    const client = random.pick(random.chance(0.6) ? estate.byRole.web : estate.byRole.worker);
    const all = estate.byRole.database;
    // Every client has its few databases.
    const server = all[(client.index * 7 + random.zipf(3)) % all.length] ?? random.pick(all);
    const port = ports[server.index % ports.length] ?? 3306;
    const pooled = random.chance(0.12);
    const rows = random.logNormal(pooled ? 60_000 : 3_500, 1.4);
    const seconds = pooled ? random.integer(60, 900) : Math.round(random.logNormal(0.5, 1.2));
    return {
      start: at,
      end: at + Math.min(seconds, 1200),
      local: client.address,
      localPort: random.ephemeralPort(),
      localInterface: client.nic,
      peer: server.address,
      peerPort: port,
      peerInterface: server.nic,
      protocol: 6,
      ...tcpVolume(random.logNormal(pooled ? 20_000 : 900, 0.9), Math.min(rows, 2e7)),
      initiator: 'local',
    };
  },
};
