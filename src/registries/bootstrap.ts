import * as v from 'valibot';
import type { AddressNumber } from '../addresses/address.ts';
import { type Cidr, parseCidr } from '../addresses/cidr.ts';
import { shippedBootstrap } from './shipped-bootstrap.ts';

/** Which registry is to be asked about a prefix. */
export interface BootstrapEntry {
  readonly cidr: Cidr;
  /** Base of its URLs, with a slash at the end. */
  readonly url: string;
}

/** One of IANA's files of RFC 9224. */
export interface Bootstrap {
  readonly entries: readonly BootstrapEntry[];
  /** When IANA published it, as IANA writes it. */
  readonly publication: string | null;
}

const file = v.object({
  version: v.literal('1.0'),
  publication: v.optional(v.string()),
  services: v.array(v.pipe(v.array(v.array(v.string())), v.minLength(2))),
});

/**
 * The bootstrap file in a JSON value; null when it is none. A service without a usable URL and a prefix that is none
 * are left out. `httpsOnly` leaves out what only http offers, as is right for a file from the network.
 */
export function bootstrapOf(value: unknown, { httpsOnly = false } = {}): Bootstrap | null {
  const parsed = v.safeParse(file, value);
  if (!parsed.success) return null;
  const entries = parsed.output.services.flatMap(([prefixes = [], urls = []]) => {
    const url = bestUrl(urls, httpsOnly);
    if (url === null) return [];
    return prefixes.flatMap((prefix) => {
      const cidr = cidrOf(prefix);
      return cidr === null ? [] : [{ cidr, url }];
    });
  });
  return entries.length === 0 ? null : { entries, publication: parsed.output.publication ?? null };
}

/** The copies that ship with the program. */
export function shipped(family: 'ipv4' | 'ipv6'): Bootstrap {
  return bootstrapOf(shippedBootstrap[family]) ?? { entries: [], publication: null };
}

/** The entry with the longest prefix that holds the address: RFC 9224 section 5. */
export function entryFor(bootstrap: Bootstrap, address: AddressNumber): BootstrapEntry | null {
  const holding = bootstrap.entries.filter(
    ({ cidr }) =>
      cidr.family === address.family && cidr.first <= address.number && address.number <= cidr.last,
  );
  return holding.reduce<BootstrapEntry | null>(
    (best, entry) => (best === null || entry.cidr.length > best.cidr.length ? entry : best),
    null,
  );
}

function bestUrl(urls: readonly string[], httpsOnly: boolean): string | null {
  const usable = urls.filter((url) => /^https?:\/\//i.test(url) && URL.canParse(url));
  const secure = usable.find((url) => new URL(url).protocol === 'https:');
  const best = secure ?? (httpsOnly ? undefined : usable[0]);
  if (best === undefined) return null;
  return best.endsWith('/') ? best : `${best}/`;
}

function cidrOf(prefix: string): Cidr | null {
  try {
    return parseCidr(prefix);
  } catch {
    return null;
  }
}
