import * as v from 'valibot';
import { formatAddress } from '../addresses/address.ts';
import { type Block, blockBetween, cidrsOf } from './blocks.ts';
import { type Card, cardOf, codeOf, lineOf } from './jcard.ts';

const text = v.nullable(v.string());

/** The shape of {@link Registration}, as it is kept on disk. */
export const registrationShape = v.object({
  first: v.string(),
  last: v.string(),
  cidrs: v.array(v.string()),
  handle: text,
  name: text,
  organisation: text,
  description: text,
  country: text,
  abuse: text,
  kind: text,
  registered: text,
  changed: text,
  asns: v.array(v.number()),
  parent: text,
  registry: v.string(),
  url: v.string(),
  askedAt: v.string(),
});

/**
 * To whom a registry has given a block of addresses: an answer of RFC 9083, normalised. What the registry does not
 * say is null. It tells who is responsible for the block, not who uses an address of it, nor where.
 */
export interface Registration {
  /** Ends of the block. */
  readonly first: string;
  readonly last: string;
  /** The same block as CIDRs. */
  readonly cidrs: readonly string[];
  /** The registry's key of the block. */
  readonly handle: string | null;
  readonly name: string | null;
  /** Who holds the block. */
  readonly organisation: string | null;
  /** First remark of the registry's object; at some registries the only place that names the holder. */
  readonly description: string | null;
  /** Two letters: of the block, or else of its holder. */
  readonly country: string | null;
  /** Mail address for complaints. */
  readonly abuse: string | null;
  /** How the block was given, in the registry's words: `ALLOCATED PA`, `DIRECT ALLOCATION`. */
  readonly kind: string | null;
  /** Times of registration and last change. */
  readonly registered: string | null;
  readonly changed: string | null;
  /** AS numbers that the registry says announce it; most say none. */
  readonly asns: readonly number[];
  readonly parent: string | null;
  /** Who answered: arin, ripe, apnic, lacnic, afrinic, or a host. */
  readonly registry: string;
  readonly url: string;
  readonly askedAt: string;
}

/** Where an answer comes from. */
export interface Provenance {
  readonly registry: string;
  readonly url: string;
  readonly askedAt: string;
}

/** The registration in an answer and the block that it is about; null when it is no object about a block. */
export function registrationOf(
  value: unknown,
  from: Provenance,
): { readonly registration: Registration; readonly block: Block } | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const answer = value as Readonly<Record<string, unknown>>;
  const block = blockBetween(answer['startAddress'], answer['endAddress']);
  if (block === null) return null;
  const entities = entitiesOf(answer['entities']);
  const holder = holderOf(entities);
  const organisation = holder?.card.organisation ?? holder?.card.name ?? null;
  const registration: Registration = {
    first: formatAddress(block.family, block.first),
    last: formatAddress(block.family, block.last),
    cidrs: cidrsOf(block),
    handle: lineOf(answer['handle']),
    name: lineOf(answer['name']),
    organisation,
    description: descriptionOf(answer['remarks']),
    country: codeOf(answer['country']) ?? holder?.card.country ?? null,
    abuse:
      entities.filter(({ roles }) => roles.includes('abuse')).flatMap(({ card }) => card.emails)[0] ?? null,
    kind: lineOf(answer['type']),
    registered: timeOf(answer['events'], 'registration'),
    changed: timeOf(answer['events'], 'last changed'),
    asns: asnsOf(answer),
    parent: lineOf(answer['parentHandle']),
    ...from,
  };
  return { registration, block };
}

interface Entity {
  readonly roles: readonly string[];
  readonly card: Card;
}

const mostEntities = 200;
const deepest = 4;

/** Entities with those inside them, nearest first: some registries hang the abuse contact below the holder. */
function entitiesOf(value: unknown): Entity[] {
  const found: Entity[] = [];
  let level: readonly unknown[] = Array.isArray(value) ? value : [];
  for (let depth = 0; depth < deepest && level.length > 0 && found.length < mostEntities; depth += 1) {
    const inside: unknown[] = [];
    for (const one of level.slice(0, mostEntities)) {
      if (typeof one !== 'object' || one === null) continue;
      const { roles, vcardArray, entities } = one as Readonly<Record<string, unknown>>;
      const names = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
      found.push({ roles: names.map((role) => role.toLowerCase()), card: cardOf(vcardArray) });
      if (Array.isArray(entities)) inside.push(...entities.slice(0, mostEntities));
    }
    level = inside;
  }
  return found;
}

/** The registrant; RIPE lists maintainers as registrants too, so that one that calls itself an organisation wins. */
function holderOf(entities: readonly Entity[]): Entity | null {
  const registrants = entities.filter(
    ({ roles, card }) => roles.includes('registrant') && (card.organisation ?? card.name) !== null,
  );
  return (
    registrants.find(({ card }) => card.kind === 'org') ??
    registrants.find(({ card }) => !/(?:^|-)(?:MNT|MAINT)(?:-|$)/i.test(card.name ?? '')) ??
    null
  );
}

function descriptionOf(remarks: unknown): string | null {
  if (!Array.isArray(remarks)) return null;
  const described = remarks.slice(0, 20).map((remark: unknown) => {
    if (typeof remark !== 'object' || remark === null) return null;
    const { title, description } = remark as Readonly<Record<string, unknown>>;
    const isDescription =
      title === undefined || (typeof title === 'string' && title.toLowerCase() === 'description');
    return isDescription && Array.isArray(description) ? lineOf(description[0]) : null;
  });
  return described.find((line) => line !== null) ?? null;
}

function timeOf(events: unknown, action: string): string | null {
  if (!Array.isArray(events)) return null;
  for (const event of events.slice(0, 100)) {
    if (typeof event !== 'object' || event === null) continue;
    const { eventAction, eventDate } = event as Readonly<Record<string, unknown>>;
    if (typeof eventAction !== 'string' || eventAction.toLowerCase() !== action) continue;
    const time = typeof eventDate === 'string' ? Date.parse(eventDate) : Number.NaN;
    if (!Number.isNaN(time)) return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
  return null;
}

/** Extensions of ARIN and LACNIC; the standard has no place for the AS of a block. */
function asnsOf(answer: Readonly<Record<string, unknown>>): number[] {
  const given = [
    answer['arin_originas0_originautnums'],
    answer['nicbr_autnum'],
    answer['lacnic_originAutnum'],
  ].flat();
  const numbers = given.map((one) => (typeof one === 'string' ? Number(one.replace(/^AS/i, '')) : one));
  return [...new Set(numbers)]
    .filter(
      (one): one is number => typeof one === 'number' && Number.isInteger(one) && one > 0 && one < 2 ** 32,
    )
    .slice(0, 20);
}
