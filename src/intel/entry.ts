import { addressBits, parseAddress } from '../addresses/address.ts';
import type { Cidr } from '../addresses/cidr.ts';

/** One thing that a list names: a block of addresses or an AS number, at one port where the list says so. */
export interface Entry {
  /** As the list writes it, made readable. */
  readonly text: string;
  readonly range: Cidr | null;
  readonly asn: number | null;
  readonly port: number | null;
  /** What the list says of it: malware, first seen, a reference. */
  readonly context: string | null;
  /** Unix seconds after which the list does not stand by it any more; null where it says nothing. */
  readonly validUntil: number | null;
}

const longestText = 100;
const longestContext = 300;
const mostAsn = 4_294_967_295;

interface Beside {
  readonly port?: number | null;
  readonly context?: readonly (string | null | undefined)[];
  readonly validUntil?: number | null;
}

/** The entries that a word of a list stands for; none where it is no address, network, range or AS number. */
export function entriesOf(word: string, beside: Beside = {}): Entry[] {
  const text = refanged(word);
  const withPort = portOf(text);
  const [ranges, asn] = [rangesOf(withPort?.address ?? text), asnOf(text)];
  const { port = withPort?.port ?? null, context = [], validUntil = null } = beside;
  const said = context.flatMap((part) => (part ? [readable(part)] : [])).filter((part) => part !== '');
  const common = {
    text: readable(text).slice(0, longestText),
    port,
    context: said.length === 0 ? null : said.join(', ').slice(0, longestContext),
    validUntil,
  };
  if (asn !== undefined && ranges.length === 0) return [{ ...common, range: null, asn }];
  return ranges.map((range) => ({ ...common, range, asn: null }));
}

/** `1.2.3[.]4` as the address that it stands for; written so that nobody calls it by accident. */
function refanged(word: string): string {
  return word
    .trim()
    .replace(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi, '.')
    .replace(/\[:\]/g, ':');
}

/** Text of one line without control characters: list texts are hostile. */
function readable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function portOf(text: string): { address: string; port: number } | undefined {
  const [, address = '', digits] =
    /^([0-9.]+):(\d{1,5})$/.exec(text) ?? /^\[([0-9a-f:.]+)\]:(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  return digits !== undefined && port <= 65_535 ? { address, port } : undefined;
}

function asnOf(text: string): number | undefined {
  const [, digits] = /^AS\s?(\d{1,10})$/i.exec(text) ?? [];
  const asn = Number(digits);
  return digits !== undefined && asn >= 1 && asn <= mostAsn ? asn : undefined;
}

/** The blocks of an address, a CIDR (host bits are cut off, as lists are careless) or a range `a-b`. */
function rangesOf(text: string): Cidr[] {
  const [address = '', length, ...more] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed !== null && more.length === 0) {
    const bits = addressBits(parsed.family);
    const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
    // A list that names the whole Internet names nothing.
    if (!(prefix >= 1 && prefix <= bits)) return [];
    const free = BigInt(bits - prefix);
    const first = (parsed.number >> free) << free;
    return [{ family: parsed.family, length: prefix, first, last: first + (1n << free) - 1n }];
  }
  const ends = text.split('-').map((end) => parseAddress(end.trim()));
  const [from, to] = ends;
  if (ends.length !== 2 || !from || !to || from.family !== to.family || from.number > to.number) return [];
  return blocksBetween(from.family, from.number, to.number);
}

function blocksBetween(family: 4 | 6, from: bigint, to: bigint): Cidr[] {
  const blocks: Cidr[] = [];
  const bits = addressBits(family);
  for (let first = from; first <= to; ) {
    let free = 0;
    while (free < bits - 1) {
      const size = 1n << BigInt(free + 1);
      if (first % size !== 0n || first + size - 1n > to) break;
      free += 1;
    }
    const last = first + (1n << BigInt(free)) - 1n;
    blocks.push({ family, length: bits - free, first, last });
    first = last + 1n;
  }
  return blocks;
}
