import * as v from 'valibot';

const count = v.number();
const maybe = v.nullable(v.number());
const label = v.nullable(v.string());
const several = v.nullish(v.array(v.nullable(v.union([v.string(), v.number()]))));

/** One source on one admin port, over all hosts that it went to; or one service that a crowd of sources tries. */
export const accessRow = v.object({
  /** `crowd`: many sources on one service, each too seldom to be named; `source` is the busiest. */
  class: v.picklist(['inbound', 'outbound', 'internal', 'crowd']),
  source: v.string(),
  /** Sources behind the row: 1, or those of a crowd. */
  sources: count,
  servicePort: v.number(),
  /** Hosts that were asked; one of them, and whether it is the only one. */
  targets: count,
  anyTarget: v.string(),
  refused: count,
  greetings: count,
  idle: count,
  attempts: count,
  attemptTargets: count,
  /** Payload of the short sessions: median, and median distance from it. */
  typical: maybe,
  typicalUp: maybe,
  typicalDown: maybe,
  mad: maybe,
  attemptSeconds: maybe,
  firstAttempt: maybe,
  lastAttempt: maybe,
  busiestHour: count,
  attemptHours: count,
  attemptDays: count,
  /** Attempts that stand out from the others by their size, though not enough to be called active; the largest. */
  standingOut: count,
  standingOutMost: maybe,
  loginBytes: maybe,
  /** What a session must exceed to count as having done something. */
  threshold: maybe,
  active: count,
  activeTargets: count,
  activeBytes: count,
  activeHours: count,
  activeDays: count,
  activeBefore: count,
  /** The largest session that did something, one that came after guessing first. */
  largest: maybe,
  largestTarget: label,
  largestStart: maybe,
  largestSeconds: maybe,
  attemptsBefore: count,
  /** Answers of the target by size: how many had a size that others had too; those of a size of their own. */
  commonAnswers: count,
  oddAnswers: count,
  usualAnswer: maybe,
  oddAnswer: maybe,
  oddEnd: maybe,
  oddTarget: label,
  /** Other sources that the same service gave an answer of the odd size. */
  oddElsewhere: count,
  /** Networks that call on the service with small sessions; what they carry in the middle; what several of them reach. */
  networks: count,
  usual: maybe,
  given: maybe,
  /** Other sources from the Internet that guess on the same port anywhere. */
  otherGuessers: count,
  /** After the login: how long was looked, peers on the Internet met for the first time, of all that the host ever met. */
  afterSeconds: maybe,
  newPeers: count,
  knownPeers: count,
  newPeer: label,
  newPeerPort: maybe,
  newPeerBytes: count,
  /** The same of hosts inside, by their admin ports. */
  newHosts: count,
  knownHosts: count,
  /** Over all admin ports, of east/west sources: hosts worked on that few others work on. */
  fanOut: count,
  fanOutPorts: count,
  fanOutBurst: count,
  fanOutHours: count,
  fanOutDays: count,
  fanOutBytes: count,
  /** True for the port that speaks for the source. */
  fanOutFirst: v.boolean(),
  /** Who guessed its way into the source before it worked on others. */
  breachedBy: label,
  /** Other sources that talk to the target's service, refusals and guessing from outside left out; other sources of the same network that were let in anywhere. */
  otherClients: count,
  neighbours: count,
  /** Labels of the Internet end; of several ends none. */
  asn: maybe,
  network: label,
  country: label,
  provider: label,
  setAside: label,
  /** Scope of the end that should be ours: `internet` where its range was not declared. */
  ownScope: label,
  windowSeconds: count,
  firstSeen: count,
  lastSeen: count,
  bytes: count,
  /** The sources of a crowd, as lists of one length. */
  peerNames: several,
  peerSince: several,
  peerUntil: several,
  peerSessions: several,
  peerNetworks: several,
  peerCountries: several,
});

/** The numbers of one source, or crowd of sources, on one port. */
export type AccessRow = v.InferOutput<typeof accessRow>;
