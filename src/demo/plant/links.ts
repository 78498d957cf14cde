import type { Connection } from '../connection.ts';
import type { Host } from '../hosts.ts';
import type { Random } from '../random.ts';

/** Packets and bytes of both directions. */
export type Volume = Pick<Connection, 'packetsOut' | 'bytesOut' | 'packetsIn' | 'bytesIn'>;

/** Second of the first packet, and how many until the last. */
export interface Moment {
  readonly start: number;
  readonly seconds: number;
}

/** A host asks a server, from a port that its system gives out. */
export function asks(
  host: Host,
  [peer, peerPort]: readonly [string, number],
  { start, seconds }: Moment,
  volume: Volume,
  random: Random,
  protocol = 6,
): Connection {
  return {
    ...{ start: Math.floor(start), end: Math.floor(start) + Math.round(seconds) },
    ...{ local: host.address, localPort: random.ephemeralPort(), localInterface: host.nic },
    ...{ peer, peerPort, protocol, ...volume, initiator: 'local' },
  };
}

/** Somebody on the Internet asks a host. */
export function isAsked(
  host: Host,
  localPort: number,
  [peer, peerPort]: readonly [string, number],
  { start, seconds }: Moment,
  volume: Volume,
  protocol = 6,
): Connection {
  return {
    ...{ start: Math.floor(start), end: Math.floor(start) + Math.round(seconds) },
    ...{ local: host.address, localPort, localInterface: host.nic },
    ...{ peer, peerPort, protocol, ...volume, initiator: 'peer' },
  };
}

/** Share of the full size that circumstances have: small demos hold less of everything. */
export function sized({ records }: { readonly records: number }, full: number, least: number): number {
  return Math.max(least, Math.round(full * Math.min(1, records / 200_000)));
}
