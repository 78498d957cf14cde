import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { asks } from './links.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

const servers = 7;
const mostBeats = 24;

/** An implant that leaves each of its servers after a few dozen calls for the next one: one port, one size, one pace. */
export function plantRotation(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const random = new Random(plan.seed, 'rotation');
  const host = victim(plan, workersFor(estate, 0), 'beacon', 1);
  const period = random.integer(200, 420) * (plan.windowSeconds === 60 ? 1 : 10);
  const peers = Array.from({ length: servers }, (_, n) => rentedServer(plan, 30 + n));
  const beats = Math.min(servers * mostBeats, Math.floor((0.8 * (plan.to - plan.from)) / period));
  const connections: Connection[] = [];
  let due = plan.from + random.unit() * 0.1 * 86_400;
  // Some are left soon, some later; the last one keeps what is left.
  let left = 0;
  let place = -1;
  for (let beat = 0; beat < beats && due < plan.to; beat++) {
    if (left === 0 && place < servers - 1) {
      place++;
      left = Math.max(2, Math.round((beats / servers) * (0.5 + random.unit())));
    }
    left = Math.max(0, left - 1);
    const peer = peers[place] ?? '';
    const volume = tcpVolume(random.integer(610, 690), random.integer(310, 360));
    connections.push(asks(host, [peer, 443], { start: due, seconds: random.integer(0, 1) }, volume, random));
    due += period * (1 + 0.1 * (2 * random.unit() - 1));
  }
  const used = peers.slice(0, place + 1);
  return [
    {
      ...{
        question: 'c2',
        kind: 'rotation',
        loudest: 'critical',
        peer: used[0] ?? '',
        peers: used,
        local: host.address,
      },
      ...{
        direction: 'outbound',
        servicePort: 443,
        protocol: 6,
        periodSeconds: period,
        jitter: 0.1,
        missed: 0,
      },
      connections,
    },
  ];
}
