import { HuntError } from '../errors.ts';
import { and, type Sql, sql } from '../sql/sql.ts';

/** Only records whose first packet lies in [from, to), in Unix seconds; an absent bound is open. */
export interface Period {
  readonly from?: number;
  readonly to?: number;
}

/** The period of something that has more to it. */
export function periodOf({ from, to }: Period): Period {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The condition on `start` of a record. */
export function during({ from, to }: Period): Sql {
  return and(
    from === undefined ? undefined : sql`start >= ${from}`,
    to === undefined ? undefined : sql`start < ${to}`,
  );
}

/** The condition on `start` and `end` of something that lasts: part of it lies in the period. */
export function overlapping({ from, to }: Period): Sql {
  return and(
    from === undefined ? undefined : sql`coalesce("end", start) >= ${from}`,
    to === undefined ? undefined : sql`start < ${to}`,
  );
}

/** Unix seconds as an ISO time in UTC; null where there is none that can be written. */
export function isoTime(seconds: number | null): string | null {
  if (seconds === null) return null;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().replace('.000Z', 'Z');
}

const writtenTime = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Unix seconds of an ISO time. A date alone is its midnight; a time without a zone is UTC. */
export function parseTime(text: string): number {
  const match = writtenTime.exec(text.trim());
  const seconds = match === null ? Number.NaN : secondsOf(match);
  if (Number.isNaN(seconds)) {
    throw new HuntError('usage.value', `"${text}" is not a time`, {
      hint: 'Write it as 2026-05-28 or 2026-05-28T20:26:40Z (UTC).',
    });
  }
  return seconds;
}

function secondsOf(match: RegExpExecArray): number {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const back = new Date(local);
  const real =
    back.getUTCMonth() + 1 === month &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute &&
    back.getUTCSeconds() === second;
  return real ? local / 1000 - zoneSeconds(match[7] ?? 'Z') : Number.NaN;
}

function zoneSeconds(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 14 || Number(minutes) > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
