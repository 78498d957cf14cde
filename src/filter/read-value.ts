import { addressBits, formatAddress, parseAddress } from '../addresses/address.ts';
import { parseCidr } from '../addresses/cidr.ts';
import type { HuntError } from '../errors.ts';
import type { AddressValue, NumberValue, PortValue, Value } from './filter.ts';
import type { Key } from './keys.ts';
import { either, mistake, shortened } from './mistake.ts';
import { nearest } from './nearest.ts';
import type { RawValue } from './scan.ts';
import { protocolNumbers, units } from './words.ts';

/** A value of a key, checked. Throws with its place in `text` otherwise. */
export function readValue(text: string, key: Key, raw: RawValue): Value {
  if (key.hasNone === true && !raw.quoted && raw.text.toLowerCase() === 'none') return { kind: 'none' };
  const wrong = (what: string, hint: string) => mistake('filter.value', text, raw.place, what, hint);
  const written = shortened(raw.text);
  switch (key.kind) {
    case 'address': {
      const value = readAddress(raw.text);
      if (typeof value === 'object') return value;
      throw wrong(
        `"${written}" is no address`,
        value ?? `Write an address, a network or a range: ${key.example}; names stand behind name:.`,
      );
    }
    case 'port': {
      const value = readPort(raw.text);
      if (value !== undefined) return value;
      throw wrong(`"${written}" is no port`, 'Write 443, 443/tcp or 8000-8100, from 0 to 65535.');
    }
    case 'protocol': {
      const value = protocolNumbers[raw.text.toLowerCase()] ?? wholeOf(raw.text, 255);
      if (value !== undefined) return { kind: 'number', from: value, to: value };
      const names = Object.keys(protocolNumbers);
      throw wrong(`"${written}" is no protocol`, `Write ${either(names)}, or a number from 0 to 255.`);
    }
    case 'asn': {
      const value = wholeOf(raw.text.replace(/^as/i, ''), 4_294_967_295);
      if (value !== undefined) return { kind: 'number', from: value, to: value };
      throw wrong(
        `"${written}" is no AS number`,
        'Write asn:15169; names of networks stand behind network:.',
      );
    }
    case 'country': {
      if (/^[a-z]{2}$/i.test(raw.text)) return { kind: 'word', word: raw.text.toUpperCase() };
      const code = countryNamed(raw.text);
      const hint =
        code === undefined
          ? 'Write the two letters of ISO 3166, as in country:RU,CN.'
          : `Did you mean country:${code}?`;
      throw wrong(`"${written}" is no country code`, hint);
    }
    case 'word': {
      const words = key.words ?? [];
      const word = raw.text.toLowerCase();
      if (words.includes(word)) return { kind: 'word', word };
      const [close] = nearest(word, words);
      throw wrong(
        `${key.name} knows no "${written}"`,
        close === undefined
          ? `Write ${either(words)}.`
          : `Did you mean ${key.name}:${close}? There are ${either(words)}.`,
      );
    }
    case 'text': {
      // Names of services are no numbers; other tools call a port a service.
      if (key.name === 'service' && !raw.quoted && readPort(raw.text) !== undefined)
        throw wrong(`"${written}" is no service of a provider`, `Did you mean port:${written}?`);
      // Names in logs are kept without the dot of the root.
      return { kind: 'text', text: key.name === 'name' ? raw.text.replace(/(?<=.)\.$/, '') : raw.text };
    }
    default: {
      const value = readNumber(raw.text, key.kind);
      if (value !== undefined) return value;
      throw wrong(`"${written}" is no ${numberNames[key.kind]}`, `Write it as in ${key.example}.`);
    }
  }
}

const numberNames = { bytes: 'size', count: 'count', seconds: 'length of time', share: 'number from 0 to 1' };

/** Addresses that the text stands for; what to do instead, where that is known, otherwise. */
export function readAddress(text: string): AddressValue | string | undefined {
  const [low = '', high, ...more] = text.split('-');
  if (high !== undefined) {
    const [first, last] = [parseAddress(low), parseAddress(high)];
    if (first === null || last === null || more.length > 0) return undefined;
    if (first.family !== last.family) return 'Both ends of a range are of one family, IPv4 or IPv6.';
    if (first.number > last.number) return `The range ends before it begins: write ${high}-${low}.`;
    return { kind: 'address', family: first.family, first: first.number, last: last.number };
  }
  if (parseAddress(text.split('/', 1)[0] ?? '') === null) return undefined;
  try {
    const { family, first, last } = parseCidr(text);
    return { kind: 'address', family, first, last };
  } catch (error) {
    return (error as HuntError).hint;
  }
}

/** Ports that the text stands for: `443`, `8000-8100`, `53/udp`. */
export function readPort(text: string): PortValue | undefined {
  const [, low = '', high = low, name] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  const [from, to] = [wholeOf(low, 65_535), wholeOf(high, 65_535)];
  const protocol = name === undefined ? null : (protocolNumbers[name.toLowerCase()] ?? wholeOf(name, 255));
  if (from === undefined || to === undefined || protocol === undefined || from > to) return undefined;
  return { kind: 'port', from, to, protocol };
}

function wholeOf(text: string, most: number): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : undefined;
}

type Measure = keyof typeof units;

/** A number with its unit, or a range of two. */
function readNumber(text: string, measure: Measure): NumberValue | undefined {
  const [low = '', high = low, ...more] = text.split('-');
  const [from, to] = [measured(low, measure), measured(high, measure)];
  if (from === undefined || to === undefined || more.length > 0 || from > to) return undefined;
  return { kind: 'number', from, to };
}

function measured(text: string, measure: Measure): number | undefined {
  const [, digits, unit = ''] = /^(\d[\d_]*(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const factor = units[measure][unit.toLowerCase()];
  if (digits === undefined || factor === undefined) return undefined;
  const plain = Number(digits.replaceAll('_', '')) * factor;
  if (measure === 'share') return plain <= 1 ? plain : undefined;
  const whole = Math.round(plain);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** The code of a country by its English name. */
function countryNamed(name: string): string | undefined {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.find((code) => names.of(code)?.toLowerCase() === name.trim().toLowerCase());
}

/** An address value as text: a single address, the network it fills, or a range. */
export function addressText({ family, first, last }: AddressValue): string {
  if (first === last) return formatAddress(family, first);
  const size = last - first + 1n;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isBlock) return `${formatAddress(family, first)}-${formatAddress(family, last)}`;
  const length = addressBits(family) - (size.toString(2).length - 1);
  return `${formatAddress(family, first)}/${length}`;
}
