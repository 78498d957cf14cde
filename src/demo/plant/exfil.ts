import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

const hour = 3600;

/** One host that sends several gigabytes overnight to one rare server, in portions over hours. */
export function plantExfil(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const random = new Random(plan.seed, 'exfil');
  const host = victim(plan, workersFor(estate, 1), 'exfil');
  const peer = rentedServer(plan, 1);
  const servicePort = random.pick([443, 22]);
  const night = plan.from + Math.floor(plan.days / 2) * 86_400 + (plan.days > 1 ? -1.5 * hour : 0.4 * hour);
  const hours = 5 + random.unit();
  const portions = random.integer(14, 26);
  const gigabytes = 3 + 5 * random.unit();
  const connections: Connection[] = [];
  for (let portion = 0; portion < portions; portion++) {
    const start = Math.floor(night + ((portion + 0.5 * random.unit()) * hours * hour) / portions);
    const seconds = Math.floor(((0.25 + 0.2 * random.unit()) * hours * hour) / portions);
    const bytes = ((gigabytes * 1e9) / portions) * (0.8 + 0.4 * random.unit());
    connections.push({
      start,
      end: start + seconds,
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer,
      peerPort: servicePort,
      protocol: 6,
      ...tcpVolume(bytes, random.integer(6_000, 40_000)),
      initiator: 'local',
    });
  }
  return [
    {
      question: 'exfil',
      kind: 'overnight',
      loudest: 'critical',
      peer,
      local: host.address,
      direction: 'outbound',
      servicePort,
      protocol: 6,
      connections,
    },
  ];
}
