/** What the makers of well-known files ask of those who use them, by the type that is written in the file, or its name. */
const known = [
  {
    named: /geolite2|geolite/i,
    licence: 'GeoLite2 End User License Agreement',
    attribution:
      'This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com',
  },
  { named: /geoip2/i, licence: 'GeoIP2 End User License Agreement', attribution: 'MaxMind' },
  {
    named: /db-?ip/i,
    licence: 'CC-BY-4.0 where it is a Lite file',
    attribution: 'IP Geolocation by DB-IP (db-ip.com)',
  },
  {
    named: /ipinfo/i,
    licence: 'CC-BY-SA-4.0 where it is a Lite file',
    attribution: 'IP address data powered by IPinfo (ipinfo.io)',
  },
  { named: /ip2asn|iptoasn/i, licence: 'public domain (PDDL 1.0)', attribution: 'iptoasn.com' },
  {
    named: /ip2location/i,
    licence: 'see IP2Location',
    attribution:
      'This site or product includes IP2Location LITE data available from https://lite.ip2location.com',
  },
];

/** Licence and attribution of a file whose type or name is well known. */
export function licenceOf(
  name: string,
): { readonly licence: string; readonly attribution: string } | undefined {
  return known.find(({ named }) => named.test(name));
}
