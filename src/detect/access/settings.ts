import { defineSettings, type ValuesOf } from '../settings.ts';

/** The thresholds of the access detector. Bytes are payload: what a session carries beyond its packet headers. */
export const accessSettings = defineSettings({
  sshPorts: {
    value: [22, 2222],
    unit: 'ports',
    from: 1,
    to: 65_535,
    reason: 'SSH, and the port that it is moved to most often.',
  },
  rdpPorts: { value: [3389], unit: 'ports', from: 1, to: 65_535, reason: 'Remote Desktop.' },
  adminPorts: {
    value: [445, 5985, 5986, 23, 21, 5900],
    unit: 'ports',
    from: 1,
    to: 65_535,
    reason: 'SMB, WinRM, telnet, FTP, VNC. Add the ports on which your own machines are administered.',
  },
  databasePorts: {
    value: [1433, 3306, 5432],
    unit: 'ports',
    from: 1,
    to: 65_535,
    reason:
      'Watched for guessing from the Internet only: inside, the pools of every application look like guessing.',
  },
  headerBytes: {
    value: 52,
    unit: 'bytes per packet',
    from: 40,
    to: 72,
    reason:
      'IPv4 20, TCP 20, timestamps 12, which Linux sends and Windows does not; IPv6 counts 20 more. Flow logs count headers, the published byte priors do not.',
  },
  leastHeaderBytes: {
    value: 40,
    unit: 'bytes per packet',
    from: 40,
    to: 72,
    reason: 'IPv4 20, TCP 20, as Windows sends it: at most this much less is headers. IPv6 counts 20 more.',
  },
  attemptPackets: {
    value: 10,
    unit: 'packets',
    from: 1,
    to: 1000,
    reason:
      'Of small sessions the size of the headers decides whether a password fits in. To connect and leave takes 7 or 8 packets, a greeting 9, the shortest login (VNC, MySQL) 10 or more.',
  },
  sshAttemptBytes: {
    value: 1000,
    unit: 'bytes',
    from: 1,
    to: 1_000_000,
    reason:
      'No password can be tried before the keys are exchanged, and that takes more; less is a greeting, which scanners and uptime checks collect.',
  },
  rdpAttemptBytes: {
    value: 500,
    unit: 'bytes',
    from: 1,
    to: 1_000_000,
    reason:
      'The negotiation that scanners stop after is some 40 bytes; a certificate and an answer to it take more.',
  },
  otherAttemptBytes: {
    value: 60,
    unit: 'bytes',
    from: 1,
    to: 1_000_000,
    reason: 'Telnet and VNC need no more for a name and a password.',
  },
  sshLoginBytes: {
    value: 4290,
    unit: 'bytes',
    from: 1,
    to: 100_000_000,
    reason:
      'The one published prior: an SSH connection that carries more was let in (Slips). Six passwords, long keys and lost packets carry more without being let in, so that a multiple of it decides.',
  },
  rdpLoginBytes: {
    value: 20_000,
    unit: 'bytes',
    from: 1,
    to: 100_000_000,
    reason:
      'Ours: a refused network-level login takes 2 to 5 kB, the first screen of a session more than 50 kB.',
  },
  otherLoginBytes: {
    value: 10_000,
    unit: 'bytes',
    from: 1,
    to: 100_000_000,
    reason: 'Ours: a refused SMB or WinRM login takes 1 to 4 kB.',
  },
  certainFactor: {
    value: 4,
    unit: 'times the login bytes',
    from: 1,
    to: 1000,
    reason:
      'A session did something when it carries this many times what a login takes and what the short ones of its source carry: for SSH 17 kB, which six tries with long keys, every packet sent twice, do not reach.',
  },
  spreadFactor: {
    value: 6,
    unit: 'robust standard deviations',
    from: 2,
    to: 100,
    reason:
      'A session is larger than the short ones when it exceeds their median by this many 1.4826 MAD; one of 500 million from a normal distribution does.',
  },
  keepAliveBytes: {
    value: 600,
    unit: 'bytes per minute',
    from: 0,
    to: 1_000_000,
    reason:
      'An idle SSH session with a keep-alive every 15 s. What a long session carries at this pace is not work.',
  },
  attemptSeconds: {
    value: 300,
    unit: 'seconds',
    from: 1,
    to: 86_400,
    reason:
      'Servers end a session in which nobody logs in after 2 minutes (OpenSSH, LoginGraceTime), some after 5; two windows are added.',
  },
  workSeconds: {
    value: 600,
    unit: 'seconds',
    from: 1,
    to: 86_400,
    reason:
      'Twice as long as any server waits for a password; two windows are added. Traffic that goes on for longer is of somebody who was let in, however little it is.',
  },
  guessAttempts: {
    value: 8,
    unit: 'sessions',
    from: 3,
    to: 1_000_000,
    reason:
      'From the Internet. A session tries 3 to 6 passwords, so this is the 30 failures of Zeek and the 9 sessions of Slips; over all the data, so that slow guessing counts.',
  },
  insideAttempts: {
    value: 20,
    unit: 'sessions',
    from: 3,
    to: 1_000_000,
    reason: 'From a host of your own: scripts copy files and run commands in short sessions too.',
  },
  alikeSpread: {
    value: 1,
    unit: 'share of the median',
    from: 0.01,
    to: 10,
    reason:
      'At this robust standard deviation sessions are not alike any more. Guessing with one to six tries a session and several key exchanges varies by up to 0.35, with one tool and one try by 0 to 0.05; people by more than 1.',
  },
  guessScore: {
    value: 0.7,
    unit: 'score',
    from: 0,
    to: 1,
    reason: 'Sessions that score lower are too few, too varied or too large for guessing.',
  },
  sprayTargets: {
    value: 3,
    unit: 'hosts',
    from: 2,
    to: 100_000,
    reason: 'Guessing that goes to as many hosts of yours follows a list, not a host.',
  },
  manyAttempts: {
    value: 100,
    unit: 'sessions',
    from: 3,
    to: 10_000_000,
    reason: 'Guessing that lasts this long is not turned away by the service; a login there may succeed.',
  },
  oddAttempts: {
    value: 20,
    unit: 'sessions',
    from: 5,
    to: 1_000_000,
    reason: 'Before an answer can be unlike the others, there must be others.',
  },
  unrelatedNetworks: {
    value: 3,
    unit: 'networks',
    from: 2,
    to: 1000,
    reason:
      'What sources of as many networks get from a service, it gives to anybody: that they are all let in is less likely than that the server answers so.',
  },
  beyondFactor: {
    value: 2,
    unit: 'times what a service gives to anybody',
    from: 1,
    to: 1000,
    reason:
      'Lost packets can double what a refused login carries. A session below this is no larger than others get that were refused.',
  },
  crowdSources: {
    value: 20,
    unit: 'sources',
    from: 2,
    to: 1_000_000,
    reason:
      'As many sources with fewer sessions each than guessing takes are told as one: lists of passwords are spread over rented machines.',
  },
  crowdNamed: {
    value: 2000,
    unit: 'sources',
    from: 1,
    to: 100_000,
    reason:
      'So many sources of a crowd are named, those with the most sessions; a week of an open SSH port has 1,500.',
  },
  weatherSources: {
    value: 5,
    unit: 'sources',
    from: 1,
    to: 1_000_000,
    reason:
      'Where as many other sources guess on the same port, it is what every address on the Internet gets, and says nothing of this host.',
  },
  followSeconds: {
    value: 3600,
    unit: 'seconds',
    from: 60,
    to: 604_800,
    reason:
      'What a host does within an hour after the session belongs to it: tools are fetched and neighbours tried at once.',
  },
  followFactor: {
    value: 10,
    unit: 'times what chance brings',
    from: 1,
    to: 1000,
    reason:
      'A host that meets new peers all day does so after a login too. Ten times its own rate comes of chance less than once in ten.',
  },
  transferBytes: {
    value: 5_000_000,
    unit: 'bytes',
    from: 10_000,
    to: 1_000_000_000_000,
    reason:
      'An hour of full-screen output is 1 to 3 MB: a session after guessing that carries more has copied files.',
  },
  lateralTargets: {
    value: 4,
    unit: 'hosts',
    from: 2,
    to: 100_000,
    reason:
      'Up to three hosts are what an administrator or an application works on in an hour; twice as many raise.',
  },
  habitDays: {
    value: 2,
    unit: 'days',
    from: 1,
    to: 365,
    reason: 'A source with work on as many days is a habit, and a habit can be asked about.',
  },
  habitHours: {
    value: 6,
    unit: 'hours',
    from: 1,
    to: 1000,
    reason:
      'For work from host to host also within a day: a bastion is at work in as many different hours, an intruder seldom.',
  },
  lateralScore: {
    value: 0.6,
    unit: 'score',
    from: 0,
    to: 1,
    reason: 'Sources that score lower work on many hosts too, but one after the other and as a habit.',
  },
  largeBytes: {
    value: 100_000_000,
    unit: 'bytes',
    from: 10_000,
    to: 1_000_000_000_000,
    reason: 'More than typing and looking takes: files were copied.',
  },
  sharedClients: {
    value: 5,
    unit: 'sources',
    from: 2,
    to: 100_000,
    reason: 'A service on which as many sources work is there for all of them: a file server, a bastion.',
  },
});

export type AccessValues = ValuesOf<typeof accessSettings>;

/** Every port that the detector looks at, once each. */
export function portsOf(values: AccessValues): readonly number[] {
  return [
    ...new Set([...values.sshPorts, ...values.rdpPorts, ...values.adminPorts, ...values.databasePorts]),
  ].sort((a, b) => a - b);
}
