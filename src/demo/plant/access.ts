import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

/** One source that guesses SSH passwords for an hour or two, is let in, and stays: one long session of megabytes. */
export function plantAccess(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const random = new Random(plan.seed, 'access');
  const candidates = workersFor(estate, 3).filter((host) => host.isPublic);
  const host = victim(plan, candidates.length > 0 ? candidates : estate.byRole.web, 'access');
  const peer = rentedServer(plan, 4);
  const to22 = { local: host.address, localPort: 22, localInterface: host.nic, peer, protocol: 6 } as const;
  const guesses = random.integer(320, 640);
  const connections: Connection[] = [];
  let at = plan.from + random.integer(0.15 * 86_400, 0.6 * 86_400);
  for (let guess = 0; guess < guesses; guess++) {
    at += 6 + random.unit() * 9;
    const start = Math.floor(at);
    connections.push({
      ...to22,
      start,
      end: start + random.integer(2, 5),
      peerPort: random.integer(32_768, 60_999),
      ...tcpVolume(random.integer(1_560, 1_760), random.integer(1_180, 1_420)),
      initiator: 'peer',
    });
  }
  const start = Math.floor(at + 45 + random.unit() * 120);
  connections.push({
    ...to22,
    start,
    end: start + random.integer(1_500, 4_200),
    peerPort: random.integer(32_768, 60_999),
    ...tcpVolume(random.integer(6_000_000, 24_000_000), random.integer(700_000, 3_000_000)),
    initiator: 'peer',
  });
  return [
    {
      question: 'access',
      kind: 'guessing-then-success',
      loudest: 'critical',
      peer,
      local: host.address,
      direction: 'inbound',
      servicePort: 22,
      protocol: 6,
      connections,
    },
  ];
}
