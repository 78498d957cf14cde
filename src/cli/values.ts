import { HuntError } from '../errors.ts';

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function wrong(what: string, hint: string): HuntError {
  return new HuntError('usage.value', what, { hint });
}

/** Bytes of a size such as `2GB`, `512MB` (decimal) or `1.5GiB` (binary). */
export function parseSize(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : sizeUnits[unit.toLowerCase()];
  const bytes = factor === undefined ? Number.NaN : Math.floor(Number(digits) * factor);
  if (!Number.isSafeInteger(bytes))
    throw wrong(`"${text}" is not a size`, 'Write it as 2GB, 512MB or 1.5GiB.');
  return bytes;
}

const leastMemory = 64 * 2 ** 20;

/** A memory limit: a size that an engine can work with. */
export function parseMemory(text: string): number {
  const bytes = parseSize(text);
  if (bytes < leastMemory) throw wrong(`${text} of memory is too little`, 'Give at least 64MiB.');
  return bytes;
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Unix seconds of an ISO time. A date alone is its midnight; a time without a zone is UTC. */
export function parseTime(text: string): number {
  const match = isoTime.exec(text.trim());
  const seconds = match === null ? Number.NaN : secondsOf(match);
  if (Number.isNaN(seconds)) {
    throw wrong(`"${text}" is not a time`, 'Write it as 2026-05-28 or 2026-05-28T20:26:40Z (UTC).');
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

/** A whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = /^\d[\d_,]*$/.test(text.trim()) ? Number(text.replaceAll(/[_,\s]/g, '')) : Number.NaN;
    if (!Number.isSafeInteger(number) || number < least || number > most) {
      const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
      throw wrong(`"${text}" is not a number that fits here`, `Give a whole number, ${bounds}.`);
    }
    return number;
  };
}

/** One of the words, or an error that names them all. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text.trim().toLowerCase());
    if (found === undefined) throw wrong(`"${text}" is not known here`, `Choose from ${words.join(', ')}.`);
    return found;
  };
}

/** Some of the words, separated by commas. */
export function someOf<Word extends string>(words: readonly Word[]): (text: string) => Word[] {
  const one = oneOf(words);
  return (text) => text.split(',').map((part) => one(part));
}

/** Text that is not empty. */
export function someText(text: string): string {
  if (text.trim() === '') throw wrong('The value is empty', 'Give a value, or leave the flag out.');
  return text;
}
