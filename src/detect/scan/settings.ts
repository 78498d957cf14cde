import { defineSettings, type ValuesOf } from '../settings.ts';

/** The thresholds of the scan detector. */
export const scanSettings = defineSettings({
  answeredWhenHarmless: {
    value: 0.8,
    unit: 'share',
    from: 0.5,
    to: 0.99,
    reason:
      'Share of first contacts that are answered when a source means no harm (threshold random walk of Jung et al., as in SiLK).',
  },
  answeredWhenScanning: {
    value: 0.2,
    unit: 'share',
    from: 0.01,
    to: 0.49,
    reason:
      'The same share when a source scans; with 0.8 above, each miss makes a scan four times as likely.',
  },
  odds: {
    value: 99,
    unit: 'to 1',
    from: 3,
    to: 1e6,
    reason: 'How likely a scan must be against no scan: 99 to 1 needs four misses more than hits.',
  },
  countedTries: {
    value: 8,
    unit: 'sessions of one contact',
    from: 1,
    to: 100,
    reason:
      'A source on the Internet that is refused and comes back is probing; more than this of one port and host add nothing.',
  },
  packetsOfOneTry: {
    value: 7,
    unit: 'packets',
    from: 1,
    to: 100,
    reason:
      'A client that gets no answer sends its SYN at most seven times (Linux); more packets are more tries.',
  },
  probeBytes: {
    value: 60,
    unit: 'bytes a packet',
    from: 40,
    to: 100,
    reason:
      'A SYN with all its options is 40 to 60 bytes long (20 more in IPv6), a RST 40: nothing was said in packets of that size.',
  },
  probePackets: {
    value: 3,
    unit: 'packets each way',
    from: 1,
    to: 10,
    reason:
      'Refusal by RST is 1 packet each way, a half-open probe 2 to 1, a full one 3 to 1; twice the first where SYN is repeated.',
  },
  habit: {
    value: 10,
    unit: 'answered sessions of one contact',
    from: 2,
    to: 1000,
    reason:
      'Health checks say nothing either, but come back for ever; scans ask a port a few times, so this often is no scan.',
  },
  echoBytes: {
    value: 56,
    unit: 'bytes a packet',
    from: 28,
    to: 100,
    reason:
      'An ICMP error quotes the packet it is about and has at least 56 bytes; a shorter message is a probe.',
  },
  few: {
    value: 5,
    unit: 'targets or ports',
    from: 1,
    to: 100,
    reason:
      'Hosts that are asked for one of a few ports are swept, and the other way round (bro-simple-scan: five).',
  },
  broad: {
    value: 10,
    unit: 'targets or ports',
    from: 2,
    to: 10_000,
    reason:
      'Ten hosts on a port or ten ports of a host are past the accidents of a misconfigured client (Panther, Slips).',
  },
  wideTargets: {
    value: 25,
    unit: 'contacts in vain',
    from: 2,
    to: 100_000,
    reason: 'Zeek calls 25 refusing hosts an address scan.',
  },
  widePorts: {
    value: 15,
    unit: 'ports of one host',
    from: 2,
    to: 65_535,
    reason: 'Zeek calls 15 refused ports of one host a port scan.',
  },
  adminPorts: {
    value: [22, 23, 135, 445, 3389, 5900, 5985, 5986],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'Where a session after a scan means that someone may have logged in.',
  },
  webPorts: {
    value: [80, 443],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'A host whose way to the web is blocked asks many servers in vain and scans nothing.',
  },
  sessionBytes: {
    value: 20_000,
    unit: 'bytes of one session',
    from: 100,
    to: 1e9,
    reason:
      'Before anybody is let in, SSH says up to about 10 kB (key exchange, six tries), RDP with network level authentication and SMB less: what moves more in one session has done something.',
  },
  largeBytes: {
    value: 1_000_000,
    unit: 'bytes of one session',
    from: 1000,
    to: 1e12,
    reason:
      'A megabyte in one session after a scan is more than banners, error pages and handshakes, and than the login screen of RDP.',
  },
  mostCandidates: {
    value: 3000,
    unit: 'sources',
    from: 10,
    to: 100_000,
    reason:
      'The Internet never stops scanning: the strongest sources are judged; local scanners and those that got an answer come first.',
  },
});

/** The values of the settings. */
export type ScanValues = ValuesOf<typeof scanSettings>;

/** How many more misses than hits the walk needs to reach the odds. */
export function missesNeeded(settings: ScanValues): number {
  const { answeredWhenHarmless, answeredWhenScanning, odds } = settings;
  return Math.ceil(Math.log(odds) / Math.log((1 - answeredWhenScanning) / (1 - answeredWhenHarmless)) - 1e-9);
}
