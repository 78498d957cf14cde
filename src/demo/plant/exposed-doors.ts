import { publicAddress } from '../address-pool.ts';
import type { Connection } from '../connection.ts';
import type { Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { isAsked, sized, type Volume } from './links.ts';
import { type Planting, rentedServer } from './planting.ts';

// A SYN is 40 bytes from a scanner that makes its own packets, 44 from nmap, 60 from Linux' connect(); the RST of a
// closed port is a bare header.
const refusal = (syn: number, tries = 1): Volume => ({
  ...{ packetsIn: tries, bytesIn: syn * tries, packetsOut: tries, bytesOut: 40 * tries },
});
const sshBanner: Volume = { packetsIn: 5, bytesIn: 268, packetsOut: 4, bytesOut: 253 };
const udpPorts = [
  53, 69, 111, 123, 137, 161, 389, 427, 500, 623, 1434, 1900, 3283, 3478, 3702, 5060, 5351, 5353,
];

/** Those who knock on closed doors, and replies that were meant for somebody whose address was forged. */
export function plantDoors(plan: DemoPlan, host: Host): readonly Planting[] {
  return [
    fixedPort(plan, host),
    randomPort(plan, host),
    udp(plan, host),
    backscatter(plan, host),
    weather(plan, host),
  ];
}

const planted = (
  facts: Pick<Planting, 'kind' | 'peer' | 'connections'> & Partial<Planting>,
  host: Host,
): Planting => ({
  ...{
    question: 'scan',
    loudest: 'low',
    local: host.address,
    direction: 'inbound',
    servicePort: null,
    protocol: 6,
  },
  ...facts,
});

// One source port for all of its targets, any of the 65,535 ports, as fast as it likes.
function fixedPort(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'fixed');
  const peer = rentedServer(plan, 10);
  const from = random.integer(40_000, 60_000);
  let at = plan.from + random.integer(0.1 * 86_400, 0.5 * 86_400);
  const connections = Array.from({ length: sized(plan, 1500, 60) }, () => {
    at += random.unit() * 8;
    return isAsked(host, random.integer(1, 65_535), [peer, from], { start: at, seconds: 0 }, refusal(40));
  });
  return planted({ kind: 'scan-from-one-port', peer, connections }, host);
}

// Slowly over the whole capture, by connect(), which tries again; SSH answers it.
function randomPort(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'random');
  const peer = rentedServer(plan, 11);
  const probes = sized(plan, 600, 40);
  const step = (plan.to - plan.from) / probes;
  const connections = Array.from({ length: probes }, (_, n) => {
    const start = plan.from + (n + random.unit() * 0.9) * step;
    const port = n % 150 === 7 ? 22 : random.integer(1, 49_151);
    const tries = random.chance(0.2) ? 2 : 1;
    const volume = port === 22 ? sshBanner : refusal(60, tries);
    return isAsked(host, port, [peer, random.ephemeralPort()], { start, seconds: tries - 1 }, volume);
  });
  return planted({ kind: 'scan-from-many-ports', peer, loudest: 'medium', connections }, host);
}

// Each probe earns an ICMP message that carries the probe back: 28 bytes more than it had.
function udp(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'udp');
  const peer = rentedServer(plan, 12);
  let at = plan.from + random.integer(0.2 * 86_400, 0.8 * 86_400);
  const connections = Array.from({ length: sized(plan, 160, 24) }, (_, n): readonly Connection[] => {
    at += 1 + random.unit() * 40;
    const size = random.pick([28, 40, 57, 78, 118]);
    const sent = { packetsIn: 1, bytesIn: size, packetsOut: 0, bytesOut: 0 };
    const told = { packetsIn: 0, bytesIn: 0, packetsOut: 1, bytesOut: size + 28 };
    const port = udpPorts[n % udpPorts.length] ?? random.integer(1, 65_535);
    return [
      isAsked(host, port, [peer, random.ephemeralPort()], { start: at, seconds: 0 }, sent, 17),
      isAsked(host, 0, [peer, 0], { start: at, seconds: 0 }, told, 1),
    ];
  }).flat();
  return planted({ kind: 'udp-scan', peer, protocol: 17, connections }, host);
}

// Somebody floods a web server and forges our address: its SYN-ACKs and RSTs come to us, and we answer the former.
function backscatter(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'backscatter');
  const peers = [0, 1, 2].map((n) => publicAddress(plan.seed, 'flooded', n));
  const from = plan.from + random.integer(0.3 * 86_400, 0.7 * 86_400);
  const connections = Array.from({ length: sized(plan, 240, 24) }, (_, n) => {
    const synAck = random.chance(0.6);
    const volume = synAck ? refusal(44) : { packetsIn: 1, bytesIn: 40, packetsOut: 0, bytesOut: 0 };
    const start = from + random.unit() * 7200;
    const peer = peers[n % peers.length] ?? '';
    return isAsked(host, random.integer(1024, 65_535), [peer, 443], { start, seconds: 0 }, volume);
  });
  return planted({ kind: 'backscatter', question: null, peer: peers[0] ?? '', peers, connections }, host);
}

// Very many others, a probe or two each.
function weather(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'weather');
  const peers = Array.from({ length: sized(plan, 220, 30) }, (_, n) =>
    publicAddress(plan.seed, 'weather', n),
  );
  const connections = peers.flatMap((peer) =>
    Array.from({ length: random.integer(1, 3) }, () => {
      const port = random.pick([23, 23, 445, 3389, 8080, 5900, 6379, 8728, 2323, random.integer(1, 65_535)]);
      const start = plan.from + random.unit() * (plan.to - plan.from - 5);
      const client = random.integer(1024, 65_535);
      return isAsked(
        host,
        port,
        [peer, client],
        { start, seconds: 0 },
        refusal(random.pick([40, 40, 44, 60])),
      );
    }),
  );
  return planted({ kind: 'weather', question: null, peer: peers[0] ?? '', peers, connections }, host);
}
