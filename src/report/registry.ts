import type { Asked, RegistryFacts } from '../registries/facts.ts';
import type { Registration } from '../registries/registration.ts';
import { wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { counted, countText } from './units.ts';

/** To whom a block is registered: the organisation, else the first remark, else the name of the block. */
export function holderText({ organisation, description, name }: Registration): string {
  return organisation ?? description ?? name ?? 'nobody that is named';
}

/** `ripe, 2026-11-24`: who said it, and when. */
function sourceText({ registry, askedAt }: Registration): string {
  return `${registry}, ${askedAt.slice(0, 10)}`;
}

/** What registrations cannot tell. */
export const notUse =
  'A registry tells who is responsible for a block of addresses, not who uses one of them, nor where.';

/** What a registry said of one address, or why it said nothing; nothing where nobody knows or was asked. */
export function registryLines(
  { registry, registryFailure }: Omit<RegistryFacts, 'asked'>,
  page: Page,
  indent = '',
): string[] {
  const { dim } = page.colors;
  if (registry === null) {
    if (registryFailure === null) return [];
    return wrapText(plainText(`No registration: ${registryFailure.reason}`), page.width, indent).map(dim);
  }
  return wrapText(plainText(registrationText(registry)), page.width, indent);
}

/** To whom a block is registered, by which registry and when, in one sentence. */
export function registrationText(registry: Registration): string {
  const { cidrs, name, country, kind, registered, changed, abuse, asns, parent } = registry;
  const blocks = cidrs.length > 3 ? `${registry.first} to ${registry.last}` : cidrs.join(', ');
  const holder = holderText(registry);
  const head = [
    `Registered to ${holder}`,
    ...(country === null ? [] : [country]),
    `block ${blocks}${name === null || name === holder ? '' : ` ${name}`}`,
  ].join(', ');
  const details = [
    ...(kind === null ? [] : [kind]),
    ...(registered === null ? [] : [`registered ${registered.slice(0, 10)}`]),
    ...(changed === null ? [] : [`changed ${changed.slice(0, 10)}`]),
    ...(asns.length === 0 ? [] : [asns.map((asn) => `AS${asn}`).join(', ')]),
    ...(parent === null ? [] : [`inside ${parent}`]),
    ...(abuse === null ? [] : [`complaints to ${abuse}`]),
  ];
  return `${head} (${sourceText(registry)})${details.length === 0 ? '' : `: ${details.join('; ')}`}`;
}

/** What left the machine, for people; nothing where nothing did. */
export function askedLines(asked: Asked, page: Page): string[] {
  const { registries, reverseDns, bootstraps, notKept } = asked;
  const counts = Object.entries(registries);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const lists = bootstraps
    .map(({ family, source, publication, confirmedAt }) => {
      const from = publication?.slice(0, 10) ?? 'an unknown day';
      const how =
        source === 'shipped'
          ? 'the copy that ships with northsouth'
          : `downloaded or confirmed ${confirmedAt?.slice(0, 10)}`;
      return `IPv${family} of ${from} (${how})`;
    })
    .join(', ');
  const lines = [
    ...(total === 0
      ? []
      : [
          `${counted(total, 'question')} to registries: ${counts.map(([name, count]) => `${name} ${countText(count)}`).join(', ')}.`,
          `Which registry has which block is known from the lists of IANA: ${lists}.`,
        ]),
    ...(reverseDns === 0
      ? []
      : [
          `Asked the resolver of this machine for the names of ${counted(reverseDns, 'address', 'addresses')}.`,
        ]),
    ...(notKept === null ? [] : [`What registries answered could not be kept: ${notKept}.`]),
  ];
  return lines.flatMap((line) => wrapText(plainText(line), page.width)).map(page.colors.dim);
}
