import { type AddressNumber, parseAddress } from './address.ts';
import { type Cidr, parseCidr } from './cidr.ts';
import { disjoint, type Segment } from './segments.ts';
import { specialRanges } from './special-ranges.ts';

/** What an address is for. `private` includes what the user declared to be local. */
export type Scope =
  | 'internet'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'loopback'
  | 'multicast'
  | 'documentation'
  | 'reserved';

/** What the user knows better than the registries, as CIDR texts. */
export interface ScopeOverrides {
  /** Networks that are the user's own: `private`. */
  readonly local?: readonly string[];
  /** Networks that are `internet`, whatever the registries say. */
  readonly internet?: readonly string[];
}

/** The scope of an address, or null when the text is no address. */
export function scopeOf(address: string, overrides: ScopeOverrides = {}): Scope | null {
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const holding = layersOf(overrides).filter((layer) => holds(layer, parsed));
  return holding.at(-1)?.label ?? null;
}

/** All addresses of both families cut into ranges of one scope, ascending, without a gap. */
export function scopeSegments(overrides: ScopeOverrides = {}): Segment<Scope>[] {
  return disjoint(layersOf(overrides));
}

/** The registries and then the overrides: the later layer wins. */
function layersOf(overrides: ScopeOverrides): Segment<Scope>[] {
  const registry = specialRanges.map(({ range, scope }) => ({ cidr: parseCidr(range), scope }));
  const own = [
    ...(overrides.internet ?? []).map((text) => ({ cidr: parseCidr(text), scope: 'internet' as const })),
    ...(overrides.local ?? []).map((text) => ({ cidr: parseCidr(text), scope: 'private' as const })),
  ];
  return [...registry.sort(byLength), ...own.sort(byLength)].map(({ cidr, scope }) => ({
    family: cidr.family,
    first: cidr.first,
    last: cidr.last,
    label: scope,
  }));
}

function byLength(a: { readonly cidr: Cidr }, b: { readonly cidr: Cidr }): number {
  return a.cidr.length - b.cidr.length;
}

function holds(range: Segment<Scope>, { family, number }: AddressNumber): boolean {
  return range.family === family && range.first <= number && number <= range.last;
}
