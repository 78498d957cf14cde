import { providers } from '../../addresses/providers.ts';
import type { Context } from '../detector.ts';
import type { SeverityStep } from '../finding.ts';
import { fewHosts } from './candidates.ts';
import { rentsMachines } from './hosting.ts';
import type { C2Row } from './query.ts';
import type { C2Values } from './settings.ts';
import { amount, percent, size } from './words.ts';

/** Few hosts talk to the peer: an implant, or something that only they use. A handful of hosts cannot tell. */
function isRare(row: C2Row, settings: C2Values, context: Context): boolean {
  if (context.localHosts < settings.commonHosts) return false;
  return row.locals <= fewHosts(settings, context);
}

export function isUnusualPort(row: C2Row, settings: C2Values): boolean {
  if (row.protocol !== 6 && row.protocol !== 17) return false;
  return !settings.usualPorts.includes(row.servicePort ?? 0);
}

function isRelay({ protocol, servicePort }: C2Row, settings: C2Values): boolean {
  return protocol === 17 && settings.relayPorts.includes(servicePort ?? 0);
}

export function isCommon(row: C2Row, settings: C2Values, context: Context): boolean {
  return row.locals >= settings.commonHosts && row.locals >= settings.commonShare * context.localHosts;
}

/** What lowers or raises the severity, each with its reason. What has a harmless explanation is not raised as well. */
export function severitySteps(
  row: C2Row,
  settings: C2Values,
  context: Context,
  isBeats: boolean,
): SeverityStep[] {
  const explained = explanations(row, settings, context, isBeats);
  return [
    ...explained,
    ...circumstances(row, context),
    ...raising(row, settings, context, explained.length > 0),
  ];
}

/** Harmless reasons to be regular. */
function explanations(row: C2Row, settings: C2Values, context: Context, isBeats: boolean): SeverityStep[] {
  const steps: SeverityStep[] = [];
  const share = row.locals / Math.max(1, context.localHosts);
  if (isCommon(row, settings, context)) {
    steps.push({
      because: `${amount(row.locals)} of ${amount(context.localHosts)} local hosts (${percent(share)}) talk to this peer`,
      steps: share >= 0.5 ? -2 : -1,
    });
  }
  if (row.alike >= settings.commonHosts && row.alike >= settings.alikeShare * context.localHosts) {
    steps.push({
      because: `${amount(row.alike - 1)} other hosts keep the same pace to ${row.network ?? 'this network'} on port ${row.servicePort}, as agents of one vendor do`,
      steps: -2,
    });
  }
  if (row.siblings > 0) {
    steps.push({
      because: `the same host keeps the same pace to ${amount(row.siblings)} busier addresses of ${row.network ?? 'this network'}; the busiest stands for them`,
      steps: -2,
    });
  }
  if (row.setAside !== null) {
    steps.push({ because: `the peer belongs to ${row.setAside}, a network that is set aside`, steps: -1 });
  } else if (row.provider !== null && ownServices.has(row.provider)) {
    steps.push({ because: `${row.provider} runs its own services there and rents no machines`, steps: -1 });
  }
  const chore = choreOf(row);
  if (chore !== undefined) steps.push(chore);
  if (isRelay(row, settings)) {
    steps.push({
      because: `UDP port ${row.servicePort} carries calls by way of relays (STUN, TURN), which are steady while they last`,
      steps: -1,
    });
  }
  const perBeat = (row.outMid ?? 0) + (row.inMid ?? 0);
  if (isBeats && perBeat > settings.bulkBytes) {
    steps.push({
      because: `${size(perBeat)} each time is a job that fetches or delivers, more than a check-in needs`,
      steps: -1,
    });
  }
  return steps;
}

function circumstances(row: C2Row, context: Context): SeverityStep[] {
  const steps: SeverityStep[] = [];
  if (context.hasBothDirections && row.answered * 2 < row.sessions) {
    steps.push({
      because: `only ${amount(row.answered)} of ${amount(row.sessions)} sessions were answered`,
      steps: -1,
    });
  }
  if (row.traffic === 'east_west') {
    steps.push(
      row.foreign
        ? { because: 'both ends have private addresses', steps: -1 }
        : {
            because: 'both ends are inside, where health checks and applications poll each other',
            steps: -2,
          },
    );
  }
  return steps;
}

function raising(row: C2Row, settings: C2Values, context: Context, explained: boolean): SeverityStep[] {
  const steps: SeverityStep[] = [];
  const inside = row.traffic === 'east_west' && !row.foreign;
  if (isCommon(row, settings, context)) return steps;
  if (inside) return raisingInside(row, settings, context);
  const few = row.locals === 1 ? 'no other local host talks' : `only ${amount(row.locals)} local hosts talk`;
  const rare = isRare(row, settings, context);
  if (row.foreign && !explained && row.locals <= settings.rareHosts) {
    steps.push({
      because: `the peer lies in another private range than this host, and ${few} to it; --internet RANGE declares it outside`,
      steps: 1,
    });
  } else if (rare && !explained) {
    steps.push({ because: `rare: ${few} to this peer`, steps: 1 });
  }
  if (isUnusualPort(row, settings) && !isRelay(row, settings)) {
    steps.push({ because: `port ${row.servicePort} is none of the usual services`, steps: 1 });
  } else if (rare && !explained && rentsMachines(row.network, row.provider)) {
    steps.push({ because: `${row.network ?? row.provider} rents machines to anyone`, steps: 1 });
  }
  return steps;
}

function raisingInside(row: C2Row, settings: C2Values, context: Context): SeverityStep[] {
  if (row.locals > fewHosts(settings, context) || !isUnusualPort(row, settings)) return [];
  return [
    {
      because: `port ${row.servicePort} is none of the usual services, and ${amount(row.locals)} hosts talk to this peer`,
      steps: 1,
    },
  ];
}

/** Providers whose networks carry their own services only. */
const ownServices = new Set(providers.filter(({ servesItself }) => servesItself).map(({ name }) => name));

/** Services that are regular by their nature. */
function choreOf({ protocol, servicePort, bytesOut, packetsOut }: C2Row): SeverityStep | undefined {
  if (servicePort === 53 || servicePort === 853) {
    return {
      because: `port ${servicePort} is name lookups, which follow what the host does and how long answers may be kept`,
      steps: -1,
    };
  }
  // A time packet has 76 bytes with its headers, 96 over IPv6; with a signature 20 to 24 more.
  if (servicePort === 123 && protocol === 17 && bytesOut <= 128 * packetsOut)
    return { because: 'port 123 sets clocks, at a steady pace by design', steps: -2 };
  if (protocol === 1 || protocol === 58)
    return { because: 'ICMP is how hosts check whether others can be reached', steps: -1 };
  return undefined;
}
