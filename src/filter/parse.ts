import type { Filter, Term } from './filter.ts';
import { isOrdered, type Key, keyNamed, keys } from './keys.ts';
import { either, mistake, shortened } from './mistake.ts';
import { nearest } from './nearest.ts';
import { addressText, readAddress, readPort, readValue } from './read-value.ts';
import { type RawTerm, type RawValue, scan } from './scan.ts';

/** Longer filters are a mistake of whoever made them. */
const mostCharacters = 20_000;

/**
 * What a filter says. Any text is either understood or refused with a HuntError of a `filter.` code whose `at` lies
 * inside the text. An empty text is a filter that everything meets.
 */
export function parseFilter(text: string): Filter {
  if (text.length > mostCharacters) {
    const place = { from: mostCharacters, to: text.length };
    throw mistake(
      'filter.syntax',
      text,
      place,
      `The filter is longer than ${mostCharacters} characters`,
      'Shorten it; a network such as 10.0.0.0/8 says more than a list.',
    );
  }
  return scan(text).map((raw) => termOf(text, raw));
}

function termOf(text: string, raw: RawTerm): Term {
  const { negated, operator, place } = raw;
  const key = raw.key === undefined ? keyOfLone(text, raw) : knownKey(text, raw.key);
  if (operator !== ':') {
    if (!isOrdered(key)) {
      const what = `${key.name} has no order, so that ${operator} means nothing to it`;
      throw mistake('filter.syntax', text, placeOfOperator(raw), what, `Write ${key.example}.`);
    }
    const [, second] = raw.values;
    if (second !== undefined) {
      const what = `${key.name}${operator} takes one value`;
      throw mistake(
        'filter.syntax',
        text,
        second.place,
        what,
        `Write two terms, or a range: ${key.name}:FROM-TO.`,
      );
    }
  }
  const values = raw.values.map((value) => readValue(text, key, value));
  const [value] = values;
  if (operator !== ':' && value?.kind === 'number' && value.from !== value.to) {
    const place = raw.values[0]?.place ?? raw.place;
    throw mistake(
      'filter.value',
      text,
      place,
      'A range has no place behind a comparison',
      `Write ${key.name}:FROM-TO.`,
    );
  }
  return { key: key.name, operator, negated, values, place };
}

function placeOfOperator({ key, values }: RawTerm) {
  return { from: key?.place.to ?? 0, to: values[0]?.place.from ?? key?.place.to ?? 0 };
}

function knownKey(text: string, { text: name, place }: NonNullable<RawTerm['key']>): Key {
  const key = keyNamed(name);
  if (key !== undefined) return key;
  const names = keys.map((known) => known.name);
  const close = nearest(name.replaceAll('_', '-'), names);
  throw mistake(
    'filter.unknown-key',
    text,
    place,
    `A filter knows no "${shortened(name)}"`,
    close.length === 0 ? `It knows ${either(names)}.` : `Did you mean ${either(close)}?`,
  );
}

/** What a value means that stands alone: an address, an AS number; of others it is said what they may mean. */
function keyOfLone(text: string, { values, place }: RawTerm): Key {
  const meant = values.map((value) => loneKey(value));
  const [first] = meant;
  const key = first === undefined ? undefined : keyNamed(first);
  if (key !== undefined && meant.every((name) => name === first)) return key;
  const odd =
    values.find((_, index) => meant[index] === undefined) ??
    values.find((_, index) => meant[index] !== first);
  throw mistake(
    'filter.syntax',
    text,
    odd?.place ?? place,
    `"${shortened(odd?.text ?? '')}" stands without a key`,
    suggestion(odd),
  );
}

function loneKey({ text, quoted }: RawValue): string | undefined {
  if (quoted) return undefined;
  if (typeof readAddress(text) === 'object') return 'address';
  return /^as\d{1,10}$/i.test(text) ? 'asn' : undefined;
}

function suggestion(value: RawValue | undefined): string {
  const text = shortened(value?.text ?? '');
  const address = readAddress(text);
  if (typeof address === 'string') return address;
  if (typeof address === 'object') return `Write address:${addressText(address)} as a term of its own.`;
  if (/^(and|or|not)$/i.test(text)) {
    return 'All terms must hold; values with commas mean one or another, a minus before a term means not.';
  }
  const port = readPort(text);
  if (port !== undefined)
    return `Did you mean port:${text}${/^\d+$/.test(text) ? `, asn:${text} or protocol:${text}` : ''}?`;
  if (/^[A-Z]{2}$/.test(text)) return `Did you mean country:${text}?`;
  const word = keys.find(({ words }) => words?.includes(text.toLowerCase()));
  if (word !== undefined) return `Did you mean ${word.name}:${text.toLowerCase()}?`;
  const known = keyNamed(text);
  if (known !== undefined) return `Write a value behind it, as in ${known.example}.`;
  if (/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\.?$/i.test(text)) {
    return `Did you mean name:${text}? It is compared with names in DNS query logs; nothing is resolved.`;
  }
  if (/^[\p{L}\p{N}][\p{L}\p{N} .&-]*$/u.test(text)) {
    const quoted = text.includes(' ') ? `"*${text}*"` : `*${text}*`;
    return `Did you mean network:${quoted}? Names are not resolved to addresses.`;
  }
  return 'Write terms such as peer:203.0.113.7, port:443, bytes>1GB.';
}
