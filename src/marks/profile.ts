import type { Mark, TrafficProfile } from './mark.ts';
import { type MarkedDay, type MarkedShape, mostPorts } from './traffic.ts';

/** What the loaded records cover, in Unix seconds. */
interface Covered {
  readonly from: number;
  readonly to: number;
}

const day = 86_400;
/** A rate that is taken from less than this says little. */
const leastCovered = 3600;

/** The profile of one subject from its sessions, or null where it has none. */
export function profileOf(
  shape: MarkedShape | undefined,
  days: readonly MarkedDay[],
  findings: readonly string[],
  covered: Covered,
): TrafficProfile | null {
  if (shape === undefined) return null;
  const busiest = (amount: (of: MarkedDay) => number) =>
    Math.round(Math.max(0, ...days.map((one) => (amount(one) * day) / coveredOf(one.day, covered))));
  return {
    from: isoOf(covered.from),
    to: isoOf(covered.to),
    ports: shape.ports.length > mostPorts ? null : [...shape.ports].sort(comparePorts),
    directions: shape.directions,
    locals: shape.locals,
    bytesPerDay: busiest(({ bytes }) => bytes),
    flowsPerDay: busiest(({ flows }) => flows),
    findings: [...new Set(findings)].sort(),
  };
}

/** Seconds of a day that the loaded records cover. */
function coveredOf(number: number, { from, to }: Covered): number {
  const seconds = Math.min(to, (number + 1) * day) - Math.max(from, number * day);
  return Math.min(day, Math.max(leastCovered, seconds));
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function comparePorts(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}

/** When a change of volume is one of character. */
export interface ChangeLimits {
  readonly volumeFactor: number;
  /** Bytes per day below which a change of volume says nothing. */
  readonly leastBytesPerDay: number;
}

/** How the traffic of a marked subject changed its character since, in words; nothing where it did not. */
export function changesSince(
  { seen }: Pick<Mark, 'seen'>,
  now: TrafficProfile | null,
  { volumeFactor, leastBytesPerDay }: ChangeLimits,
): string[] {
  if (seen === null || now === null) return [];
  const changes: string[] = [];
  const added = (then: readonly string[], today: readonly string[]) =>
    today.filter((one) => !then.includes(one));
  if (seen.ports !== null) {
    const ports = now.ports === null ? [`more than ${mostPorts} ports`] : added(seen.ports, now.ports);
    if (ports.length > 0) changes.push(`new service port ${some(ports)}`);
  }
  const directions = added(seen.directions, now.directions).filter((direction) => direction !== 'unknown');
  if (directions.length > 0) changes.push(`now ${directions.join(' and ')} too`);
  const grown = (then: number, today: number) => today >= volumeFactor * Math.max(1, then);
  if (now.bytesPerDay >= leastBytesPerDay && grown(seen.bytesPerDay, now.bytesPerDay)) {
    changes.push(
      `${inBytes(now.bytesPerDay)} on its busiest day, ${inBytes(seen.bytesPerDay)} when it was marked`,
    );
  }
  if (now.flowsPerDay >= leastFlowsPerDay && grown(seen.flowsPerDay, now.flowsPerDay)) {
    changes.push(`${now.flowsPerDay} records on its busiest day, ${seen.flowsPerDay} when it was marked`);
  }
  const findings = added(seen.findings, now.findings);
  if (findings.length > 0) changes.push(`new finding: ${some(findings)}`);
  return changes;
}

const leastFlowsPerDay = 100;
const mostNamed = 5;

function some(all: readonly string[]): string {
  const more = all.length - mostNamed;
  return `${all.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${units[power]}`;
}
