import type { AddressReport, Finding } from '../detect/results.ts';
import type { DnsLoaded } from '../ingest/load-result.ts';
import type { DnsSummary } from '../traffic/names.ts';
import { cutText, wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { counted, countText, minuteText } from './units.ts';

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
    duplicate > 0
      ? `; ${counted(duplicate, 'query', 'queries')} left out (read before, or more than once in these files)`
      : '';
  return `DNS: ${counted(queries, 'query', 'queries')} with ${counted(answers, 'address', 'addresses')} in ${counted(files, 'file')}${copies}.`;
}

/** What DNS logs are loaded, in a sentence; undefined where none are. */
export function dnsText(dns: DnsSummary): string | undefined {
  if (dns.files === 0) return undefined;
  const when = dns.from === null ? '' : `, in hours from ${dns.from} to ${dns.to}`;
  return `DNS logs: ${counted(dns.queries, 'query', 'queries')} of ${counted(dns.hosts, 'host')} in ${counted(dns.files, 'file')}${when}; ${counted(dns.names, 'name')} of ${counted(dns.addresses, 'address', 'addresses')}.`;
}

const shownNames = 5;
const shownAskers = 3;

/** The names of an address, one on each line, with when and by whom they were asked for. */
export function addressNameLines({ names, namesTotal }: AddressReport, page: Page): string[] {
  const lines = names.slice(0, shownNames).map(({ name, firstSeen, lastSeen, queries, hosts, askers }) => {
    const who = askers.slice(0, shownAskers).map(({ host }) => host);
    const more = hosts - who.length;
    const by =
      who.length === 0 ? '' : ` by ${who.join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}`;
    const when =
      firstSeen === lastSeen ? minuteText(firstSeen) : `${minuteText(firstSeen)} to ${minuteText(lastSeen)}`;
    return `Name ${nameText(name, undefined)}: asked ${counted(queries, 'time')}${by}, ${when}`;
  });
  const rest = namesTotal - lines.length;
  const more = rest > 0 ? [`and ${counted(rest, 'more name')}`] : [];
  return [...lines, ...more].flatMap((line) => wrapText(plainText(line), page.width));
}

/** The names of the peer of a finding in one sentence; undefined where it has none. */
export function findingNamesText({ names, namesTotal, local }: Finding): string | undefined {
  const [best, ...others] = names;
  if (best === undefined) return undefined;
  const who = best.askedByLocal && local !== null ? local : 'another host';
  const last = best.firstSeen === best.lastSeen ? '' : ` to ${minuteText(best.lastSeen)}`;
  const more = others.slice(0, 2).map(({ name }) => nameText(name, undefined));
  const rest = namesTotal - 1 - more.length;
  const beside =
    more.length === 0
      ? ''
      : `; also ${more.join(', ')}${rest > 0 ? ` and ${counted(rest, 'more name')}` : ''}`;
  return `named ${nameText(best.name, undefined)}: ${who} asked DNS for it ${minuteText(best.firstSeen)}${last}${beside}`;
}
