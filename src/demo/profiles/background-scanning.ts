import { publicAddress } from '../address-pool.ts';
import type { Connection } from '../connection.ts';
import type { CrowdProfile } from './profile.ts';

// Port, protocol, how often the Internet tries it.
const targets: readonly (readonly [number, number, number])[] = [
  [23, 6, 20],
  [22, 6, 13],
  [3389, 6, 9],
  [445, 6, 8],
  [8080, 6, 8],
  [80, 6, 7],
  [443, 6, 7],
  [6379, 6, 4],
  [8443, 6, 4],
  [5060, 17, 4],
  [1433, 6, 3],
  [3306, 6, 3],
  [2375, 6, 3],
  [5555, 6, 3],
  [9200, 6, 2],
  [161, 17, 2],
  [53, 17, 2],
  [123, 17, 1],
];
const total = targets.reduce((sum, [, , weight]) => sum + weight, 0);

/** The Internet's constant scanning: very many sources, a few packets each, refused but where a web server listens. */
export const backgroundScanning: CrowdProfile = {
  kind: 'crowd',
  name: 'background-scanning',
  share: 0.1,
  rhythm: 'machines',
  connect({ plan, estate }, random, at) {
    const host = random.pick(estate.reachable);
    let left = random.unit() * total;
    const [port, protocol] = targets.find(([, , weight]) => {
      left -= weight;
      return left < 0;
    }) ?? [23, 6];
    const peer = publicAddress(
      plan.seed,
      'scanner',
      random.crowdRank(Math.max(200, Math.round(plan.records / 15))),
    );
    const answered = host.role === 'web' && protocol === 6 && (port === 443 || port === 80);
    const volume = answered
      ? greeting(random.integer(180, 700))
      : probe(protocol, random.chance(0.25) ? 2 : 1);
    return {
      start: at,
      end: at + (answered ? random.integer(0, 3) : volume.packetsIn - 1),
      local: host.address,
      localPort: random.chance(0.15) && !answered ? random.integer(1, 65_535) : port,
      localInterface: host.nic,
      peer,
      peerPort: random.integer(1024, 65_535),
      protocol,
      ...volume,
      initiator: 'peer',
      ...(answered ? {} : { rejectedBy: 'local' as const }),
    };
  },
};

type Volume = Pick<Connection, 'packetsOut' | 'bytesOut' | 'packetsIn' | 'bytesIn'>;

function probe(protocol: number, packets: number): Volume {
  const size = protocol === 17 ? 78 : packets === 1 ? 40 : 60;
  return { packetsOut: 0, bytesOut: 0, packetsIn: packets, bytesIn: size * packets };
}

function greeting(reply: number): Volume {
  return { packetsOut: 4, bytesOut: 4 * 52 + reply, packetsIn: 5, bytesIn: 5 * 52 + 130 };
}
