import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { analysed } from './analysed.ts';

/** Packets and bytes, and where they have them TCP flags, of one direction. */
type Sent = readonly [packets: number, bytes: number, flags?: number];

/** What two ends sent each other at a time (seconds after the beginning of the capture, 2000 where none is given). */
interface Exchange {
  readonly ours: string;
  readonly its: string;
  readonly sent?: Sent;
  readonly got?: Sent;
  readonly at?: number;
  readonly protocol?: number;
}

interface Case {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
  /** Of each session in order of time and ports: state, initiator, basis. */
  readonly expected: readonly string[];
}

const begin = 1_700_000_400;
const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** Records as AWS writes them, start and end of the window; and a long session, which shows how long a window is. */
function linesOf(exchanges: readonly Exchange[], window: number, hasFlags: boolean): string[] {
  const record = (from: string, to: string, protocol: number, sent: Sent, at: number) => {
    const [[src, srcPort], [dst, dstPort]] = [from.split(' '), to.split(' ')];
    const start = begin + Math.floor(at / window) * window;
    const line = `2 1 eni-a ${src} ${dst} ${srcPort ?? 0} ${dstPort ?? 0} ${protocol} ${sent[0]} ${sent[1]} ${start} ${start + window - 2} ACCEPT OK`;
    return hasFlags ? `${line} ${sent[2] ?? 0}` : line;
  };
  const filler: Exchange[] = Array.from({ length: 12 }, (_, at) => ({
    ...{ ours: '10.0.0.1 45678', its: '93.184.216.34 443', at: at * window },
    ...{ sent: [9, 2000] as const, got: [9, 9000] as const },
  }));
  return [...filler, ...exchanges].flatMap(({ ours, its, sent, got, at = 2000, protocol = 6 }) => [
    ...(sent === undefined ? [] : [record(ours, its, protocol, sent, at)]),
    ...(got === undefined ? [] : [record(its, ours, protocol, got, at)]),
  ]);
}

const row = v.object({ local: v.string(), peer: v.string(), found: v.string() });

/** Every case has addresses of its own, so that one capture holds them all. */
async function foundIn(cases: readonly Case[], window: number, hasFlags: boolean): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'northsouth-refused-'));
  const own = (address: string, at: number) =>
    address.replace('OWN', `10.7.${at}`).replace('PEER', `45.9.${at}`);
  const exchanges = cases.flatMap((one, at) =>
    one.exchanges.map((exchange) => ({
      ...exchange,
      ours: own(exchange.ours, at),
      its: own(exchange.its, at),
    })),
  );
  const text = [hasFlags ? `${header} tcp-flags` : header, ...linesOf(exchanges, window, hasFlags), ''];
  await writeFile(join(folder, 'flow.log'), text.join('\n'));
  const { engine, close } = await analysed([folder]);
  const rows = await engine.ask({
    name: 'sessions',
    sql: sql`SELECT local, peer, concat(state, ' ', initiator, ' ', initiator_basis) AS found FROM sessions
      ORDER BY start, protocol, local_port, peer_port, local, peer`,
    row,
  });
  await close();
  await rm(folder, { recursive: true });
  return cases.map((_, at) => {
    const mine = (address: string) =>
      [`10.7.${at}.`, `45.9.${at}.`, `2001:4${at}:`].some((start) => address.startsWith(start));
    return rows.filter(({ local, peer }) => mine(local) || mine(peer)).map(({ found }) => found);
  });
}

const scanned = [22, 80, 443, 2222, 5900, 8080, 9200, 12_345, 27_017, 31_337, 50_022, 61_022];

