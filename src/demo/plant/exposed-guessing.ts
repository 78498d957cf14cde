import { publicAddress, serverOf } from '../address-pool.ts';
import type { Connection } from '../connection.ts';
import { tcpVolume } from '../connection.ts';
import type { Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { Random } from '../random.ts';
import { asks, isAsked, sized, type Volume } from './links.ts';
import { type Planting, rentedServer } from './planting.ts';

const guessers = 6;

/** Those who guess passwords on SSH: some get nowhere, one gets in and fetches something. */
export function plantGuessers(plan: DemoPlan, host: Host): readonly Planting[] {
  return [...Array.from({ length: guessers }, (_, n) => inVain(plan, host, n)), gotIn(plan, host)];
}

const toSsh = { direction: 'inbound', servicePort: 22, protocol: 6 } as const;

function inVain(plan: DemoPlan, host: Host, n: number): Planting {
  const random = new Random(plan.seed, 'exposed', 'guesser', n);
  const peer = n % 2 === 0 ? rentedServer(plan, 13 + n) : publicAddress(plan.seed, 'guesser', n);
  const sessions = sized(plan, random.integer(18, 150), 14);
  // Two of them never hurry: a guess every few minutes, for a day.
  const pause = n < 2 ? random.integer(300, 700) : random.integer(3, 25);
  const connections: Connection[] = [];
  let at = plan.from + random.integer(0, 0.4 * 86_400);
  for (let session = 0; session < sessions; session++) {
    at += pause * (0.6 + 0.8 * random.unit());
    if (at > plan.to - 200) break;
    connections.push(guess(random, host, peer, at));
  }
  return {
    ...toSsh,
    question: 'access',
    kind: 'guessing-in-vain',
    loudest: 'medium',
    peer,
    local: host.address,
    connections,
  };
}

// Servers answer guesses of unequal size: one to six passwords a session, now and then key exchange again, packets
// sent twice, or a client that says nothing until the two minutes of grace are over.
function guess(random: Random, host: Host, peer: string, at: number): Connection {
  const from = [peer, random.ephemeralPort()] as const;
  const tries = random.pick([1, 1, 1, 2, 2, 3, 6]);
  if (random.chance(0.02)) return isAsked(host, 22, from, { start: at, seconds: 120 }, exchanged(900, 1100));
  const again = random.chance(0.03) ? random.integer(2, 3) : 1;
  const volume = exchanged((1750 + 150 * tries) * again, (1480 + 90 * tries) * again);
  return isAsked(host, 22, from, { start: at, seconds: 1 + 2.2 * tries }, volume);
}

const exchanged = (sent: number, replied: number): Volume => {
  const { packetsOut, bytesOut, packetsIn, bytesIn } = tcpVolume(replied, sent);
  // SSH speaks in small packets: about twice as many as full ones would need.
  return {
    packetsOut: packetsOut + 6,
    bytesOut: bytesOut + 6 * 52,
    packetsIn: packetsIn + 8,
    bytesIn: bytesIn + 8 * 52,
  };
};

function gotIn(plan: DemoPlan, host: Host): Planting {
  const random = new Random(plan.seed, 'exposed', 'got-in');
  const peer = rentedServer(plan, 19);
  const connections: Connection[] = [];
  let at = plan.from + random.integer(0.3 * 86_400, 0.5 * 86_400);
  for (let session = 0; session < sized(plan, 160, 24); session++) {
    at += 4 + random.unit() * 14;
    connections.push(guess(random, host, peer, at));
  }
  at += 20;
  const shell = { start: at, seconds: random.integer(1200, 2400) };
  const volume = exchanged(random.integer(60_000, 120_000), random.integer(400_000, 900_000));
  connections.push(isAsked(host, 22, [peer, random.ephemeralPort()], shell, volume));
  // What is done first: a tool is fetched, from a server that nobody here knows.
  const tools = [serverOf('rented', plan.seed, 60), 80] as const;
  const fetched = tcpVolume(210, random.integer(1_200_000, 4_000_000));
  connections.push(asks(host, tools, { start: at + 95, seconds: 4 }, fetched, random));
  return {
    ...toSsh,
    question: 'access',
    kind: 'guessing-then-success',
    loudest: 'critical',
    peer,
    local: host.address,
    connections,
  };
}
