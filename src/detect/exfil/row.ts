import * as v from 'valibot';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

/** What the query counts for one candidate: bytes to a peer, or to the addresses of one network. */
export const exfilRow = v.object({
  /** `pair`: one peer; `network`: several peers of one network, of which `peer` got most. */
  scale: v.picklist(['pair', 'network']),
  carrier: v.picklist(['data', 'dns', 'icmp']),
  /** `in`: the peer started the sessions. */
  way: v.picklist(['out', 'in']),
  local: v.string(),
  peer: v.string(),
  /** Peers behind the row; 1 for a pair. */
  peers: v.number(),
  /** Null where no port carries most of the bytes. */
  servicePort: number,
  protocol: number,
  ports: v.number(),
  sessions: v.number(),
  bytesOut: v.number(),
  bytesIn: v.number(),
  packetsOut: v.number(),
  packetsIn: v.number(),
  firstSeen: v.number(),
  lastSeen: v.number(),
  /** The least that is looked at for this local host. */
  floor: v.number(),
  /** What the local host sent to all peers that are not set aside, this row included. */
  localOut: v.number(),
  /** Peers the local host sent to, and the quartiles of the logarithms of bytes that they got. */
  localPeers: v.number(),
  logLower: v.number(),
  logMiddle: v.number(),
  logUpper: v.number(),
  /** Local hosts that sent anything to the Internet. */
  senders: v.number(),
  /** Local hosts that sent to the peer (or network), and the mean logarithm of what the others sent. */
  locals: v.number(),
  othersLog: number,
  /** Peers of the same network that any local host sent to. */
  networkPeers: v.number(),
  /** Local hosts that sent to the same network. */
  networkLocals: v.number(),
  /** Peers that any local host met on this port. */
  portPeers: v.number(),
  asn: number,
  network: text,
  country: text,
  provider: text,
  setAside: text,
  /** Hours with bytes out, and the spread (standard deviation by mean) of bytes among them. */
  hours: v.number(),
  spread: v.number(),
  /** Bytes of sessions of which it is not certain who started them. */
  doubtfulOut: v.number(),
  /** Days of the local host in the data; bytes on the row's largest day and on its median day. */
  days: v.number(),
  /** Days on which the row has bytes, and the least that it has on one of them. */
  activeDays: v.number(),
  leastDay: v.number(),
  peakDay: v.number(),
  usualDay: v.number(),
  /** What the local host sent to others on its median day. */
  restDay: v.number(),
});

export type ExfilRow = v.InferOutput<typeof exfilRow>;
