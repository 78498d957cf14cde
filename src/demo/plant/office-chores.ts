import { type NetworkName, publicAddress, serverOf } from '../address-pool.ts';
import { type Connection, tcpVolume } from '../connection.ts';
import type { Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { mixUnit, Random } from '../random.ts';
import { asks, sized } from './links.ts';
import { harmless, workdays } from './office.ts';
import type { Planting } from './planting.ts';

/** A program that calls home by the clock while its desktop is on. */
interface Chore {
  readonly kind: string;
  readonly network: NetworkName;
  readonly port: number;
  readonly everySeconds: number;
  /** How far a call strays, as a share of the pace. */
  readonly jitter: number;
  /** Bytes that are sent and, mostly, received: median and spread of the logarithm. */
  readonly sent: readonly [number, number];
  readonly received: readonly [number, number];
  /** How often there is something new, and how many bytes it has then. */
  readonly news: readonly [number, number];
  readonly seconds: readonly [number, number];
  /** Which of the desktops have the program: every n-th. */
  readonly every: number;
}

const chores: readonly Chore[] = [
  {
    // A virus scanner asks for definitions; mostly nothing has changed since.
    ...{ kind: 'update-checks', network: 'antivirus', port: 80, everySeconds: 3600, jitter: 0.004, every: 1 },
    ...{ sent: [420, 0.05], received: [360, 0.1], news: [0.15, 900_000], seconds: [0, 2] },
  },
  {
    // IMAP: log in, look, leave; sometimes there is mail.
    ...{ kind: 'mail', network: 'mail', port: 993, everySeconds: 900, jitter: 0.02, every: 1 },
    ...{ sent: [1_450, 0.1], received: [5_200, 0.15], news: [0.3, 60_000], seconds: [1, 4] },
  },
  {
    ...{ kind: 'presence', network: 'chat', port: 443, everySeconds: 300, jitter: 0.03, every: 1 },
    ...{ sent: [2_300, 0.2], received: [3_900, 0.2], news: [0.1, 20_000], seconds: [0, 60] },
  },
  {
    ...{ kind: 'telemetry', network: 'microsoft', port: 443, everySeconds: 1200, jitter: 0.1, every: 1 },
    ...{ sent: [9_000, 0.9], received: [4_100, 0.1], news: [0.02, 30_000], seconds: [0, 3] },
  },
  {
    // One person's weather and news: one desktop, one small site.
    ...{ kind: 'widget', network: 'hosting', port: 443, everySeconds: 1200, jitter: 0.03, every: 99 },
    ...{ sent: [900, 0.05], received: [14_000, 0.5], news: [0.1, 120_000], seconds: [0, 2] },
  },
];

/** Each of the programs, on all desktops that have it. */
export function plantChores(plan: DemoPlan, desktops: readonly Host[]): readonly Planting[] {
  return chores.map((chore, n) => {
    const peer = serverOf(chore.network, plan.seed, 500 + n);
    const having = desktops.filter((_, at) => at % chore.every === 0);
    const connections = having.flatMap((host) => callsOf(plan, chore, host, peer));
    return harmless(chore.kind, peer, chore.port, connections, having.length === 1 ? having[0] : null);
  });
}

function callsOf(plan: DemoPlan, chore: Chore, host: Host, peer: string): readonly Connection[] {
  const random = new Random(plan.seed, 'office', chore.kind, host.index);
  const connections: Connection[] = [];
  const [share, size] = chore.news;
  for (const [on, off] of workdays(plan, mixUnit(plan.seed, 'desktop', host.index))) {
    let due = on + random.unit() * Math.min(600, chore.everySeconds);
    for (; due < off; due += chore.everySeconds * (1 + chore.jitter * (2 * random.unit() - 1))) {
      const news = random.chance(share) ? random.logNormal(size, 1) : 0;
      const volume = tcpVolume(random.logNormal(...chore.sent), random.logNormal(...chore.received) + news);
      const seconds = random.integer(...chore.seconds) + news / 5_000_000;
      connections.push(asks(host, [peer, chore.port], { start: due, seconds }, volume, random));
    }
  }
  return connections;
}

/** What the people read: bursts of connections to many sites, whenever they like. */
export function plantBrowsing(plan: DemoPlan, desktops: readonly Host[]): Planting {
  const networks: readonly NetworkName[] = [
    'google',
    'microsoft',
    'cloudflare',
    'fastly',
    'akamai',
    'cloudFront',
    'meta',
  ];
  const connections = desktops.flatMap((host) => {
    const random = new Random(plan.seed, 'office', 'browsing', host.index);
    return workdays(plan, mixUnit(plan.seed, 'desktop', host.index)).flatMap(([on, off]) =>
      Array.from({ length: sized(plan, 45, 8) }, (): readonly Connection[] => {
        const start = on + random.unit() * (off - on);
        return Array.from({ length: random.integer(1, 9) }, () => {
          const rank = random.zipf(400);
          const site =
            rank % 3 === 0
              ? publicAddress(plan.seed, 'site', rank)
              : serverOf(random.pick(networks), plan.seed, rank % 40);
          const answer = Math.min(2e7, random.logNormal(14_000, 1.6));
          const moment = { start: start + random.unit() * 20, seconds: random.pick([1, 3, 10, 60, 120]) };
          const volume = tcpVolume(random.logNormal(1_500, 0.7), answer);
          return asks(host, [site, 443], moment, volume, random);
        });
      }).flat(),
    );
  });
  return {
    ...harmless('browsing', connections[0]?.peer ?? '', 443, connections),
    peers: [...new Set(connections.map(({ peer }) => peer))],
  };
}
