import type { RdapValues } from './settings.ts';

const byHost = {
  'rdap.arin.net': 'arin',
  'rdap.db.ripe.net': 'ripe',
  'rdap.apnic.net': 'apnic',
  'rdap.afrinic.net': 'afrinic',
  'rdap.lacnic.net': 'lacnic',
} as const;

/** The name of the registry behind a URL: one of the five, or its host. */
export function registryOf(url: URL): string {
  return byHost[url.host as keyof typeof byHost] ?? url.host;
}

/** Questions a minute that the registry may be asked. */
export function perMinute(registry: string, values: RdapValues): number {
  const known = Object.values(byHost).find((name) => name === registry);
  return values[known ?? 'other'];
}
