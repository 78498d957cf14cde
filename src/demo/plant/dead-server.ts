import type { Connection } from '../connection.ts';
import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { asks } from './links.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

/** An implant whose server is gone: it calls again and again, four SYNs each time as Linux sends them, for half a day. */
export function plantDeadServer(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const random = new Random(plan.seed, 'dead-server');
  const host = victim(plan, workersFor(estate, 1), 'exfil', 1);
  const peer = rentedServer(plan, 40);
  const period = random.integer(240, 420) * (plan.windowSeconds === 60 ? 1 : 10);
  const until = plan.windowSeconds === 60 ? plan.from + 0.9 * 86_400 : plan.to;
  const syns = { packetsOut: 4, bytesOut: 240, packetsIn: 0, bytesIn: 0 };
  const connections: Connection[] = [];
  for (
    let due = plan.from + 0.3 * 86_400 * random.unit();
    due < until;
    due += period * (0.97 + 0.06 * random.unit())
  )
    connections.push(asks(host, [peer, 443], { start: due, seconds: 7 }, syns, random));
  return [
    {
      ...{ question: 'c2', kind: 'dead-server', loudest: 'critical', peer, local: host.address },
      ...{
        direction: 'outbound',
        servicePort: 443,
        protocol: 6,
        periodSeconds: period,
        jitter: 0.03,
        missed: 0,
      },
      connections,
    },
  ];
}
