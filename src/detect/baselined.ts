import type { DayTraffic, KnownTraffic } from '../traffic/baseline-of.ts';
import { isoTime } from '../traffic/period.ts';
import { size } from './c2/words.ts';
import type { Circumstance } from './circumstances.ts';
import type { Finding, KnownAddress } from './results.ts';

/** Less than this on its largest day is no change of volume, whatever the factor. */
const leastBytes = 1_000_000;
const factor = 10;
/** Days on which a baseline must have seen a port, so that it is what is usual. */
const usualDays = 3;
const mostChanges = 5;

/** A baseline as findings name it. */
export interface BaselinePeriod {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

type Port = Pick<DayTraffic, 'servicePort' | 'protocol' | 'direction'>;

/**
 * How traffic differs from what baselines know: ports that they do not have, and days with ten times the bytes of the
 * largest that they have. Nothing where they do not know the address.
 */
export function changesFrom(known: readonly KnownTraffic[], now: readonly DayTraffic[]): string[] {
  if (known.length === 0) return [];
  const changes = now.flatMap((day) => {
    const before = known.filter((row) => isSame(row, day));
    if (before.length > 0) {
      const most = Math.max(...before.map(({ bytesMax }) => bytesMax));
      return isTenfold(day.bytesMax, most)
        ? [
            `its largest day on ${portText(day)} has ${size(day.bytesMax)}, at least ten times the ${size(most)} of the largest in the baseline`,
          ]
        : [];
    }
    // A row without a port stands for the ports beyond those that were told apart.
    const isCut = known.some((row) => row.protocol === null && row.direction === day.direction);
    return isCut ? [] : [`${portText(day)} ${day.direction} is new: the baseline has ${portsText(known)}`];
  });
  return changes.length > mostChanges
    ? [
        ...changes.slice(0, mostChanges),
        `and ${changes.length - mostChanges} more differences from the baseline`,
      ]
    : changes;
}

/** What baselines say of an address, one entry for each that knows it. */
export function knownAddresses(known: readonly KnownTraffic[]): KnownAddress[] {
  const names = [...new Set(known.map(({ baseline }) => baseline))];
  return names.map((name) => {
    const rows = known.filter(({ baseline }) => baseline === name);
    return {
      baseline: name,
      firstSeen: isoTime(Math.min(...rows.map(({ firstSeen }) => firstSeen))),
      lastSeen: isoTime(Math.max(...rows.map(({ lastSeen }) => lastSeen))),
      days: Math.max(...rows.map(({ days }) => days)),
      ports: rows.map(({ baseline: _, address: __, firstSeen, lastSeen, ...row }) => ({
        ...row,
        firstSeen: isoTime(firstSeen),
        lastSeen: isoTime(lastSeen),
      })),
    };
  });
}

/**
 * What baselines say of a finding of C2 or exfiltration, by what they know of its peer (`own`) and what it does now: that
 * it is in none of them, or since when it is known. A
 * peer that was usual on this port before, at no more than a tenth of the volume, lowers the severity by one.
 */
export function baselineCircumstance(
  { question, direction, servicePort, protocol }: Finding,
  baselines: readonly BaselinePeriod[],
  own: readonly KnownTraffic[],
  now: readonly DayTraffic[],
): Circumstance | undefined {
  if ((question !== 'c2' && question !== 'exfil') || direction !== 'outbound' || baselines.length === 0)
    return undefined;
  const [first] = own;
  if (first === undefined)
    return { evidence: [`the peer is in none of what was normal before: ${namesText(baselines)}`] };
  const port = { servicePort, protocol, direction };
  const since = isoTime(Math.min(...own.map(({ firstSeen }) => firstSeen)))?.slice(0, 10);
  const changes = changesFrom(
    own,
    now.filter((day) => isSame(day, port)),
  );
  const usual = own.filter((row) => isSame(row, port));
  const days = Math.max(0, ...usual.map((row) => row.days));
  const names = [...new Set(own.map(({ baseline }) => baseline))].join(', ');
  const text = `known since ${since} from baseline ${names}: ${portText(port)} on ${days} ${days === 1 ? 'day' : 'days'}`;
  return {
    counterEvidence: [text],
    evidence: changes,
    ...(days >= usualDays && changes.length === 0
      ? { steps: [{ because: `${text}, and no day of it has ten times the bytes`, steps: -1 }] }
      : {}),
  };
}

function isTenfold(now: number, before: number): boolean {
  return now >= leastBytes && now >= factor * before;
}

function isSame(a: Port, b: Port): boolean {
  return a.servicePort === b.servicePort && a.protocol === b.protocol && a.direction === b.direction;
}

const protocols: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

function portText({ servicePort, protocol }: Pick<Port, 'servicePort' | 'protocol'>): string {
  const name = protocol === null ? 'other ports' : (protocols[protocol] ?? `protocol ${protocol}`);
  return servicePort === null || protocol === 1 || protocol === 58 ? name : `${servicePort}/${name}`;
}

function portsText(known: readonly KnownTraffic[]): string {
  const ports = [...new Set(known.map(portText))];
  return `${ports.slice(0, 3).join(', ')}${ports.length > 3 ? ` and ${ports.length - 3} more` : ''}`;
}

function namesText(baselines: readonly BaselinePeriod[]): string {
  return baselines
    .map(
      ({ name, from, to }) => `baseline ${name} (${from?.slice(0, 10) ?? '?'} to ${to?.slice(0, 10) ?? '?'})`,
    )
    .join(', ');
}
