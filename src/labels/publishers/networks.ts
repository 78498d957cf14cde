import * as v from 'valibot';
import type { Entry } from '../list-text.ts';
import { forCustomers, jsonOf, notTheList, type Publisher } from './publisher.ts';

/** Cloudflare: one block a line. */
export const cloudflare: Publisher = {
  ...{ name: 'cloudflare', kind: 'provider' },
  urls: ['https://www.cloudflare.com/ips-v4/', 'https://www.cloudflare.com/ips-v6/'],
  holds: 'ranges of Cloudflare',
  ...{ licence: forCustomers, attribution: 'Cloudflare', leastRanges: 10, maxBytes: 1e6 },
  parse: (parts) => ({
    date: null,
    entries: linesOf(parts).map((cidr) => ({ cidr, provider: 'Cloudflare', service: null })),
  }),
};

const fastlyShape = v.object({
  addresses: v.array(v.string()),
  ipv6_addresses: v.optional(v.array(v.string()), []),
});

/** Fastly. */
export const fastly: Publisher = {
  ...{ name: 'fastly', kind: 'provider', urls: ['https://api.fastly.com/public-ip-list'] },
  holds: 'ranges of Fastly',
  ...{ licence: forCustomers, attribution: 'Fastly', leastRanges: 5, maxBytes: 1e6 },
  parse: ([part = '']) => {
    const list = jsonOf('fastly', part, fastlyShape);
    const cidrs = [...list.addresses, ...list.ipv6_addresses];
    return { date: null, entries: cidrs.map((cidr) => ({ cidr, provider: 'Fastly', service: null })) };
  },
};

/** GitHub: keys of the document are services, those whose values are blocks. */
export const github: Publisher = {
  ...{ name: 'github', kind: 'provider', urls: ['https://api.github.com/meta'] },
  holds: 'ranges of GitHub with service; those of actions are rented from Microsoft',
  ...{ licence: forCustomers, attribution: 'GitHub', leastRanges: 10, maxBytes: 20e6 },
  parse: ([part = '']) => {
    const list = jsonOf('github', part, v.record(v.string(), v.unknown()));
    const entries = Object.entries(list).flatMap(([service, blocks]) =>
      (Array.isArray(blocks) ? (blocks as unknown[]) : [])
        .filter(
          (block): block is string => typeof block === 'string' && /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(block),
        )
        .map((cidr) => ({ cidr, provider: 'GitHub', service })),
    );
    if (!('git' in list)) throw notTheList('github', 'it names no blocks for git');
    return { date: null, entries };
  },
};

/** A geofeed (RFC 8805): block, country, region, city, postal code. */
const geofeed = (
  source: Pick<Publisher, 'name' | 'urls' | 'leastRanges' | 'maxBytes'> & {
    readonly provider: string;
    readonly service: string | null;
  },
): Publisher => {
  const { provider, service, ...rest } = source;
  return {
    ...rest,
    kind: 'provider',
    holds: `ranges of ${provider}${service === null ? '' : ` (${service})`} with country and city`,
    ...{ licence: forCustomers, attribution: provider },
    parse: (parts) => ({
      date: null,
      entries: linesOf(parts).map((line): Entry => {
        const [cidr = '', country = '', , city = ''] = line.split(',').map((field) => field.trim());
        return { cidr, country, city, provider, service };
      }),
    }),
  };
};

/** DigitalOcean's machines, by city. */
export const digitalOcean = geofeed({
  ...{ name: 'digitalocean', urls: ['https://digitalocean.com/geo/google.csv'], provider: 'DigitalOcean' },
  ...{ service: null, leastRanges: 50, maxBytes: 10e6 },
});

/** Linode's machines, by city. */
export const linode = geofeed({
  ...{ name: 'linode', urls: ['https://geoip.linode.com/'], provider: 'Linode' },
  ...{ service: null, leastRanges: 50, maxBytes: 20e6 },
});

/** Apple's Private Relay: people, behind addresses of Akamai, Cloudflare and Fastly. */
export const applePrivateRelay = geofeed({
  ...{ name: 'apple-private-relay', urls: ['https://mask-api.icloud.com/egress-ip-ranges.csv'] },
  ...{ provider: 'Apple', service: 'Private Relay', leastRanges: 1000, maxBytes: 100e6 },
});

function linesOf(parts: readonly string[]): string[] {
  return parts
    .flatMap((part) => part.replace(/^\uFEFF/, '').split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
