import { Random } from '../../src/demo/random.ts';

/** What an exposed host sees: seed, seconds of a window, days, and how many scanners there are. */
export interface Exposure {
  readonly seed: number;
  readonly window: number;
  readonly days: number;
  readonly scanners: number;
}

const begin = Date.UTC(2026, 5, 1) / 1000;
const host = '10.44.0.84';
const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/**
 * The records of a host in a security group that lets everything in, on which nothing listens: scanners that keep one
 * source port for all that they ask, for days and at a steady pace, with SYNs of all sizes, each answered by one RST;
 * UDP probes that are answered by ICMP errors; SYN-ACKs to SYNs that somebody forged; and updates, which are its own.
 */
export function exposedLines({ seed, window, days, scanners }: Exposure): string {
  const random = new Random(seed, 'exposed');
  const seconds = days * 86_400;
  const lines = [header];
  const record = (at: number, from: string, to: string, protocol: number, packets: number, bytes: number) => {
    const [[src, srcPort], [dst, dstPort]] = [from.split(' '), to.split(' ')];
    const start = begin + Math.floor(at / window) * window;
    lines.push(
      `2 1 eni-exposed ${src} ${dst} ${srcPort ?? 0} ${dstPort ?? 0} ${protocol} ${packets} ${bytes} ${start} ${start + window - 2} ACCEPT OK`,
    );
  };
  const both = (at: number, its: string, ours: string, said: readonly number[], heard: readonly number[]) => {
    record(at, its, ours, 6, said[0] ?? 0, said[1] ?? 0);
    record(at, ours, its, 6, heard[0] ?? 0, heard[1] ?? 0);
  };
  for (let n = 0; n < scanners; n++) {
    const peer = `45.${random.integer(1, 250)}.${random.integer(1, 250)}.${random.integer(1, 250)}`;
    const own = random.pick([6000, 40_125, 43_210, 54_321, 61_000, random.integer(1024, 65_535)]);
    const size = random.pick([40, 44, 52, 60]);
    // Some ask for a handful of ports again and again, as clockwork does; others for any of 65,535.
    const favourites = Array.from({ length: random.integer(1, 6) }, () => random.integer(1, 65_535));
    const every = random.integer(120, 1800);
    for (let at = random.integer(0, every); at < seconds; at += every) {
      const port = n % 2 === 0 ? random.integer(1, 65_535) : random.pick(favourites);
      const tries = random.chance(0.1) ? 3 : 1;
      both(at, `${peer} ${own}`, `${host} ${port}`, [tries, tries * size], [tries, tries * 40]);
    }
    for (let at = random.integer(0, 9000); at < seconds; at += 9000) {
      record(at, `${peer} ${own}`, `${host} ${random.pick([161, 1900, 5060])}`, 17, 1, 78);
      record(at, host, peer, 1, 1, 106);
    }
  }
  // Backscatter: a web server somewhere answers SYNs in our name.
  for (let n = 0; n < 200; n++)
    both(n * 300, '93.184.216.34 443', `${host} ${random.integer(1024, 65_535)}`, [1, 44], [1, 40]);
  for (let at = 0, n = 0; at < seconds; at += random.integer(600, 30_000), n++) {
    const size = random.integer(3000, 900_000);
    const packets = Math.ceil(size / 1400) + 5;
    both(at, '185.125.190.36 80', `${host} ${33_000 + n * 7}`, [packets, size], [packets, packets * 60]);
  }
  return `${lines.join('\n')}\n`;
}
