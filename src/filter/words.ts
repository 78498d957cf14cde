/** Protocols by the names that a filter knows. */
export const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  icmpv6: 58,
  sctp: 132,
};

const decimal = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Units of the numbers in a filter, in lower case. */
export const units: Readonly<
  Record<'bytes' | 'count' | 'seconds' | 'share', Readonly<Record<string, number>>>
> = {
  bytes: {
    ...decimal,
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
  },
  count: decimal,
  seconds: { '': 1, s: 1, m: 60, min: 60, h: 3600, d: 86_400 },
  share: { '': 1 },
};
