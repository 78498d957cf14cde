import { addressBits, formatAddress, parseAddress } from '../addresses/address.ts';
import { type Cidr, parseCidr } from '../addresses/cidr.ts';
import { HuntError } from '../errors.ts';

/** What a mark is about, as it was understood. */
export type Target =
  | { readonly kind: 'range'; readonly range: Cidr }
  | { readonly kind: 'asn'; readonly asn: number }
  | { readonly kind: 'name'; readonly name: string };

const longestName = 200;
const mostAsn = 4_294_967_295;

/** The target that the text names: an address, a CIDR, an AS number with or without `AS`, else a name. */
export function parseTarget(text: string): Target {
  const given = text.trim();
  if (given === '') throw wrong('The target is empty');
  if (parseAddress(given) !== null || /^[0-9a-f.:]+\/\d+$/i.test(given)) {
    return { kind: 'range', range: parseCidr(given) };
  }
  const [, digits] = /^(?:AS)?\s?(\d{1,10})$/i.exec(given) ?? [];
  if (digits !== undefined) {
    const asn = Number(digits);
    if (asn >= 1 && asn <= mostAsn) return { kind: 'asn', asn };
    throw wrong(`"${given}" is no AS number from 1 to ${mostAsn}`);
  }
  if (/^[0-9.]+$/.test(given) || /^[0-9a-f:]*:[0-9a-f:]*$/i.test(given)) {
    throw wrong(`"${given}" is neither an address nor a network`);
  }
  if (given.length > longestName) throw wrong(`The name is longer than ${longestName} characters`);
  return { kind: 'name', name: given };
}

/** The one way in which the target is written down. */
export function targetText(target: Target): string {
  if (target.kind === 'range') return cidrText(target.range);
  return target.kind === 'asn' ? `AS${target.asn}` : target.name;
}

/** A block as text; one that holds a single address as that address. */
export function cidrText({ family, length, first }: Cidr): string {
  const address = formatAddress(family, first);
  return length === addressBits(family) ? address : `${address}/${length}`;
}

function wrong(message: string): HuntError {
  return new HuntError('usage.value', message, {
    hint: 'A target is an address, a network such as 203.0.113.0/24, an AS number such as AS15169, or the name of a network or provider.',
  });
}
