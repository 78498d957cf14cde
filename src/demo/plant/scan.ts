import { type Connection, tcpVolume } from '../connection.ts';
import type { Estate, Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { type Planting, rentedServer, victim, workersFor } from './planting.ts';

const sweepPorts = [22, 3389, 445, 5985, 8080, 2375] as const;
const lateralPorts = [22, 445, 3389] as const;
const wellKnown = [
  21, 22, 23, 25, 53, 80, 81, 88, 110, 111, 135, 139, 143, 389, 443, 445, 465, 587, 636, 993, 995, 1433, 1521,
  2049, 2375, 3000, 3306, 3389, 5000, 5432, 5601, 5900, 5985, 6379, 6443, 8000, 8080, 8443, 8888, 9000, 9090,
  9200, 10250, 11211, 27017,
] as const;

/** Three scans: one source over all reachable hosts, one over a thousand ports of a host, one from inside. */
export function plantScans(plan: DemoPlan, estate: Estate): readonly Planting[] {
  return [horizontal(plan, estate), vertical(plan, estate), internal(plan, estate)];
}

function horizontal(plan: DemoPlan, estate: Estate): Planting {
  const random = new Random(plan.seed, 'scan', 'horizontal');
  const peer = rentedServer(plan, 2);
  const start = plan.from + random.integer(0.2 * 86_400, 0.7 * 86_400);
  const connections: Connection[] = [];
  let at = start;
  for (const port of sweepPorts)
    for (const host of estate.reachable) {
      at += random.unit() * 4;
      connections.push(
        refused(host, port, peer, random.integer(40_000, 61_000), Math.floor(at), random.chance(0.3) ? 2 : 1),
      );
    }
  return {
    question: 'scan',
    kind: 'horizontal',
    loudest: 'low',
    peer,
    local: null,
    direction: 'inbound',
    servicePort: null,
    protocol: 6,
    connections,
  };
}

function vertical(plan: DemoPlan, estate: Estate): Planting {
  const random = new Random(plan.seed, 'scan', 'vertical');
  const host = victim(plan, estate.byRole.web, 'vertical');
  const peer = rentedServer(plan, 3);
  const most = Math.max(60, Math.min(1000, Math.floor(plan.records / 150)));
  const ports = new Set<number>(wellKnown);
  while (ports.size < most) ports.add(random.integer(1, 10_000));
  let at = plan.from + random.integer(0.3 * 86_400, 0.8 * 86_400);
  const connections: Connection[] = [];
  for (const port of ports) {
    at += random.unit() * 2.4;
    const from = random.integer(33_000, 61_000);
    const answered = port === 443 || port === 80;
    connections.push(
      answered
        ? answer(host, port, peer, from, Math.floor(at))
        : refused(host, port, peer, from, Math.floor(at), 1),
    );
  }
  return {
    question: 'scan',
    kind: 'vertical',
    loudest: 'medium',
    peer,
    local: host.address,
    direction: 'inbound',
    servicePort: null,
    protocol: 6,
    connections,
  };
}

function internal(plan: DemoPlan, estate: Estate): Planting {
  const random = new Random(plan.seed, 'scan', 'internal');
  const scanner = victim(plan, workersFor(estate, 2), 'internal');
  let at = plan.from + random.integer(0.4 * 86_400, 0.9 * 86_400);
  const connections: Connection[] = [];
  const targets = estate.busy.filter((host) => host !== scanner).slice(0, 254);
  for (const port of lateralPorts)
    for (const target of targets) {
      at += random.unit() * 3;
      // SSH is open to the estate itself; the scanner gets a banner and leaves.
      const open = port === 22 && random.chance(0.25);
      connections.push({
        start: Math.floor(at),
        end: Math.floor(at) + (open ? 1 : 0),
        local: scanner.address,
        localPort: random.ephemeralPort(),
        localInterface: scanner.nic,
        peer: target.address,
        peerPort: port,
        peerInterface: target.nic,
        protocol: 6,
        ...(open ? tcpVolume(24, 41) : { packetsOut: 1, bytesOut: 60, packetsIn: 0, bytesIn: 0 }),
        initiator: 'local',
        ...(open ? {} : { rejectedBy: 'peer' as const }),
      });
    }
  return {
    question: 'scan',
    kind: 'internal',
    loudest: 'critical',
    peer: scanner.address,
    local: scanner.address,
    direction: 'east-west',
    servicePort: null,
    protocol: 6,
    connections,
  };
}

function refused(
  host: Host,
  port: number,
  peer: string,
  peerPort: number,
  at: number,
  packets: number,
): Connection {
  return {
    start: at,
    end: at + packets - 1,
    local: host.address,
    localPort: port,
    localInterface: host.nic,
    peer,
    peerPort,
    protocol: 6,
    packetsOut: 0,
    bytesOut: 0,
    packetsIn: packets,
    bytesIn: 44 * packets,
    initiator: 'peer',
    rejectedBy: 'local',
  };
}

function answer(host: Host, port: number, peer: string, peerPort: number, at: number): Connection {
  return {
    start: at,
    end: at + 1,
    local: host.address,
    localPort: port,
    localInterface: host.nic,
    peer,
    peerPort,
    protocol: 6,
    ...tcpVolume(420, 90),
    initiator: 'peer',
  };
}
