import type { Filter, Term, Value } from './filter.ts';
import { type Key, keyNamed } from './keys.ts';
import { addressText } from './read-value.ts';
import { protocolNumbers, units } from './words.ts';

/** The filter as it is written best; what it prints is read as the same filter. */
export function printFilter(filter: Filter): string {
  return filter.map(printTerm).join(' ');
}

/** One term as it is written best. */
function printTerm({
  key,
  operator,
  negated,
  values,
}: Pick<Term, 'key' | 'operator' | 'negated' | 'values'>): string {
  const known = keyNamed(key);
  const written = values.map((value) => (known === undefined ? '' : printValue(value, known))).join(',');
  return `${negated ? '-' : ''}${key}${operator}${written}`;
}

/** One value of a key. */
export function printValue(value: Value, key: Key): string {
  switch (value.kind) {
    case 'none':
      return 'none';
    case 'word':
      return value.word;
    case 'address':
      return addressText(value);
    case 'text':
      return textValue(value.text, key);
    case 'port': {
      const range = value.from === value.to ? `${value.from}` : `${value.from}-${value.to}`;
      return value.protocol === null ? range : `${range}/${protocolName(value.protocol)}`;
    }
    case 'number': {
      const one = (number: number) => numberText(number, key);
      return value.from === value.to ? one(value.from) : `${one(value.from)}-${one(value.to)}`;
    }
  }
}

/** Text in quotes where it would be read as something else without. */
function textValue(text: string, { hasNone }: Key): string {
  const isNone = hasNone === true && text.toLowerCase() === 'none';
  if (!isNone && /^[^\s",\\]+$/.test(text)) return text;
  return quotedText(text);
}

/** Text in quotes, as a filter reads it back. */
export function quotedText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

function protocolName(number: number): string {
  return Object.keys(protocolNumbers).find((name) => protocolNumbers[name] === number) ?? String(number);
}

const unitsToPrint = {
  bytes: ['TB', 'GB', 'MB', 'KB'],
  count: [],
  seconds: ['d', 'h', 'min'],
  share: [],
} as const;

function numberText(number: number, { kind }: Key): string {
  if (kind === 'protocol') return protocolName(number);
  if (!(kind in unitsToPrint)) return String(number);
  const measure = kind as keyof typeof unitsToPrint;
  const unit = unitsToPrint[measure].find((name) => {
    const factor = units[measure][name.toLowerCase()] ?? 1;
    return number > 0 && number % factor === 0;
  });
  // Small shares would print with an exponent, which nobody writes in a filter.
  const plain = (value: number) => value.toFixed(15).replace(/\.?0+$/, '');
  return unit === undefined ? plain(number) : `${number / (units[measure][unit.toLowerCase()] ?? 1)}${unit}`;
}
