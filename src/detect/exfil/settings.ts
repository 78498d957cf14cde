import { defineSettings, type ValuesOf } from '../settings.ts';

/** Thresholds of the exfiltration detector. */
export const exfilSettings = defineSettings({
  smallestBytes: {
    value: 50_000,
    unit: 'bytes',
    from: 1000,
    to: 1e12,
    reason:
      'Less is not looked at in a day of one host: credentials fit in, but so does a web form. Grows with the root of the host-days.',
  },
  floorShare: {
    value: 0.05,
    unit: 'share of what the local host sent to the Internet, set-asides left out',
    from: 0,
    to: 1,
    reason:
      'In small data small transfers matter: between the smallest bytes and the floor, a peer must have got this share.',
  },
  floorBytes: {
    value: 10_000_000,
    unit: 'bytes',
    from: 1000,
    to: 1e13,
    reason: 'From here on a peer is looked at whatever else the host sent: a mailbox or a small database.',
  },
  largeBytes: {
    value: 1_000_000_000,
    unit: 'bytes',
    from: 1000,
    to: 1e14,
    reason:
      'The amount counts in full from here, and makes a severity of high: a gigabyte is a whole archive.',
  },
  leastRatio: {
    value: 1,
    unit: 'bytes out per byte in',
    from: 0,
    to: 1000,
    reason: 'Whoever takes more than they give downloads. Acknowledgements alone make 0.02 to 0.05.',
  },
  clearRatio: {
    value: 10,
    unit: 'bytes out per byte in',
    from: 1,
    to: 1000,
    reason: 'Plain uploads measure 15 to 60; interactive use, calls and telemetry seldom pass 3.',
  },
  twoWayRatio: {
    value: 2,
    unit: 'bytes out per byte in',
    from: 0,
    to: 100,
    reason:
      'Calls and remote desktops send about as much as they get. Theft in bulk goes one way. From the floor bytes on.',
  },
  burstSeconds: {
    value: 600,
    unit: 'seconds',
    from: 1,
    to: 86_400,
    reason: 'Tests of speed take 20 s to 3 minutes, and are repeated once or twice; two windows are added.',
  },
  burstBack: {
    value: 0.1,
    unit: 'payload back by payload out',
    from: 0.01,
    to: 100,
    reason:
      'The way back of an upload is acknowledgements and short answers, under 3 % of its payload. A test of speed fills it too, ten to a hundredfold.',
  },
  mailPorts: {
    value: [25, 465, 587, 993],
    unit: 'ports',
    from: 1,
    to: 65_535,
    reason: 'To send mail, and to keep the copy of what was sent.',
  },
  mailBytes: {
    value: 70_000_000,
    unit: 'bytes',
    from: 1000,
    to: 1e12,
    reason: 'Mail servers take 25 to 50 MB in one mail, and base64 adds a third.',
  },
  habitDays: {
    value: 3,
    unit: 'days',
    from: 2,
    to: 365,
    reason:
      'What goes out on as many days, on two of three days of the data and from the first of them on, is a job: a backup, a mirror.',
  },
  alikeDays: {
    value: 0.5,
    unit: 'least day by largest day',
    from: 0.01,
    to: 1,
    reason: 'Backups grow by percents from day to day. Theft has its day.',
  },
  strangeDeviations: {
    value: 3.5,
    unit: 'robust standard deviations of the logarithm of bytes',
    from: 1,
    to: 20,
    reason: 'The usual bound for outliers by modified z-scores (Iglewicz and Hoaglin, 1993).',
  },
  rareShare: {
    value: 0.02,
    unit: 'share of the local hosts',
    from: 0,
    to: 1,
    reason: 'A peer of at most this share of the hosts (or of a single one) is rare; RITA uses 2 % too.',
  },
  commonShare: {
    value: 0.2,
    unit: 'share of the local hosts',
    from: 0.01,
    to: 1,
    reason:
      'A peer that a fifth of the hosts send to is a service of the house: monitoring, backups, updates.',
  },
  fewHosts: {
    value: 10,
    unit: 'local hosts',
    from: 2,
    to: 1000,
    reason: 'With fewer hosts a share of them says little; how rare the network is weighs instead.',
  },
  usualPorts: {
    value: [22, 25, 80, 123, 443, 465, 587, 853, 993, 995, 3478, 5223, 5228, 8443, 8883],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason:
      'Services that most hosts use on the Internet. Others are unusual unless many peers are met on them.',
  },
  probedPorts: {
    value: 10,
    unit: 'ports',
    from: 2,
    to: 65_535,
    reason:
      'Packets of little more than headers to this many ports of one peer are a scan. Transfers over many ports, as FTP, are full.',
  },
  slowHours: {
    value: 12,
    unit: 'hours with bytes out',
    from: 2,
    to: 10_000,
    reason: 'Slow and steady is told from half a day on; shorter transfers are seen by their amount.',
  },
  steadySpread: {
    value: 0.5,
    unit: 'standard deviation of bytes per hour by their mean',
    from: 0.01,
    to: 5,
    reason: 'People and jobs vary by more than their mean from hour to hour; a throttled transfer does not.',
  },
  historyHours: {
    value: 6,
    unit: 'hours',
    from: 1,
    to: 10_000,
    reason:
      'A first contact means something only after the data has been quiet about the peer for this long.',
  },
  tunnelPacketBytes: {
    value: 110,
    unit: 'bytes per packet out',
    from: 40,
    to: 1500,
    reason:
      'DNS queries measure 60 to 90 bytes with headers, echo requests 60 to 98; tunnels fill their packets.',
  },
  setAsideBytes: {
    value: 100_000_000,
    unit: 'bytes',
    from: 1000,
    to: 1e14,
    reason: 'Uploads to a set-aside network are shown, low, from here on: buckets and drives carry loot too.',
  },
  muchLarger: {
    value: 10,
    unit: 'times the usual day',
    from: 2,
    to: 1000,
    reason:
      'Backups grow by percents. Ten times the median day of the same host and network is another thing.',
  },
  yesScore: {
    value: 0.5,
    unit: 'score',
    from: 0,
    to: 1,
    reason: 'Half of the weight: one strange number alone is no finding.',
  },
});

export type ExfilValues = ValuesOf<typeof exfilSettings>;
