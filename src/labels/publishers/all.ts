import { aws, azure, googleAll, googleCloud, oracle } from './clouds.ts';
import { applePrivateRelay, cloudflare, digitalOcean, fastly, github, linode } from './networks.ts';
import type { Publisher } from './publisher.ts';

/** AS numbers, with the country of their owners. */
const ip2asn: Publisher = {
  ...{ name: 'ip2asn', kind: 'asn', urls: ['https://iptoasn.com/data/ip2asn-combined.tsv.gz'] },
  holds: 'AS number, its name and the country of its owner',
  ...{
    licence: 'public domain (PDDL 1.0)',
    attribution: 'iptoasn.com',
    leastRanges: 100_000,
    maxBytes: 500e6,
  },
};

/** Everybody whose lists an update asks for, in its order. */
export const publishers: readonly Publisher[] = [
  ip2asn,
  ...[aws, azure, googleCloud, googleAll, cloudflare, oracle, digitalOcean, linode],
  ...[fastly, github, applePrivateRelay],
];
