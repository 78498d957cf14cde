import type { NetworkInterface } from './hosts.ts';

/**
 * One simulated connection between two ends, before AWS cuts it into records.
 * The local end is the host of the estate; between two hosts it is the client.
 */
export interface Connection {
  /** Second of the first packet (Unix). */
  readonly start: number;
  /** Second of the last packet. */
  readonly end: number;
  readonly local: string;
  readonly localPort: number;
  readonly localInterface: NetworkInterface;
  readonly peer: string;
  readonly peerPort: number;
  /** The peer's interface when the peer is a host of the estate too (east/west). */
  readonly peerInterface?: NetworkInterface;
  readonly protocol: number;
  /** Local to peer, headers included; no packets: no record of that direction. */
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
  /** In how many bursts, evenly from start to end, the packets of a direction travel. Absent: each on its own. */
  readonly bursts?: number;
  readonly initiator: 'local' | 'peer';
  /** The end whose security group refused the packets that reached it. */
  readonly rejectedBy?: 'local' | 'peer';
}

/** The capture's first second, and the first one after it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Receives one direction of one connection in one window: seconds of the first and the last packet, window's end. */
export type CutVisitor = (
  outbound: boolean,
  packets: number,
  bytes: number,
  first: number,
  last: number,
  windowEnd: number,
) => void;

/**
 * Cuts a connection, as one interface sees it, into the records of the windows that end in (after, upTo].
 * Returns whether windows remain for later. Over all windows the records sum to the connection exactly.
 */
export function cut(
  connection: Connection,
  seenAt: NetworkInterface,
  capture: Span,
  after: number,
  upTo: number,
  visit: CutVisitor,
): boolean {
  const { phaseSeconds, windowSeconds } = seenAt;
  const resume = Math.max(connection.start, after - windowSeconds, capture.from);
  let start = phaseSeconds + Math.floor((resume - phaseSeconds) / windowSeconds) * windowSeconds;
  for (; start <= connection.end && start < capture.to; start += windowSeconds) {
    const begin = Math.max(start, capture.from);
    const end = Math.min(start + windowSeconds, capture.to);
    if (end <= after) continue;
    if (end > upTo) return true;
    visitDirection(connection, true, connection.packetsOut, connection.bytesOut, begin, end, visit);
    visitDirection(connection, false, connection.packetsIn, connection.bytesIn, begin, end, visit);
  }
  return false;
}

function visitDirection(
  connection: Connection,
  outbound: boolean,
  packets: number,
  bytes: number,
  begin: number,
  end: number,
  visit: CutVisitor,
): void {
  if (packets === 0) return;
  const { start } = connection;
  if (begin <= start && end > connection.end) {
    visit(outbound, packets, bytes, start, connection.end, end);
    return;
  }
  const seconds = connection.end - start;
  const bursts = Math.min(connection.bursts ?? packets, packets);
  const before = burstsBefore(begin - start, seconds, bursts);
  const after = burstsBefore(end - start, seconds, bursts);
  if (after <= before) return;
  const packetsBefore = Math.floor((packets * before) / bursts);
  const packetsAfter = Math.floor((packets * after) / bursts);
  const first = start + burstOffset(before, seconds, bursts);
  const last = start + burstOffset(after - 1, seconds, bursts);
  visit(
    outbound,
    packetsAfter - packetsBefore,
    Math.floor((bytes * packetsAfter) / packets) - Math.floor((bytes * packetsBefore) / packets),
    Math.max(begin, first),
    Math.min(end - 1, last),
    end,
  );
}

function burstsBefore(offset: number, seconds: number, bursts: number): number {
  if (offset <= 0) return 0;
  if (offset > seconds || bursts === 1) return bursts;
  return Math.min(bursts, Math.ceil((offset * (bursts - 1)) / seconds));
}

function burstOffset(burst: number, seconds: number, bursts: number): number {
  return bursts === 1 ? 0 : Math.floor((burst * seconds) / (bursts - 1));
}

/** What travels when a TCP connection carries this payload: segments, acknowledgements, handshake, headers. */
export function tcpVolume(
  payloadOut: number,
  payloadIn: number,
): Pick<Connection, 'packetsOut' | 'bytesOut' | 'packetsIn' | 'bytesIn'> {
  const segmentsOut = Math.ceil(payloadOut / 1448);
  const segmentsIn = Math.ceil(payloadIn / 1448);
  const packetsOut = 3 + segmentsOut + (segmentsIn >> 1);
  const packetsIn = 2 + segmentsIn + (segmentsOut >> 1);
  return {
    packetsOut,
    bytesOut: Math.round(payloadOut) + 52 * packetsOut + 8,
    packetsIn,
    bytesIn: Math.round(payloadIn) + 52 * packetsIn + 8,
  };
}
