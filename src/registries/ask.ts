import type { AddressNumber } from '../addresses/address.ts';
import { HuntError } from '../errors.ts';
import { hopOf, nextHop } from '../net/redirect.ts';
import { request } from '../net/request.ts';
import { type Block, contains } from './blocks.ts';
import { type Registration, registrationOf } from './registration.ts';
import { registryOf } from './registry-names.ts';
import { retryAfterMs } from './retry-after.ts';

/** A question at one host, on the way through redirects. */
export interface RegistryQuestion {
  readonly url: string;
  /** Hosts of the bootstrap file may be anywhere; where a redirect leads must be public. */
  readonly trust: 'typed' | 'found';
  readonly address: AddressNumber;
  readonly timeoutMs: number;
  readonly trustedHosts: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
}

/** What came of one question at one host. */
export type RegistryReply =
  | { readonly kind: 'answer'; readonly registration: Registration; readonly block: Block }
  | { readonly kind: 'redirect'; readonly url: string; readonly trust: 'typed' | 'found' }
  | { readonly kind: 'wait'; readonly waitMs: number | null }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'failure'; readonly reason: string; readonly isUnreachable: boolean };

const redirects = [301, 302, 303, 307, 308];
const busy = [429, 503];
const notFound = [404, 410];
/** The largest real answers have some 100 kB. */
const maxBytes = 1_000_000;

/** Asks one host about one address. Fails as a value; only the reason of the signal is thrown. */
export async function askRegistry(question: RegistryQuestion): Promise<RegistryReply> {
  const { url, trust, address, timeoutMs, signal, trustedHosts, env } = question;
  try {
    const answer = await request(url, {
      ...{ trust, trustedHosts, maxBytes, timeoutMs },
      headers: { accept: 'application/rdap+json, application/json;q=0.9' },
      statuses: [...redirects, ...busy, ...notFound],
      ...(signal === undefined ? {} : { signal }),
      ...(env === undefined ? {} : { env }),
    });
    const { status, headers, body } = answer;
    if (redirects.includes(status)) {
      const next = nextHop(
        hopOf(url, trust === 'typed' || trustedHosts.has(new URL(url).host)),
        headers['location'] ?? '',
        trustedHosts,
      );
      return { kind: 'redirect', url: next.url.href, trust: next.mayBeOwn ? 'typed' : 'found' };
    }
    if (busy.includes(status))
      return { kind: 'wait', waitMs: retryAfterMs(headers['retry-after'], Date.now()) };
    if (notFound.includes(status)) return { kind: 'not-found' };
    return replyOf(body, headers['content-type'], url, address);
  } catch (error) {
    if (signal?.aborted || !(error instanceof HuntError)) throw error;
    const isUnreachable = error.code === 'net.unreachable' || error.code === 'net.timeout';
    return { kind: 'failure', reason: error.message, isUnreachable };
  }
}

function replyOf(body: Buffer, type: string | undefined, url: string, address: AddressNumber): RegistryReply {
  const from = {
    registry: registryOf(new URL(url)),
    url,
    askedAt: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
  const failure = (what: string): RegistryReply => ({
    kind: 'failure',
    reason: `The answer of ${from.registry} ${what}.`,
    isUnreachable: false,
  });
  if (type !== undefined && !/^application\/(?:[\w.-]+\+)?json\b/i.test(type.trim())) {
    return failure(`is ${type.trim().slice(0, 60)}, not RDAP`);
  }
  const value = parsedJson(body);
  if (value === undefined) return failure('is no JSON');
  const found = registrationOf(value, from);
  if (found === null) return failure('describes no block of addresses');
  const asked = { family: address.family, first: address.number, last: address.number };
  if (!contains(found.block, asked)) return failure('is about another block of addresses');
  return { kind: 'answer', ...found };
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
