import { type ScopeOverrides, scopeOf } from '../addresses/scope.ts';
import type { AddressReport, Finding, Hunt, IdentifiedFinding, TrafficReport } from '../detect/results.ts';
import { homeFolder } from '../home.ts';
import { reverseNames } from '../net/reverse-names.ts';
import { type Asked, nobodyAsked, type RegistryFacts } from '../registries/facts.ts';
import type { InquiryProgress } from '../registries/outcome.ts';
import { askRegistries, keptOutcomes } from '../registries/registries.ts';
import type { RdapValues } from '../registries/settings.ts';
import type { TopRow } from '../traffic/top.ts';

/** What an answer needs to ask others. */
export interface OutsideWorld {
  readonly scopes: ScopeOverrides;
  readonly values: RdapValues;
  readonly signal: AbortSignal | undefined;
}

/** What may be asked of others about addresses, and who wants to know of it. */
export interface OutsideOptions {
  /** Ask the registries (RDAP) about the addresses that are on the Internet. */
  readonly rdap?: boolean;
  /** Ask the resolver of this machine for the names of the addresses (PTR). */
  readonly reverseDns?: boolean;
  /** Told while registries are asked. */
  readonly onRegistryProgress?: (progress: InquiryProgress) => void;
}

/** What registries say of addresses, and what left this machine for it. */
interface KnownFacts {
  /** By the text of the address, as it was given. */
  of(address: string): RegistryFacts;
  readonly asked: Asked;
}

interface FactsRequest extends OutsideWorld {
  /** Addresses to show; what is kept of them is read. */
  readonly about: readonly string[];
  /** Those to ask about, the most important first; only addresses of the Internet are. */
  readonly ask?: readonly string[];
  readonly onProgress?: ((progress: InquiryProgress) => void) | undefined;
}

const none: RegistryFacts = { registry: null, registryFailure: null, asked: [] };

/** Reads what is kept of addresses, after asking the registries about those that the caller names, if any. */
export async function registryFacts(request: FactsRequest): Promise<KnownFacts> {
  const { about, ask = [], scopes, values, signal, onProgress } = request;
  const home = homeFolder();
  const onInternet = [...new Set(ask)].filter((address) => scopeOf(address, scopes) === 'internet');
  const inquired =
    onInternet.length === 0
      ? undefined
      : await askRegistries(onInternet, home, {
          values,
          ...(signal === undefined ? {} : { signal }),
          ...(onProgress === undefined ? {} : { onProgress }),
        });
  const others = inquired === undefined ? about : about.filter((one) => !inquired.outcomes.has(one));
  const kept = await keptOutcomes(others, home, values.validDays);
  const asked: Asked =
    inquired === undefined
      ? nobodyAsked
      : {
          registries: inquired.questions,
          reverseDns: 0,
          bootstraps: inquired.bootstraps,
          notKept: inquired.notKept,
        };
  return {
    asked,
    of: (address) => {
      const outcome = inquired?.outcomes.get(address) ?? kept.get(address);
      if (outcome === undefined) return none;
      const { registration: registry, failure: registryFailure, asked: hosts } = outcome;
      return { registry, registryFailure, asked: hosts };
    },
  };
}

/**
 * Adds what registries say of each peer of a hunt, after asking about the `rdap` most important ones: those of
 * findings, in their order, then those that the most bytes go to.
 */
export async function huntOutside(
  top: readonly TopRow[],
  findings: readonly IdentifiedFinding[],
  largestPeers: (most: number) => Promise<readonly string[]>,
  options: Pick<OutsideOptions, 'onRegistryProgress'> & { readonly rdap?: number },
  world: OutsideWorld,
): Promise<Pick<Hunt, 'top' | 'findings' | 'asked'>> {
  const { rdap = 0, onRegistryProgress: onProgress } = options;
  const suspects = findings.map(({ peer }) => peer);
  const important = rdap === 0 ? [] : [...suspects, ...(await largestPeers(rdap))];
  const { asked, of } = await registryFacts({
    about: [...suspects, ...top.map(({ dstAddr = '' }) => dstAddr)],
    ask: firstOnInternet(important, rdap, world.scopes),
    ...world,
    onProgress,
  });
  return {
    top: top.map((row) => ({ ...row, registry: of(row.dstAddr ?? '').registry })),
    findings: findings.map((finding) => ({ ...finding, registry: of(finding.peer).registry })),
    asked,
  };
}

/** Adds what registries said before of the peer of each finding; nobody is asked. */
export async function withRegistrations<One extends Finding>(
  findings: readonly One[],
  world: OutsideWorld,
): Promise<readonly One[]> {
  const { of } = await registryFacts({ about: findings.map(({ peer }) => peer), ...world });
  return findings.map((finding) => ({ ...finding, registry: of(finding.peer).registry }));
}

/** Adds what registries said before of the destination of each row; nobody is asked. */
export async function withRegistrationsOfRows(
  rows: readonly TopRow[],
  world: OutsideWorld,
): Promise<readonly TopRow[]> {
  const { of } = await registryFacts({ about: rows.map(({ dstAddr = '' }) => dstAddr), ...world });
  return rows.map((row) => ({ ...row, registry: of(row.dstAddr ?? '').registry }));
}

/** Adds to the report of an address what others say of it: what is kept, and what the options allow to ask. */
export async function addressOutside(
  report: TrafficReport,
  options: OutsideOptions,
  world: OutsideWorld,
): Promise<AddressReport> {
  const about = [report.address];
  const { rdap, reverseDns = false, onRegistryProgress: onProgress } = options;
  const facts = await registryFacts({ about, ask: rdap ? about : [], ...world, onProgress });
  const { registry, registryFailure } = facts.of(report.address);
  return {
    ...report,
    ...{ registry, registryFailure },
    reverseNames: reverseDns ? await namesOf(report.address, world.signal) : null,
    asked: { ...facts.asked, reverseDns: reverseDns ? 1 : 0 },
  };
}

async function namesOf(address: string, signal: AbortSignal | undefined): Promise<readonly string[] | null> {
  const names = await reverseNames([address], signal === undefined ? {} : { signal });
  return names.get(address) ?? null;
}

/** The first so many distinct addresses that are on the Internet. */
function firstOnInternet(addresses: readonly string[], count: number, scopes: ScopeOverrides): string[] {
  const chosen: string[] = [];
  for (const address of new Set(addresses)) {
    if (chosen.length >= count) break;
    if (scopeOf(address, scopes) === 'internet') chosen.push(address);
  }
  return chosen;
}
