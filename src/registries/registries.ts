import { join } from 'node:path';
import { type AddressNumber, formatAddress, parseAddress } from '../addresses/address.ts';
import { freshBootstrap, type KnownBootstrap, knownBootstrap } from './bootstrap-file.ts';
import type { BootstrapFacts } from './facts.ts';
import { Inquiry } from './inquiry.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { InquiryProgress, Outcome } from './outcome.ts';
import type { RdapValues } from './settings.ts';

/** What an inquiry has done: outcomes by the text of the address, and what left the machine for them. */
export interface Inquired {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Questions by registry; IANA's bootstrap files count as `iana`. */
  readonly questions: Readonly<Record<string, number>>;
  /** Where it is known from which registry has which block, for the families that were asked about. */
  readonly bootstraps: readonly BootstrapFacts[];
  /** Why answers could not be kept for later runs, where that happened. */
  readonly notKept: string | null;
}

/** How registries may be asked. */
export interface InquiryRequest {
  readonly values: RdapValues;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (progress: InquiryProgress) => void;
}

/** Where answers of registries and IANA's bootstrap files are kept. */
function rdapFolder(home: string): string {
  return join(home, 'rdap');
}

const readAtOnce = 64;
const nothing: Outcome = { registration: null, failure: null, asked: [] };

/** What is kept of these addresses. Nobody is asked, and nothing is written. */
export async function keptOutcomes(
  addresses: readonly string[],
  home: string,
  validDays: number,
): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, Outcome>();
  const left = [...new Set(addresses)];
  if (left.length === 0) return found;
  const kept = await KeptAnswers.open(rdapFolder(home));
  while (left.length > 0) {
    const some = left.splice(0, readAtOnce);
    const outcomes = await Promise.all(some.map((text) => keptOutcome(kept, text, validDays)));
    for (const [index, text] of some.entries()) found.set(text, outcomes[index] ?? nothing);
  }
  return found;
}

async function keptOutcome(kept: KeptAnswers, text: string, validDays: number): Promise<Outcome> {
  const address = parseAddress(text);
  if (address === null) return nothing;
  return { ...nothing, registration: await kept.find(address, validDays, Date.now()) };
}

/**
 * Asks the registries about addresses, the first ones first; what is kept is not asked. Ask only about addresses of
 * the Internet: others are nobody's business. Throws the reason of the signal; answers so far are kept then.
 */
export async function askRegistries(
  addresses: readonly string[],
  home: string,
  request: InquiryRequest,
): Promise<Inquired> {
  const folder = rdapFolder(home);
  const parsed = new Map<string, AddressNumber>();
  for (const text of addresses) {
    const address = parseAddress(text);
    if (address !== null) parsed.set(text, address);
  }
  const { signal, env } = request;
  const shared = { ...(signal === undefined ? {} : { signal }), ...(env === undefined ? {} : { env }) };
  const kept = await KeptAnswers.open(folder);
  let askedIana = 0;
  const bootstrap = async (family: 4 | 6): Promise<KnownBootstrap> => {
    const isAsked = await hasUnknown(kept, [...parsed.values()], family, request.values.validDays);
    const onAsk = (): void => {
      askedIana += 1;
    };
    return isAsked
      ? freshBootstrap(folder, `ipv${family}`, { ...shared, onAsk })
      : knownBootstrap(folder, `ipv${family}`);
  };
  const [four, six] = await Promise.all([bootstrap(4), bootstrap(6)]);
  const { values, onProgress } = request;
  const inquiry = new Inquiry({
    ...{ folder, kept, values, bootstraps: { 4: four, 6: six } },
    ...(askedIana === 0 ? {} : { sent: { iana: askedIana } }),
    ...shared,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const byKey = await inquiry.run([...parsed.values()]);
  await kept.forgetOld(values.validDays, Date.now());
  const outcomes = new Map(
    addresses.map((text) => {
      const address = parsed.get(text);
      const key = address === undefined ? '' : formatAddress(address.family, address.number);
      return [text, byKey.get(key) ?? nothing];
    }),
  );
  return {
    outcomes,
    questions: inquiry.questions,
    bootstraps: [
      { family: 4 as const, ...four },
      { family: 6 as const, ...six },
    ]
      .filter(({ family }) => [...parsed.values()].some((address) => address.family === family))
      .map(({ family, source, publication, confirmedAt }) => ({ family, source, publication, confirmedAt })),
    notKept: kept.problem,
  };
}

async function hasUnknown(
  kept: KeptAnswers,
  addresses: readonly AddressNumber[],
  family: 4 | 6,
  validDays: number,
): Promise<boolean> {
  const now = Date.now();
  for (const address of addresses.filter((one) => one.family === family)) {
    const isKnown = (await kept.find(address, validDays, now)) ?? (await kept.failure(address, now));
    if (isKnown === null) return true;
  }
  return false;
}
