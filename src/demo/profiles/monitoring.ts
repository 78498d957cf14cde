import { serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { Host } from '../hosts.ts';
import { mix } from '../random.ts';
import type { ClockProfile } from './profile.ts';

// A few hosts report every minute to the metrics vendor; the others in rounds of five or fifteen minutes.
const everyMinute = (host: Host) => host.index % 20 === 1;

/** Metrics agents that report every 60 s on the dot: regular, small, outbound and harmless. */
export const metrics: ClockProfile = {
  kind: 'clock',
  name: 'metrics',
  actors: ({ estate }) => estate.busy.filter(everyMinute),
  periodSeconds: () => 60,
  jitter: 0.012,
  connect({ plan }, random, host, at, beat) {
    return {
      start: at,
      end: at + random.integer(0, 1),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf('metrics', plan.seed, mix(host.index, Math.floor(beat / 1440)) % 6),
      peerPort: 443,
      protocol: 6,
      ...tcpVolume(random.logNormal(3_600, 0.12), random.integer(280, 330)),
      initiator: 'local',
    };
  },
};

/** Telemetry agents of most other hosts, every 300 or 900 s to one vendor: what prevalence must tell apart. */
export const telemetry: ClockProfile = {
  kind: 'clock',
  name: 'telemetry',
  actors: ({ estate }) => estate.busy.filter((host) => !everyMinute(host)),
  periodSeconds: (_, host) => (host.index % 2 === 0 ? 300 : 900),
  jitter: 0.008,
  connect({ plan }, random, host, at) {
    return {
      start: at,
      end: at + random.integer(0, 2),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer: serverOf('telemetry', plan.seed, host.index % 4),
      peerPort: 443,
      protocol: 6,
      ...tcpVolume(random.logNormal(2_100, 0.2), random.integer(210, 420)),
      initiator: 'local',
    };
  },
};
