import { mix, mixUnit } from './random.ts';

/** A range of IPv4 addresses: the first one, and how many. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

/** `192.0.2.0/24` as a range. */
export function range(cidr: string): Range {
  const [base = '', length = '32'] = cidr.split('/');
  const first = base.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, size: 2 ** (32 - Number(length)) };
}

/** Dotted text of an IPv4 address. */
export function dotted(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The address of a range that belongs to the key; never its first or last. */
export function addressIn(within: Range, ...key: readonly (string | number)[]): string {
  return dotted(within.first + 1 + Math.floor(mixUnit('address', ...key) * (within.size - 2)));
}

// What no public host has: special-purpose registries (0, 10, 100, 127, 169, 172, 192, 198, 203, 224 and above),
// whole octets to be sure, and networks that are allotted but not seen on the Internet (the US Defense
// Department's, mostly).
const unseen = new Set([
  0, 6, 7, 10, 11, 21, 22, 26, 28, 29, 30, 33, 48, 53, 55, 56, 100, 127, 169, 172, 192, 198, 203, 205, 214,
  215,
]);
const seenOctets = Array.from({ length: 223 }, (_, octet) => octet).filter((octet) => !unseen.has(octet));

/** A public unicast IPv4 address that belongs to the key, in nobody's special-purpose range. */
export function publicAddress(...key: readonly (string | number)[]): string {
  const bits = mix('public', ...key);
  const octet = seenOctets[bits % seenOctets.length] ?? 8;
  const rest = mix(bits, 'rest');
  return `${octet}.${rest & 255}.${(rest >>> 8) & 255}.${1 + ((rest >>> 16) % 254)}`;
}

/** Networks by what they serve. Ranges are ones that these operators announce; which address, the seed decides. */
export const networks = {
  objectStore: ['52.219.168.0/22', '52.219.72.0/22', '3.5.136.0/22'].map(range),
  awsApi: ['52.94.16.0/22', '18.192.0.0/15', '52.58.0.0/16', '3.64.0.0/13'].map(range),
  cloudFront: ['13.225.64.0/18', '18.66.0.0/18', '99.84.0.0/18'].map(range),
  google: ['142.250.0.0/16', '142.251.0.0/16', '172.217.0.0/17', '216.58.192.0/19'].map(range),
  googleCloud: ['34.107.0.0/17', '34.149.0.0/16', '35.186.192.0/18'].map(range),
  microsoft: ['13.107.42.0/24', '20.190.128.0/19', '40.126.0.0/19', '52.96.0.0/15', '20.50.0.0/16'].map(
    range,
  ),
  canonical: ['91.189.88.0/22', '91.189.91.0/24', '185.125.188.0/22'].map(range),
  cloudflare: ['104.16.0.0/14', '172.67.0.0/16', '162.159.128.0/19'].map(range),
  akamai: ['23.32.0.0/16', '23.200.0.0/16', '104.64.0.0/16', '2.16.0.0/16'].map(range),
  fastly: ['151.101.0.0/16', '199.232.0.0/16', '185.199.108.0/22'].map(range),
  github: ['140.82.112.0/20'].map(range),
  debian: ['130.89.148.0/24', '151.101.0.0/17'].map(range),
  meta: ['157.240.0.0/17'].map(range),
  wikimedia: ['185.15.56.0/22', '208.80.152.0/22'].map(range),
  metrics: ['3.233.144.0/20'].map(range),
  telemetry: ['162.247.241.0/24', '162.247.242.0/24'].map(range),
  // An office's: chat and video calls, backups, virus definitions, mail, speed tests.
  meetings: ['206.247.0.0/17'].map(range),
  chat: ['52.112.0.0/16'].map(range),
  backup: ['206.190.208.0/21', '149.137.128.0/20'].map(range),
  antivirus: ['91.228.166.0/23'].map(range),
  mail: ['212.227.17.0/24', '212.227.15.0/24'].map(range),
  crawlers: ['66.249.64.0/20', '40.77.167.0/24', '157.55.39.0/24', '17.58.96.0/20'].map(range),
  hosting: [
    '88.198.0.0/16',
    '116.202.0.0/15',
    '135.181.0.0/16',
    '51.68.0.0/16',
    '137.74.0.0/16',
    '104.131.0.0/16',
    '138.68.0.0/17',
    '159.65.0.0/16',
    '45.79.0.0/17',
    '139.162.0.0/16',
    '45.76.0.0/16',
    '62.210.0.0/16',
  ].map(range),
  /** Rented servers, for what is planted. The range is real; which address, and what it does here, is invented. */
  rented: [
    '173.212.192.0/18',
    '161.97.64.0/18',
    '5.79.64.0/18',
    '85.17.0.0/16',
    '146.70.0.0/17',
    '213.136.64.0/19',
  ].map(range),
} as const;

export type NetworkName = keyof typeof networks;

/** The n-th address that this seed uses of a network: the same n is the same server, another n another one. */
export function serverOf(network: NetworkName, seed: number, n: number): string {
  const ranges = networks[network];
  const within = ranges[n % ranges.length] ?? ranges[0];
  if (within === undefined) throw new RangeError(`no range in ${network}`);
  const places = within.size - 2;
  const first = Math.floor(mixUnit(seed, network, n % ranges.length) * places);
  // 1979 has no divisor in common with any 2^k - 2 up to a /8, so that no place comes twice in a round.
  return dotted(within.first + 1 + ((first + Math.floor(n / ranges.length) * 1979) % places));
}

/** The n-th IPv6 server that this seed uses: content networks and hosting. */
export function server6(seed: number, n: number): string {
  const prefixes = [
    '2a00:1450:4001',
    '2606:4700:10',
    '2a04:4e42:200',
    '2a03:2880:f10',
    '2a01:4f8:c17',
    '2600:9000:21',
  ];
  const prefix = prefixes[n % prefixes.length] ?? '2606:4700:10';
  return `${prefix}::${(1 + (mix(seed, 'ipv6', n) & 0xfffe)).toString(16)}`;
}
