import type { DnsLoaded } from '../ingest/load-result.ts';
import type { DnsSummary } from '../traffic/names.ts';
import { cutText } from './fit.ts';
import { plainText } from './plain-text.ts';
import { counted, countText } from './units.ts';

const widestName = 60;

/** The best name of an address and how many others it has, as `cdn.example.com +3`. Empty where it has none. */
export function nameText(name: string | null | undefined, names: number | undefined): string {
  if (name === null || name === undefined) return '';
  const others = (names ?? 1) - 1;
  return `${cutText(plainText(name), widestName)}${others > 0 ? ` +${countText(others)}` : ''}`;
}

/** What DNS logs a load read; undefined where it read none. */
export function dnsLoadedText({ files, queries, answers, duplicate }: DnsLoaded): string | undefined {
  if (files === 0) return undefined;
  const copies =
    duplicate > 0 ? `; ${counted(duplicate, 'query', 'queries')} in copies of files left out` : '';
  return `DNS: ${counted(queries, 'query', 'queries')} with ${counted(answers, 'address', 'addresses')} in ${counted(files, 'file')}${copies}.`;
}

/** What DNS logs are loaded, in a sentence; undefined where none are. */
export function dnsText(dns: DnsSummary): string | undefined {
  if (dns.files === 0) return undefined;
  const when = dns.from === null ? '' : `, in hours from ${dns.from} to ${dns.to}`;
  return `DNS logs: ${counted(dns.queries, 'query', 'queries')} of ${counted(dns.hosts, 'host')} in ${counted(dns.files, 'file')}${when}; ${counted(dns.names, 'name')} of ${counted(dns.addresses, 'address', 'addresses')}.`;
}
