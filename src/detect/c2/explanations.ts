import type { Context } from '../detector.ts';
import type { SeverityStep } from '../finding.ts';
import { delivers, servicesOnly } from './company.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { sameness } from './score.ts';
import type { C2Values } from './settings.ts';
import { perSession } from './sizes.ts';
import { amount, duration, percent, size } from './words.ts';

/** Harmless reasons to be regular, each with its number. */
export function explanations(
  row: C2Row,
  reading: Reading,
  settings: C2Values,
  context: Context,
): SeverityStep[] {
  return [
    company(row, settings, context),
    whose(row),
    chore(row, settings),
    content(row, reading, settings),
    hoursOfPeople(row, settings),
    ...sharing(row),
  ].filter((step) => step !== undefined);
}

const one = (because: string, steps = -1): SeverityStep => ({ because, steps });

/** Few beats, or not even a day of them: whatever else they look like, people's programs make such paces all the time. */
export function shortness(row: C2Row, { beats, seconds, base }: Reading, settings: C2Values): SeverityStep[] {
  if (base !== 'medium') return [];
  if (row.shape === 'pair' && beats < settings.shortBeats)
    return [one(`${amount(beats)} beats: fewer than ${settings.shortBeats} prove little by themselves`)];
  if (seconds < settings.fullSeconds)
    return [one(`active for ${duration(seconds)}, less than ${duration(settings.fullSeconds)}`)];
  return [];
}

/** What several hosts do. */
function company(row: C2Row, settings: C2Values, context: Context): SeverityStep | undefined {
  const { localHosts } = context;
  const share = (hosts: number) => hosts / Math.max(1, localHosts);
  const of = (hosts: number) =>
    `${amount(hosts)} of ${amount(localHosts)} local hosts (${percent(share(hosts))})`;
  if (row.locals >= settings.commonHosts && share(row.locals) >= settings.commonShare)
    return one(`${of(row.locals)} talk to this peer`, share(row.locals) >= 0.5 ? -2 : -1);
  if (row.alike >= settings.commonHosts && share(row.alike) >= settings.alikeShare)
    return one(
      `${amount(row.alike - 1)} other hosts keep the same pace to ${row.network ?? 'this network'} on port ${row.servicePort}, as agents of one vendor do`,
      -2,
    );
  if (localHosts >= settings.rareNetwork || row.shape === 'mesh') return undefined;
  const isShared = (hosts: number, least: number) => hosts >= least && share(hosts) >= settings.sharedShare;
  if (isShared(row.locals, 2)) return one(`${of(row.locals)} talk to this peer`);
  // Two hosts that share no peer may be two that one gang infected; what a third does as well is the house's.
  if (isShared(row.networkHosts, 3))
    return one(
      `${of(row.networkHosts)} keep a pace to ${row.network ?? 'this network'} on port ${row.servicePort}`,
    );
  if (isShared(row.portHosts, 3) && row.servicePort !== 80 && row.servicePort !== 443)
    return one(`${of(row.portHosts)} keep a pace on port ${row.servicePort}`);
  return undefined;
}

/** Whose the peer is. */
function whose({ setAside, provider, network }: C2Row): SeverityStep | undefined {
  if (setAside !== null) return one(`the peer belongs to ${setAside}, a network that is set aside`);
  if (provider !== null && servicesOnly.includes(provider))
    return one(`${provider} runs its own services there and rents no machines`);
  if (delivers(network, provider))
    return one(`${network ?? provider} delivers what others publish, update checks and telemetry among it`);
  return undefined;
}

/** Services that are regular by their nature. */
function chore(
  { protocol, servicePort, bytesOut, packetsOut }: C2Row,
  settings: C2Values,
): SeverityStep | undefined {
  const port = servicePort ?? 0;
  if (port === 53 || port === 853)
    return one(
      `port ${port} is name lookups, which follow what the host does and how long answers may be kept`,
    );
  // A time packet has 76 bytes with its headers, 96 over IPv6; with a signature 20 to 24 more.
  if (port === 123 && protocol === 17 && bytesOut <= 128 * packetsOut)
    return one('port 123 sets clocks, at a steady pace by design', -2);
  if (protocol === 1 || protocol === 58) return one('ICMP is how hosts check whether others can be reached');
  if (settings.mailPorts.includes(port)) return one(`port ${port} is mail, which programs fetch at a pace`);
  if (settings.chatPorts.includes(port))
    return one(`port ${port} is messages and push services, which tell presence at a pace`);
  if (protocol === 17 && settings.relayPorts.includes(port))
    return one(
      `UDP port ${port} carries calls by way of relays (STUN, TURN), which are steady while they last`,
    );
  return undefined;
}

/** What is carried: the strongest of bulk, answers that are larger than questions, and answers that change. */
function content(row: C2Row, { kind }: Reading, settings: C2Values): SeverityStep | undefined {
  const { outMid, inLow, inMid, inHigh } = row;
  if (kind === 'long channel' || row.shape === 'mesh' || outMid === null) return undefined;
  if (perSession(row) > settings.bulkBytes)
    return one(
      `${size(perSession(row))} each time is a job that fetches or delivers, more than a check-in needs`,
    );
  if ((inMid ?? 0) >= settings.answerFactor * Math.max(1, outMid))
    return one(
      `answers are ${amount((inMid ?? 0) / Math.max(1, outMid))} times as large as the questions, as those of feeds, mail and updates are`,
    );
  if (sameness(inLow, inMid, inHigh) < 0.2)
    return one(
      `the answers change in size (middle half ${amount(inLow ?? 0)} to ${amount(inHigh ?? 0)} B): there is news in them`,
    );
  return undefined;
}

/** A channel that rests while the host does not follows a person. */
function hoursOfPeople(row: C2Row, { officeHours }: C2Values): SeverityStep | undefined {
  const { dayHours, hostHours, firstSeen, lastSeen, visits } = row;
  if (row.shape !== 'pair' || dayHours === null || hostHours === null || lastSeen - firstSeen < 172_800)
    return undefined;
  // Few starts cannot fill many hours.
  if ((visits ?? row.sessions) < 2 * officeHours || dayHours > officeHours || hostHours < dayHours + 8)
    return undefined;
  return one(
    `it starts in ${amount(dayHours)} hours of the day only, while the host is busy in ${amount(hostHours)}: it follows people`,
  );
}

/** What tells file sharing and servers from a botnet. */
function sharing({ shape, bulkShare, sharingPeers, members, calledShare }: C2Row): SeverityStep[] {
  if (shape !== 'mesh') return [];
  const steps: SeverityStep[] = [];
  if ((bulkShare ?? 0) >= 0.5)
    steps.push(one(`${percent(bulkShare ?? 0)} of the bytes are in large transfers: file sharing`));
  if ((sharingPeers ?? 0) >= 0.2 * members)
    steps.push(
      one(`${amount(sharingPeers ?? 0)} of ${amount(members)} peers use ports of file sharing programs`),
    );
  if ((calledShare ?? 0) >= 0.9)
    steps.push(
      one(`${percent(calledShare ?? 0)} of the sessions seem to be started by the peers: a server of theirs`),
    );
  return steps;
}
