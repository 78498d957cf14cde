import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { isAsked } from './links.ts';
import { type Planting, rentedServer, victim } from './planting.ts';

/** A web shell that somebody polls for as long as the capture lasts: inbound, paced, small, now and then an order. */
export function plantWebShell(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const random = new Random(plan.seed, 'web-shell');
  const host = victim(plan, estate.byRole.web, 'vertical', 1);
  const peer = rentedServer(plan, 41);
  const unit = plan.windowSeconds === 60 ? 1 : 10;
  const connections: Connection[] = [];
  for (let due = plan.from + 3600 * random.unit(); due < plan.to; due += unit * random.integer(180, 360)) {
    const reply = random.chance(0.03) ? random.integer(4_000, 60_000) : random.integer(180, 260);
    // A handshake with the server's certificate, then a POST and its answer.
    const volume = tcpVolume(3_650 + reply, random.integer(1_080, 1_180));
    const moment = { start: due, seconds: random.integer(0, 1) };
    connections.push(isAsked(host, 443, [peer, random.ephemeralPort()], moment, volume));
  }
  return [
    {
      ...{ question: 'c2', kind: 'web-shell', loudest: 'critical', peer, local: host.address },
      ...{
        direction: 'inbound',
        servicePort: 443,
        protocol: 6,
        periodSeconds: 270 * unit,
        jitter: 1 / 3,
        missed: 0,
      },
      connections,
    },
  ];
}
