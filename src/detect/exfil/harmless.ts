import { hasSubscribers, rentsMachines } from '../c2/company.ts';
import type { Context } from '../detector.ts';
import { amount, decimal, percent, span } from './phrases.ts';
import type { ExfilRow } from './row.ts';
import { quietSeconds, ratioOf } from './score.ts';
import type { ExfilValues } from './settings.ts';

/** Headers of TCP with timestamps. */
const headerBytes = 52;

/** Something that uploads have in common which are no theft: what it is, with its numbers, and how much it lowers. */
interface Harmless {
  readonly steps: number;
  /** What it looks like, for the step of the severity. */
  readonly like: string;
  readonly sentence: string;
}

/**
 * What makes an upload look like ordinary traffic. None of it is sure, so that it lowers and silences nothing: a thief
 * who fills the way back too, or comes every night at one hour, is told lower.
 */
export function harmless(row: ExfilRow, settings: ExfilValues, context: Context): readonly Harmless[] {
  if (row.carrier !== 'data' || row.setAside !== null) return [];
  return [
    burst(row, settings, context) ?? twoWay(row, settings),
    habit(row, settings, context),
    mail(row, settings),
    commonNetwork(row, settings),
    backupStore(row),
  ].filter((one) => one !== undefined);
}

/** Both ways filled within minutes, as a test of speed does. */
function burst(row: ExfilRow, settings: ExfilValues, context: Context): Harmless | undefined {
  const seconds = row.lastSeen - row.firstSeen;
  const back = Math.max(0, row.bytesIn - headerBytes * row.packetsIn);
  const out = Math.max(1, row.bytesOut - headerBytes * row.packetsOut);
  if (row.bytesOut < settings.floorBytes || seconds > settings.burstSeconds + 2 * context.windowSeconds)
    return undefined;
  if (back < settings.burstBack * out) return undefined;
  return {
    steps: -2,
    like: 'a test of speed',
    sentence: `all of it within ${span(seconds)}, and the way back was filled too: ${amount(back)} beyond headers, ${percent(back / out)} of the way out`,
  };
}

function twoWay(row: ExfilRow, settings: ExfilValues): Harmless | undefined {
  const ratio = ratioOf(row);
  if (row.bytesOut < settings.floorBytes || ratio >= settings.twoWayRatio) return undefined;
  return {
    steps: -2,
    like: 'a call or a remote desktop',
    sentence: `it goes both ways: ${decimal(ratio)} bytes out for each byte in`,
  };
}

/** Much the same on nearly every day, from the first day of the data on. */
function habit(row: ExfilRow, settings: ExfilValues, context: Context): Harmless | undefined {
  const { days, activeDays, leastDay, peakDay } = row;
  if (activeDays < settings.habitDays || activeDays < (2 / 3) * days) return undefined;
  if (quietSeconds(row, context) >= 86_400 || leastDay < settings.alikeDays * peakDay) return undefined;
  return {
    steps: -2,
    like: 'a job, as a backup',
    sentence: `on ${activeDays} of ${days} days, from the first of them on, ${amount(leastDay)} to ${amount(peakDay)} each`,
  };
}

/** Networks of companies whose trade is to keep backups, by what they call themselves. */
const backupStores = /backblaze|wasabi|carbonite|code42|crashplan|\bidrive\b|acronis|\bdatto\b|druva|keepit/i;

/** Whoever steals data rents such room as well, with rclone for example: it is told one step lower, and not silenced. */
function backupStore({ network, bytesOut, days, activeDays }: ExfilRow): Harmless | undefined {
  if (network === null || !backupStores.test(network)) return undefined;
  return {
    steps: -1,
    like: 'a backup',
    sentence: `keeping backups is the trade of ${network}, which got ${amount(bytesOut)} on ${activeDays} of ${days} days`,
  };
}

function mail(row: ExfilRow, settings: ExfilValues): Harmless | undefined {
  if (row.servicePort === null || !settings.mailPorts.includes(row.servicePort)) return undefined;
  const each = row.bytesOut / Math.max(1, row.sessions);
  if (each > settings.mailBytes) return undefined;
  return {
    steps: -1,
    like: 'mail with attachments',
    sentence: `port ${row.servicePort} carries mail, and ${amount(each)} a session is what mail servers take`,
  };
}

/**
 * A network that many hosts send to belongs to a service that the house uses, unless anyone can rent a machine there or
 * its addresses are those of subscribers.
 */
function commonNetwork(row: ExfilRow, settings: ExfilValues): Harmless | undefined {
  if (!isCommonNetwork(row, settings)) return undefined;
  return {
    steps: -1,
    like: 'a service that the house uses',
    sentence: `${row.networkLocals} of ${row.senders} local hosts send to ${row.network ?? 'this network'}, which rents no machines`,
  };
}

function isCommonNetwork(row: ExfilRow, settings: ExfilValues): boolean {
  return (
    row.senders >= settings.fewHosts &&
    row.networkLocals / row.senders >= settings.commonShare &&
    row.network !== null &&
    !rentsMachines(row.network, row.provider) &&
    !hasSubscribers(row.network, row.provider)
  );
}
