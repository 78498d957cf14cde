import type { Context } from '../detector.ts';
import type { ScorePart } from '../finding.ts';
import { amount, decimal, percent, span } from './phrases.ts';
import type { ExfilRow } from './row.ts';
import type { ExfilValues } from './settings.ts';

/** Where a positive number lies between two others on a logarithmic scale, from 0 to 1. */
export function between(value: number, low: number, high: number): number {
  if (!(value > low)) return 0;
  if (value >= high) return 1;
  return Math.log(value / low) / Math.log(high / low);
}

/** Bytes out per byte in; infinite where nothing came back. */
export function ratioOf({ bytesOut, bytesIn }: ExfilRow): number {
  return bytesIn === 0 ? Number.POSITIVE_INFINITY : bytesOut / bytesIn;
}

/**
 * How many robust standard deviations (the distance of the quartiles by 1.349) the logarithm of the bytes lies above
 * the median of what the local host sends to a peer. A factor of two is the least deviation.
 */
export function deviationsOf(row: ExfilRow): number {
  const deviation = Math.max(0.3, (row.logUpper - row.logLower) / 1.349);
  return (Math.log10(Math.max(1, row.bytesOut)) - row.logMiddle) / deviation;
}

/** Seconds of data before the first contact. */
export function quietSeconds(row: ExfilRow, context: Context): number {
  return Math.max(0, row.firstSeen - context.from);
}

/** How rare the peer is: among the local hosts where there are enough of them, else by how rare its network is. */
export function rarityOf(row: ExfilRow, settings: ExfilValues): number {
  if (row.senders >= settings.fewHosts) {
    if (row.locals <= 1) return 1;
    return 1 - between(row.locals / row.senders, settings.rareShare, settings.commonShare);
  }
  const alone = row.senders < 3 ? 1 : 1 - (Math.max(1, row.locals) - 1) / (row.senders - 1);
  return alone * (1 - between(row.networkPeers, 1, 8));
}

/** Unusual is a port that is not on the list and on which hardly any other peer is met. */
export function isUnusualPort(row: ExfilRow, settings: ExfilValues): boolean {
  if (row.servicePort === null || row.carrier !== 'data') return false;
  return !settings.usualPorts.includes(row.servicePort) && row.portPeers < 5;
}

/** The named parts of the score of an upload; what the data cannot tell is left out, not counted as 0. */
export function uploadParts(row: ExfilRow, settings: ExfilValues, context: Context): ScorePart[] {
  const ratio = ratioOf(row);
  const share = row.localOut === 0 ? 0 : row.bytesOut / row.localOut;
  const deviations = deviationsOf(row);
  const quiet = quietSeconds(row, context);
  const measured: (ScorePart | undefined)[] = [
    part(
      'amount',
      3,
      between(row.bytesOut, settings.smallestBytes, settings.largeBytes),
      `${amount(row.bytesOut)} out`,
    ),
    part(
      'ratio',
      3,
      between(
        ratio,
        Math.max(0.01, settings.leastRatio),
        Math.max(settings.clearRatio, settings.leastRatio * 2),
      ),
      row.bytesIn === 0 ? 'nothing came back' : `${decimal(ratio)} bytes out for each byte in`,
    ),
    row.localPeers < 3
      ? undefined
      : part(
          'share',
          2,
          (share - 0.1) / 0.5,
          `${percent(share)} of what the host sent to the Internet, ${row.setAside === null ? '' : 'other '}set-asides left out`,
        ),
    row.localPeers < 5
      ? undefined
      : part(
          'own history',
          2,
          (deviations - 1) / (settings.strangeDeviations - 1),
          `${decimal(deviations)} robust deviations above the median of the host's ${row.localPeers} peers`,
        ),
    part('rarity', 2, rarityOf(row, settings), rarityReason(row, settings)),
    part('port', 1.5, row.servicePort === null ? 0.5 : isUnusualPort(row, settings) ? 1 : 0, portReason(row)),
    context.to - context.from < 2 * settings.historyHours * 3600
      ? undefined
      : part(
          'first contact',
          1.5,
          quiet >= settings.historyHours * 3600 ? 1 : 0,
          `first seen ${span(quiet)} after the data begins`,
        ),
    row.days < 3
      ? undefined
      : part(
          'own days',
          1,
          between(row.peakDay / Math.max(1, row.restDay), 0.5, 10),
          `${amount(row.peakDay)} on its largest day, ${amount(row.restDay)} to all others on the median day`,
        ),
    row.othersLog === null || row.locals < 3
      ? undefined
      : part(
          'other hosts',
          1,
          (Math.log10(Math.max(1, row.bytesOut)) - row.othersLog - 0.5) / 1.5,
          `${row.locals - 1} other hosts sent it ${amount(10 ** row.othersLog)} each (geometric mean)`,
        ),
    steadyPart(row, settings),
  ];
  return measured.filter((one) => one !== undefined);
}

/** The parts of the score of bytes over DNS or ICMP: packets that are too full, too many bytes, a rare peer. */
export function tunnelParts(row: ExfilRow, settings: ExfilValues): ScorePart[] {
  const each = row.bytesOut / Math.max(1, row.packetsOut);
  const parts = [
    part(
      'packet size',
      3,
      between(each, 0.8 * settings.tunnelPacketBytes, 2 * settings.tunnelPacketBytes),
      `${Math.round(each)} bytes in each packet out`,
    ),
    part(
      'amount',
      2,
      between(row.bytesOut, settings.smallestBytes, settings.largeBytes / 100),
      `${amount(row.bytesOut)} out`,
    ),
    part('rarity', 2, rarityOf(row, settings), rarityReason(row, settings)),
  ];
  if (row.carrier !== 'dns') return parts;
  const ratio = ratioOf(row);
  return [...parts, part('ratio', 2, between(ratio, 0.4, 2), `${decimal(ratio)} bytes out for each byte in`)];
}

function steadyPart(row: ExfilRow, settings: ExfilValues): ScorePart | undefined {
  if (!isSteady(row, settings)) return undefined;
  return part(
    'steady',
    1,
    1,
    `bytes out in ${row.hours} hours, which vary by ${percent(row.spread)} of their mean`,
  );
}

/** Many hours with much the same bytes. */
export function isSteady(row: ExfilRow, settings: ExfilValues): boolean {
  return row.hours >= settings.slowHours && row.spread <= settings.steadySpread;
}

function rarityReason(row: ExfilRow, settings: ExfilValues): string {
  if (row.senders >= settings.fewHosts) {
    return `${row.locals} of ${row.senders} local hosts send to it`;
  }
  return `${row.senders} local hosts are too few to compare; ${row.networkPeers} peers of its network are met`;
}

function portReason(row: ExfilRow): string {
  if (row.servicePort === null) return `${row.ports} ports, none of which carries most bytes`;
  return `port ${row.servicePort}, on which ${row.portPeers} peers are met`;
}

function part(name: string, weight: number, value: number, because: string): ScorePart {
  return { name, weight, value: Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000, because };
}
