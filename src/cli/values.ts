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
