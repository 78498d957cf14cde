import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate, Host } from '../hosts.ts';
import type { BeaconPlan, DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

/** Implants that ask their rented server for orders: outbound, regular, small, until the capture ends. */
export function plantBeacons(plan: DemoPlan, estate: Estate): readonly Planting[] {
  if (plan.beacons === undefined) {
    const host = victim(plan, workersFor(estate, 0), 'beacon');
    return [plantBeacon(plan, host, ordinaryBeacon(plan), 0)];
  }
  const hosts = [...estate.byRole.worker, ...estate.byRole.web, ...estate.byRole.database];
  return plan.beacons.map((beacon, n) => plantBeacon(plan, victim(plan, hosts, 'beacon', n), beacon, n));
}

// Three to fifteen windows: above what windows can resolve, whatever the seed.
function ordinaryBeacon(plan: DemoPlan): BeaconPlan {
  const random = new Random(plan.seed, 'beacon', 'period');
  return {
    periodSeconds: random.integer(180, 900) * (plan.windowSeconds === 60 ? 1 : 10),
    jitter: 0.1,
    missed: 0.02,
  };
}

function plantBeacon(plan: DemoPlan, host: Host, beacon: BeaconPlan, n: number): Planting {
  const random = new Random(plan.seed, 'beacon', n);
  const peer = rentedServer(plan, 100 + n);
  const servicePort = random.pick([443, 443, 443, 8443]);
  const connections: Connection[] = [];
  const spare = Math.min((plan.to - plan.from) * 0.05, 4 * beacon.periodSeconds);
  let due = plan.from + random.unit() * spare;
  for (; due < plan.to; due += beacon.periodSeconds * (1 + beacon.jitter * (2 * random.unit() - 1))) {
    if (random.chance(beacon.missed)) continue;
    const start = Math.floor(due);
    // Now and then an order brings more than "nothing to do".
    const ordered = random.chance(0.015);
    connections.push({
      start,
      end: start + random.integer(0, 1) + (ordered ? random.integer(1, 12) : 0),
      local: host.address,
      localPort: random.ephemeralPort(),
      localInterface: host.nic,
      peer,
      peerPort: servicePort,
      protocol: 6,
      ...tcpVolume(
        random.integer(610, 760) + (ordered ? random.integer(2_000, 40_000) : 0),
        random.integer(310, 420),
      ),
      initiator: 'local',
    });
  }
  return {
    question: 'c2',
    kind: 'beacon',
    loudest: 'critical',
    peer,
    local: host.address,
    direction: 'outbound',
    servicePort,
    protocol: 6,
    ...beacon,
    connections,
  };
}
