import * as v from 'valibot';
import type { Entry } from '../list-text.ts';
import { dayOf, forCustomers, jsonOf, type Publisher } from './publisher.ts';

const text = v.optional(v.string());

const awsShape = v.object({
  createDate: text,
  prefixes: v.array(v.object({ ip_prefix: v.string(), region: text, service: text })),
  ipv6_prefixes: v.optional(v.array(v.object({ ipv6_prefix: v.string(), region: text, service: text })), []),
});

/** Amazon: `AMAZON` holds everything, the others are services; `GLOBAL` is no region. */
export const aws: Publisher = {
  ...{ name: 'aws', kind: 'provider', urls: ['https://ip-ranges.amazonaws.com/ip-ranges.json'] },
  holds: 'ranges of Amazon with service and region',
  ...{ licence: forCustomers, attribution: 'Amazon Web Services', leastRanges: 1000, maxBytes: 50e6 },
  parse: ([part = '']) => {
    const list = jsonOf('aws', part, awsShape);
    const entry = (cidr: string, region = '', service = ''): Entry => ({
      ...{ cidr, provider: 'Amazon', service: service === 'AMAZON' ? null : service },
      region: region === 'GLOBAL' ? null : region,
    });
    return {
      date: dayOf(list.createDate),
      entries: [
        ...list.prefixes.map(({ ip_prefix, region, service }) => entry(ip_prefix, region, service)),
        ...list.ipv6_prefixes.map(({ ipv6_prefix, region, service }) => entry(ipv6_prefix, region, service)),
      ],
    };
  },
};

const googleShape = v.object({
  creationTime: text,
  prefixes: v.array(v.object({ ipv4Prefix: text, ipv6Prefix: text, service: text, scope: text })),
});

const google = (name: string, file: string, holds: string, leastRanges: number): Publisher => ({
  ...{ name, kind: 'provider', urls: [`https://www.gstatic.com/ipranges/${file}`], holds, leastRanges },
  ...{ licence: forCustomers, attribution: 'Google', maxBytes: 20e6 },
  parse: ([part = '']) => {
    const list = jsonOf(name, part, googleShape);
    return {
      date: dayOf(list.creationTime),
      entries: list.prefixes.map(({ ipv4Prefix, ipv6Prefix, service = '', scope = '' }) => ({
        ...{ cidr: ipv4Prefix ?? ipv6Prefix ?? '', provider: 'Google', service },
        region: scope === 'global' ? null : scope,
      })),
    };
  },
});

/** What Google rents to customers, by region. */
export const googleCloud = google('google-cloud', 'cloud.json', 'ranges of Google Cloud with region', 100);
/** All that is Google's. */
export const googleAll = google('google', 'goog.json', 'ranges of Google', 20);

const azureShape = v.object({
  values: v.array(
    v.object({
      name: v.string(),
      properties: v.object({ region: text, systemService: text, addressPrefixes: v.array(v.string()) }),
    }),
  ),
});

/** Azure service tags. The file has another name every week, which a page tells. */
export const azure: Publisher = {
  ...{
    name: 'azure',
    kind: 'provider',
    urls: ['https://www.microsoft.com/en-us/download/details.aspx?id=56519'],
  },
  holds: 'ranges of Microsoft Azure with service and region',
  ...{ licence: forCustomers, attribution: 'Microsoft', leastRanges: 1000, maxBytes: 100e6 },
  link: {
    text: /(?:https?:\/\/[\w.:[\]-]+)?\/[\w/.%-]*ServiceTags_Public_\d{8}\.json/,
    host: /^download\.microsoft\.com$/,
  },
  parse: ([part = '']) => {
    const list = jsonOf('azure', part, azureShape);
    return {
      date: null,
      entries: list.values.flatMap(({ name, properties: { region, systemService, addressPrefixes } }) => {
        const tag = name.split('.')[0] ?? '';
        // AzureCloud holds everything; it is no service.
        const service = systemService || (tag === 'AzureCloud' ? null : tag);
        return addressPrefixes.map((cidr) => ({
          cidr,
          provider: 'Microsoft',
          service,
          region: region || null,
        }));
      }),
    };
  },
};

const oracleShape = v.object({
  last_updated_timestamp: text,
  regions: v.array(
    v.object({
      region: v.string(),
      cidrs: v.array(v.object({ cidr: v.string(), tags: v.optional(v.array(v.string()), []) })),
    }),
  ),
});

/** Oracle Cloud: OCI is what customers rent, OSN Oracle's own services. */
export const oracle: Publisher = {
  ...{
    name: 'oracle',
    kind: 'provider',
    urls: ['https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json'],
  },
  holds: 'ranges of Oracle Cloud with service and region',
  ...{ licence: forCustomers, attribution: 'Oracle', leastRanges: 50, maxBytes: 20e6 },
  parse: ([part = '']) => {
    const list = jsonOf('oracle', part, oracleShape);
    return {
      date: dayOf(list.last_updated_timestamp),
      entries: list.regions.flatMap(({ region, cidrs }) =>
        cidrs.map(({ cidr, tags }) => ({ cidr, provider: 'Oracle', region, service: tags.join('+') })),
      ),
    };
  },
};
