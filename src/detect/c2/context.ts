import type { Context } from '../detector.ts';
import type { SeverityStep } from '../finding.ts';
import { rentsMachines } from './company.ts';
import { explanations, shortness } from './explanations.ts';
import { fewHosts } from './inputs.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import type { C2Values } from './settings.ts';
import { amount } from './words.ts';

/** Few hosts of many talk to the peer: an implant, or something that only they use. A small network cannot tell. */
function isRare(row: C2Row, settings: C2Values, context: Context): boolean {
  return context.localHosts >= settings.rareNetwork && row.locals <= fewHosts(settings, context);
}

/** A TCP or UDP port that none of the usual services has. */
export function isUnusualPort(row: C2Row, settings: C2Values): boolean {
  if (row.protocol !== 6 && row.protocol !== 17) return false;
  const usual = [...settings.usualPorts, ...settings.mailPorts, ...settings.chatPorts];
  return !usual.includes(row.servicePort ?? 0);
}

function isRelay({ protocol, servicePort }: C2Row, settings: C2Values): boolean {
  return protocol === 17 && settings.relayPorts.includes(servicePort ?? 0);
}

/** What so many hosts do is what the fleet does. */
export function isCommon(row: C2Row, settings: C2Values, context: Context): boolean {
  return row.locals >= settings.commonHosts && row.locals >= settings.commonShare * context.localHosts;
}

/** What lowers or raises the severity, each with its reason. What has a harmless explanation is not raised as well. */
export function severitySteps(
  row: C2Row,
  reading: Reading,
  settings: C2Values,
  context: Context,
): SeverityStep[] {
  if (row.way === 'in') return ofCallers(row, settings);
  const explained = explanations(row, reading, settings, context);
  return [
    ...shortness(row, reading, settings),
    ...explained,
    ...circumstances(row, settings, context),
    ...(reading.base === 'low' ? [] : raising(row, reading, settings, context, explained.length > 0)),
  ];
}

function circumstances(row: C2Row, settings: C2Values, context: Context): SeverityStep[] {
  const steps: SeverityStep[] = [];
  if (context.hasBothDirections && row.answered > 0 && row.answered * 2 < row.sessions) {
    steps.push({
      because: `only ${amount(row.answered)} of ${amount(row.sessions)} sessions were answered`,
      steps: -1,
    });
  }
  if (context.hasBothDirections && row.answered === 0 && row.protocol === 17)
    steps.push({ because: 'UDP needs no answer: logs, metrics and announcements go one way', steps: -1 });
  if (isWordless(row))
    steps.push({
      because: `${amount(row.packetsOut)} packets out and ${amount(row.packetsIn)} in, headers alone, are fewer than ${amount(row.answered)} exchanges take: connections were opened, and nothing was said`,
      steps: -2,
    });
  if (row.traffic === 'east_west') steps.push(insideStep(row, settings, context));
  return steps;
}

/**
 * TCP in which no orders can have come: an exchange takes at least three packets of the one that opened it (SYN, what it
 * says, FIN or RST) and two of the other. With headers of at most 60 bytes, 80 over IPv6, fewer are probes of ports and
 * their answers. Wrong for a knock whose timing alone is the message.
 */
function isWordless({ protocol, answered, packetsOut, bytesOut, packetsIn, bytesIn }: C2Row): boolean {
  return (
    protocol === 6 &&
    answered > 0 &&
    (packetsOut < 3 * answered || packetsIn < 2 * answered) &&
    bytesOut <= 80 * packetsOut &&
    bytesIn <= 80 * packetsIn
  );
}

function insideStep(row: C2Row, settings: C2Values, context: Context): SeverityStep {
  if (row.foreign) return { because: 'both ends have private addresses', steps: -1 };
  if (row.answered > 0 && row.locals <= fewHosts(settings, context) && isUnusualPort(row, settings))
    return {
      because: `both ends are inside, where applications poll each other, though on port ${row.servicePort}, none of the usual services, and only ${amount(row.locals)} hosts talk to this peer`,
      steps: -1,
    };
  return { because: 'both ends are inside, where health checks and applications poll each other', steps: -2 };
}

function raising(
  row: C2Row,
  reading: Reading,
  settings: C2Values,
  context: Context,
  explained: boolean,
): SeverityStep[] {
  const steps: SeverityStep[] = [];
  if (isCommon(row, settings, context) || row.shape === 'mesh') return steps;
  if (row.traffic === 'east_west' && !row.foreign) return steps;
  const few = row.locals === 1 ? 'no other local host talks' : `only ${amount(row.locals)} local hosts talk`;
  // That nobody else does it does not make a few starts more of a pace.
  const isFew = (row.visits ?? reading.beats) < settings.shortBeats;
  const rare = !isFew && isRare(row, settings, context);
  if (row.foreign && !explained && row.locals <= settings.rareHosts) {
    steps.push({
      because: `the peer lies in another private range than this host, and ${few} to it; --internet RANGE declares it outside`,
      steps: 1,
    });
  } else if (rare && !explained) {
    steps.push({ because: `rare: ${few} to this peer, of ${amount(context.localHosts)}`, steps: 1 });
  }
  if (isUnusualPort(row, settings) && !isRelay(row, settings)) {
    steps.push({ because: `port ${row.servicePort} is none of the usual services`, steps: 1 });
  } else if (rare && !explained && rentsMachines(row.network, row.provider)) {
    steps.push({ because: `${row.network ?? row.provider} rents machines to anyone`, steps: 1 });
  }
  return steps;
}

/** Whoever calls in at a pace is a monitor as a rule: at low, or at medium where nobody else is answered there. */
function ofCallers(row: C2Row, settings: C2Values): SeverityStep[] {
  const port = row.servicePort;
  if (settings.mailPorts.includes(port ?? 0) || settings.chatPorts.includes(port ?? 0))
    return [
      { because: `port ${port} is mail or messages, which programs outside fetch at a pace`, steps: -1 },
    ];
  if (row.callers >= settings.publicCallers)
    return [
      {
        because: `the service is public: it answered ${amount(row.callers)} peers, and whoever runs one has it watched from outside`,
        steps: 0,
      },
    ];
  const others = row.callers > 1 ? `only ${amount(row.callers - 1)} other peers were` : 'no other peer was';
  const seldom = `${others} answered there: it is no public service`;
  return [{ because: seldom, steps: isUnusualPort(row, settings) ? 1 : 0 }];
}
