import { defineSettings } from '../settings.ts';

/** Thresholds for what calls in, for rows of peers and for meshes. */
export const groupSettings = defineSettings({
  inboundBeats: {
    value: 24,
    unit: 'beats',
    from: 4,
    to: 1000,
    reason:
      'Crawlers, feed readers and scanners come in several times a day; a poller comes as often as this within hours.',
  },
  publicCallers: {
    value: 5,
    unit: 'peers',
    from: 2,
    to: 10_000,
    reason: 'A service that answered so many peers is meant for the public, and is monitored from outside.',
  },
  rowPeers: {
    value: 3,
    unit: 'peers',
    from: 2,
    to: 1000,
    reason: 'Two are a service with a spare; an implant has a list of servers.',
  },
  usualRowPeers: {
    value: 5,
    unit: 'peers',
    from: 2,
    to: 1000,
    reason:
      'On ports that everybody uses, without a pace: so many peers of as many networks, each with a dozen small sessions of one size, are no sites that somebody reads.',
  },
  meshPeers: {
    value: 50,
    unit: 'peers with several sessions',
    from: 10,
    to: 10_000,
    reason:
      'Calls and games meet a handful of peers on odd ports; peer-to-peer networks keep up with a hundred or more.',
  },
  meshNetworks: {
    value: 15,
    unit: 'networks',
    from: 3,
    to: 1000,
    reason: 'The machines of one service lie in few networks, infected homes in many.',
  },
  meshSeconds: {
    value: 21_600,
    unit: 'seconds',
    from: 3600,
    to: 604_800,
    reason: 'A download or a game among strangers ends within hours; a bot stays.',
  },
  maxPeers: {
    value: 1000,
    unit: 'peers of one finding',
    from: 10,
    to: 10_000,
    reason: 'The busiest are named; the number of all is told.',
  },
  maxGroups: {
    value: 300,
    unit: 'rows of peers',
    from: 10,
    to: 10_000,
    reason: 'The busiest rows of peers are judged; nobody reads more.',
  },
});