const bySize: readonly Case[] = [
  {
    name: 'our client at a closed port',
    exchanges: [{ ours: 'OWN.5 40000', its: 'PEER.5 443', sent: [1, 60], got: [1, 40] }],
    expected: ['refused local refusal'],
  },
  {
    name: 'three tries of one client and three refusals, two tries and one',
    exchanges: [
      { ours: 'OWN.5 40000', its: 'PEER.5 443', sent: [3, 156], got: [3, 120] },
      { ours: 'OWN.5 40001', its: 'PEER.5 443', sent: [2, 104], got: [1, 40] },
    ],
    expected: ['refused local refusal', 'refused local refusal'],
  },
  {
    name: 'a scanner that keeps its source port, with options in its SYNs',
    exchanges: scanned.map((port) => ({
      ours: `OWN.5 ${port}`,
      its: 'PEER.5 54321',
      got: [1, 44],
      sent: [1, 40],
    })),
    expected: scanned.map(() => 'refused peer refusal'),
  },
  {
    name: 'a scanner that keeps its source port, with SYNs as bare as RSTs',
    exchanges: scanned.map((port) => ({
      ours: `OWN.5 ${port}`,
      its: 'PEER.5 61000',
      got: [1, 40],
      sent: [1, 40],
    })),
    expected: scanned.map(() => 'refused peer recurring port'),
  },
  {
    name: 'the same port of many hosts, with bare SYNs',
    exchanges: [1, 2, 3, 4].map((host) => ({
      ours: `OWN.${host} 5555`,
      its: 'PEER.5 40125',
      got: [1, 40],
      sent: [1, 40],
    })),
    expected: [1, 2, 3, 4].map(() => 'refused peer recurring port'),
  },
  {
    name: 'a closed port that many bare SYNs ask for, several from each address',
    exchanges: Array.from({ length: 30 }, (_, n) => ({
      ...{ ours: 'OWN.5 8545', its: `PEER.${Math.floor(n / 3)} ${10_007 + 1713 * n}` },
      ...{ got: [1, 40] as const, sent: [1, 40] as const },
    })),
    expected: Array.from({ length: 30 }, () => 'refused peer scope'),
  },
  {
    name: 'one bare SYN to a system port of the Internet',
    exchanges: [{ ours: 'OWN.5 41000', its: 'PEER.5 23', sent: [1, 40], got: [1, 40] }],
    expected: ['refused local port rank'],
  },
  {
    name: 'two of ours, bare headers, ports that say nothing',
    exchanges: [{ ours: 'OWN.5 41000', its: 'OWN.6 42000', sent: [1, 40], got: [1, 40] }],
    expected: ['refused unknown unknown'],
  },
  {
    name: 'a half-open probe of an open port, a connection without a word, a SYN-ACK that is repeated',
    exchanges: [
      { ours: 'OWN.5 22', its: 'PEER.5 54321', got: [2, 84], sent: [1, 44] },
      { ours: 'OWN.5 23', its: 'PEER.5 54322', got: [3, 164], sent: [2, 112] },
      { ours: 'OWN.5 24', its: 'PEER.5 54323', got: [1, 40], sent: [6, 264] },
    ],
    expected: ['answered peer port rank', 'answered peer port rank', 'answered peer port rank'],
  },
  {
    name: 'keep-alives, with one byte, with options, with bare headers to a port that others talk with',
    exchanges: [
      { ours: 'OWN.5 50001', its: 'PEER.5 443', sent: [1, 41], got: [1, 40] },
      { ours: 'OWN.5 50002', its: 'PEER.5 443', sent: [2, 104], got: [2, 104] },
      { ours: 'OWN.5 50003', its: 'PEER.5 443', sent: [1, 40], got: [1, 40] },
      { ours: 'OWN.5 50004', its: 'PEER.5 443', sent: [9, 1000], got: [9, 9000] },
      { ours: 'OWN.5 50005', its: 'PEER.5 443', sent: [9, 1000], got: [9, 9000] },
    ],
    expected: Array.from({ length: 5 }, () => 'answered local recurring port'),
  },
  {
    name: 'what is left of a connection after a long silence is not refused',
    exchanges: [
      { ours: 'OWN.5 50001', its: 'PEER.5 8443', sent: [9, 1000], got: [9, 9000], at: 0 },
      { ours: 'OWN.5 50001', its: 'PEER.5 8443', sent: [1, 40], got: [1, 52] },
    ],
    expected: ['answered local port rank', 'answered local port rank'],
  },
  {
    name: 'from a service port to a port of a client: nobody can tell',
    exchanges: [
      { ours: 'OWN.5 50001', its: 'PEER.5 443', sent: [1, 40], got: [1, 52] },
      { ours: 'OWN.5 8080', its: 'PEER.5 50001', sent: [1, 52], got: [1, 40] },
    ],
    expected: ['refused unknown unknown', 'refused unknown unknown'],
  },
  {
    name: 'acknowledgements of a stream, of single messages',
    exchanges: [
      { ours: 'OWN.5 50001', its: 'PEER.5 6514', sent: [100, 150_000], got: [50, 2000] },
      { ours: 'OWN.5 50002', its: 'PEER.5 6514', sent: [3, 360], got: [3, 120] },
    ],
    expected: ['answered local recurring port', 'answered local recurring port'],
  },
  {
    name: 'a closed UDP port, of which an ICMP error tells',
    exchanges: [
      { ours: 'OWN.5 161', its: 'PEER.5 50001', got: [1, 78], protocol: 17 },
      { ours: 'OWN.5', its: 'PEER.5', sent: [1, 106], protocol: 1 },
    ],
    expected: ['refused peer refusal', 'refused peer only direction'],
  },
  {
    name: 'a UDP port that says nothing, of a host that is asked for echos and sends short messages',
    exchanges: [
      { ours: 'OWN.5 161', its: 'PEER.5 50001', got: [1, 78], protocol: 17 },
      { ours: 'OWN.5', its: 'PEER.5', got: [2, 168], sent: [2, 168], protocol: 1 },
      { ours: 'OWN.6 161', its: 'PEER.6 50001', got: [1, 78], protocol: 17 },
      { ours: 'OWN.6', its: 'PEER.6', sent: [1, 40], protocol: 1 },
    ],
    expected: [
      ...['answered unknown unknown', 'unanswered local only direction'],
      ...['unanswered peer only direction', 'unanswered peer only direction'],
    ],
  },
  {
    name: 'IPv6: 20 bytes more',
    exchanges: [
      { ours: '2001:415::5 22', its: '2001:415::6 54321', got: [1, 80], sent: [1, 60] },
      { ours: '2001:415::5 23', its: '2001:415::6 54321', got: [1, 80], sent: [1, 80] },
    ],
    expected: ['refused peer refusal', 'answered peer port rank'],
  },
];

