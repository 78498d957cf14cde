import { type Operator, operators, type Place } from './filter.ts';
import { mistake } from './mistake.ts';

/** A value as it stands in the text, quotes and their escapes removed. */
export interface RawValue {
  readonly text: string;
  readonly quoted: boolean;
  readonly place: Place;
}

/** A term as it stands in the text, before anybody asks whether its key is known. */
export interface RawTerm {
  readonly negated: boolean;
  /** Undefined where a value stands alone. */
  readonly key: { readonly text: string; readonly place: Place } | undefined;
  readonly operator: Operator;
  readonly values: readonly RawValue[];
  readonly place: Place;
}

const keyAndOperator = /([A-Za-z][\w-]*)(:|>=|<=|!=|==|=|>|<)/y;
/** What stands before the colon of an IPv6 address is no key. */
const hexadecimal = /^[0-9a-f]{1,4}$/i;
const blank = /\s/;

/** Cuts a filter into its terms. Throws at what is no term, with its place. */
export function scan(text: string): RawTerm[] {
  const terms: RawTerm[] = [];
  let at = 0;
  while (at < text.length) {
    if (blank.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const term = termAt(text, at);
    terms.push(term);
    at = term.place.to;
  }
  return terms;
}

function termAt(text: string, from: number): RawTerm {
  const negated = text[from] === '-';
  const start = negated ? from + 1 : from;
  // An IPv6 address may begin with two colons.
  const lone = /^(?!::(?!:))(?:[:=<>!]+|[()|&])/.exec(text.slice(start, start + 4))?.[0];
  if (lone !== undefined) throw strange(text, { from: start, to: start + lone.length }, lone);
  if (negated && (start === text.length || blank.test(text[start] ?? ''))) {
    throw mistake(
      'filter.syntax',
      text,
      { from, to: start },
      'A minus needs the term that it turns round right behind it',
      'Write -provider:Amazon; the minus stands before the key.',
    );
  }
  keyAndOperator.lastIndex = start;
  const match = keyAndOperator.exec(text);
  const [whole = '', name = '', written = ''] = match ?? [];
  const isKey = match !== null && !isAddress(text, start, name);
  if (!isKey) {
    const values = valuesAt(text, start);
    return { negated, key: undefined, operator: ':', values, place: { from, to: endOf(values, start) } };
  }
  const behind = start + whole.length;
  const place = { from: start + name.length, to: behind };
  if (written === '!=') {
    throw mistake(
      'filter.syntax',
      text,
      place,
      'There is no operator !=',
      `Write -${name}:VALUE for what is not so.`,
    );
  }
  const operator = operators.find((known) => known === written) ?? ':';
  if (behind === text.length || blank.test(text[behind] ?? '')) {
    const what = `${name}${written} has no value`;
    const hint = `Write the value right behind it, as in ${name}${written}VALUE.`;
    throw mistake('filter.syntax', text, { from: start, to: behind }, what, hint);
  }
  const values = valuesAt(text, behind);
  const key = { text: name, place: { from: start, to: start + name.length } };
  return { negated, key, operator, values, place: { from, to: endOf(values, behind) } };
}

/** True for `fe80::1` and `abcd:1::`, whose first group could be a key. */
function isAddress(text: string, start: number, name: string): boolean {
  if (!hexadecimal.test(name) || text[start + name.length] !== ':') return false;
  const word = /^\S*/.exec(text.slice(start))?.[0] ?? '';
  return /^[0-9a-f:]*:[0-9a-f:./-]*$/i.test(word) && (word.match(/:/g)?.length ?? 0) > 1;
}

function endOf(values: readonly RawValue[], otherwise: number): number {
  return values.at(-1)?.place.to ?? otherwise;
}

/** One or more values with commas between them. */
function valuesAt(text: string, start: number): RawValue[] {
  const values: RawValue[] = [];
  let at = start;
  for (;;) {
    const value = text[at] === '"' ? quotedAt(text, at) : wordAt(text, at);
    values.push(value);
    at = value.place.to;
    if (text[at] !== ',') break;
    at += 1;
  }
  if (at < text.length && !blank.test(text[at] ?? '')) {
    const what = 'There is no blank or comma behind the closing quote';
    throw mistake('filter.syntax', text, { from: at, to: at + 1 }, what, 'Put a blank between two terms.');
  }
  return values;
}

function wordAt(text: string, from: number): RawValue {
  let to = from;
  while (to < text.length && !/[\s,"]/.test(text[to] ?? '')) to += 1;
  const place = { from, to };
  if (to === from) {
    const what =
      from < text.length && text[from] === ','
        ? 'There is nothing between two commas'
        : 'There is no value behind the comma';
    throw mistake(
      'filter.syntax',
      text,
      { from, to: Math.min(from + 1, text.length) },
      what,
      'Values are separated by single commas, without blanks: country:RU,CN.',
    );
  }
  if (text[to] === '"') {
    const hint = 'Quote the whole value, as in network:"Google LLC".';
    throw mistake('filter.syntax', text, { from: to, to: to + 1 }, 'A quote stands inside a value', hint);
  }
  return { text: text.slice(from, to), quoted: false, place };
}

/** Inside quotes a backslash takes the character behind it as it is. */
function quotedAt(text: string, from: number): RawValue {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '"') {
      const place = { from, to: at + 1 };
      if (value.trim() !== '') return { text: value, quoted: true, place };
      throw mistake(
        'filter.syntax',
        text,
        place,
        'The value between the quotes is empty',
        'Write what to look for; none asks for what has no value.',
      );
    }
    if (text[at] === '\\' && at + 1 < text.length) at += 1;
    value += text[at];
  }
  throw mistake(
    'filter.syntax',
    text,
    { from, to: text.length },
    'The quote is not closed',
    'End the value with ".',
  );
}

function strange(text: string, place: Place, written: string): Error {
  if (/[()|&]/.test(written)) {
    return mistake(
      'filter.syntax',
      text,
      place,
      `"${written}" has no meaning in a filter`,
      'All terms must hold; for one or another write values with commas, as in port:22,3389.',
    );
  }
  return mistake(
    'filter.syntax',
    text,
    place,
    `"${written}" stands without a key`,
    'Write key, operator and value without blanks, as in bytes>1GB.',
  );
}
