import { type NetworkName, networks } from './address-pool.ts';
import { mix, mixUnit } from './random.ts';

const aws = 'eu-central-1.amazonaws.com';

/** Names that servers of a network are asked for by; the others have invented ones. */
const known: Partial<Record<NetworkName, readonly string[]>> = {
  objectStore: [`company-backups.s3.${aws}`, `company-assets.s3.${aws}`, `s3.${aws}`],
  awsApi: ['ec2', 'logs', 'monitoring', 'sqs', 'ssm', 'sts'].map((service) => `${service}.${aws}`),
  cloudFront: ['d2k5x1m0example.cloudfront.net', 'assets.shop.example', 'media.travel.example'],
  google: ['www.googleapis.com', 'oauth2.googleapis.com', 'fonts.gstatic.com', 'www.google.com'],
  googleCloud: ['api.payments.example', 'hooks.chat.example', 'events.crm.example'],
  microsoft: ['login.microsoftonline.com', 'graph.microsoft.com', 'outlook.office365.com'],
  canonical: ['archive.ubuntu.com', 'security.ubuntu.com'],
  cloudflare: ['registry.npmjs.org', 'cdnjs.cloudflare.com', 'api.tickets.example', 'static.maps.example'],
  akamai: ['download.vendor.example', 'images.news.example'],
  fastly: ['pypi.org', 'files.pythonhosted.org', 'deb.debian.org'],
  github: ['github.com', 'api.github.com'],
  debian: ['deb.debian.org'],
  meta: ['graph.facebook.com'],
  wikimedia: ['upload.wikimedia.org'],
  metrics: ['intake.metrics.example'],
  telemetry: ['collector.telemetry.example'],
};

/** Content networks serve many names from one address. */
const shared: readonly NetworkName[] = ['cloudFront', 'cloudflare', 'akamai', 'fastly', 'google'];
const namesOfShared = 3;

const networkNames = Object.keys(networks) as NetworkName[];

function networkOf(address: string): NetworkName | undefined {
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return networkNames.find((name) =>
    networks[name].some(({ first, size }) => number >= first && number < first + size),
  );
}

const syllables = [
  'ba',
  'del',
  'fo',
  'gar',
  'ki',
  'lun',
  'mar',
  'no',
  'per',
  'ri',
  'sol',
  'ta',
  'vek',
  'wen',
];

/** A name that nobody has: `.example` is reserved. */
export function inventedName(prefix: string, ...key: readonly (string | number)[]): string {
  const word = [0, 1, 2].map((place) => syllables[mix('word', place, ...key) % syllables.length]).join('');
  return `${prefix}.${word}.example`;
}

/** What a host asks DNS for before it connects to the server; hosts may know one address by different names. */
export function serverName(seed: number, server: string, host: number): string {
  const network = server.includes(':') ? 'cloudflare' : networkOf(server);
  const names = network === undefined ? undefined : known[network];
  if (network === undefined || names === undefined) {
    const prefix = mixUnit(seed, 'prefix', server) < 0.5 ? 'www' : 'api';
    return inventedName(prefix, seed, server);
  }
  const first = mix(seed, 'server name', server);
  const other = shared.includes(network) ? mix(seed, 'asker', server, host) % namesOfShared : 0;
  return names[(first + other) % names.length] ?? names[0] ?? server;
}