const byFlags: readonly Case[] = [
  {
    name: 'SYN and RST, whatever the sizes and ports',
    exchanges: [{ ours: 'OWN.5 443', its: 'PEER.5 50000', sent: [1, 60, 2], got: [1, 44, 4] }],
    expected: ['refused local tcp-flags'],
  },
  {
    name: 'a RST with ACK, as other sources tell it',
    exchanges: [{ ours: 'OWN.5 443', its: 'PEER.5 50000', sent: [1, 40, 20], got: [1, 40, 2] }],
    expected: ['refused peer tcp-flags'],
  },
  {
    name: 'a half-open probe',
    exchanges: [{ ours: 'OWN.5 443', its: 'PEER.5 50000', sent: [1, 40, 18], got: [2, 80, 6] }],
    expected: ['answered peer tcp-flags'],
  },
  {
    name: 'answers to SYNs that somebody forged: alone, and with our RST',
    exchanges: [
      { ours: 'OWN.5 1234', its: 'PEER.5 443', got: [3, 132, 18] },
      { ours: 'OWN.5 1235', its: 'PEER.5 443', got: [1, 44, 18], sent: [1, 40, 4] },
      { ours: 'OWN.5 1236', its: 'PEER.5 443', got: [1, 40, 4] },
      { ours: 'OWN.5 1237', its: 'PEER.5 50000', sent: [1, 40, 4] },
    ],
    expected: [
      ...['unanswered unknown unknown', 'refused unknown unknown'],
      ...['unanswered unknown unknown', 'unanswered unknown unknown'],
    ],
  },
  {
    name: 'bare headers of an open connection, and its end',
    exchanges: [
      { ours: 'OWN.5 50001', its: 'PEER.5 8443', sent: [1, 40, 0], got: [1, 40, 0] },
      { ours: 'OWN.5 50002', its: 'PEER.5 8443', sent: [1, 40, 1], got: [1, 40, 4] },
    ],
    expected: ['answered local port rank', 'answered local port rank'],
  },
];

describe.each([60, 600])('windows of %d s', (window) => {
  test('refusals by size', async () => {
    const found = await foundIn(bySize, window, false);
    expect(Object.fromEntries(bySize.map(({ name }, at) => [name, found[at]]))).toEqual(
      Object.fromEntries(bySize.map(({ name, expected }) => [name, expected])),
    );
  });

  test('refusals by flags', async () => {
    const found = await foundIn(byFlags, window, true);
    expect(Object.fromEntries(byFlags.map(({ name }, at) => [name, found[at]]))).toEqual(
      Object.fromEntries(byFlags.map(({ name, expected }) => [name, expected])),
    );
  });
});
