import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What the domain name system says of addresses: null where no answer came, an empty list where there is no name. */
export type ReverseNames = ReadonlyMap<string, readonly string[] | null>;

/** How names are asked for. */
export interface ReverseOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Servers instead of those of the system, as `address` or `address:port`. */
  readonly servers?: readonly string[];
}

const atOnce = 10;
const mostNames = 10;
const longestName = 253;

/**
 * Asks the resolver of the system for the names of addresses (PTR). Whoever holds an address writes its name: it may
 * claim anything. Throws the reason of the signal.
 */
export async function reverseNames(
  addresses: readonly string[],
  options: ReverseOptions = {},
): Promise<ReverseNames> {
  const { timeoutMs = 3000, signal, servers } = options;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal?.throwIfAborted();
  signal?.addEventListener('abort', cancel, { once: true });
  const names = new Map<string, readonly string[] | null>();
  const left = [...new Set(addresses)];
  const work = async (): Promise<void> => {
    for (let address = left.shift(); address !== undefined && !signal?.aborted; address = left.shift()) {
      names.set(address, await namesOf(resolver, address));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work));
    signal?.throwIfAborted();
    return names;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function namesOf(resolver: Resolver, address: string): Promise<readonly string[] | null> {
  const question = pointerName(address);
  if (question === null) return null;
  try {
    // Not reverse(): it asks the file of hosts too, and takes silence for "no such name".
    const found = await resolver.resolvePtr(question);
    return found
      .map((name) => name.slice(0, longestName))
      .sort()
      .slice(0, mostNames);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : null;
  }
}

/** `7.113.0.203.in-addr.arpa`, or 32 digits below `ip6.arpa`; null for what is no address. */
function pointerName(address: string): string | null {
  if (isIP(address) === 0 || address.includes('%')) return null;
  const bytes = ipaddr.parse(address).toByteArray().reverse();
  if (bytes.length === 4) return `${bytes.join('.')}.in-addr.arpa`;
  return `${bytes.map((byte) => `${(byte & 15).toString(16)}.${(byte >> 4).toString(16)}`).join('.')}.ip6.arpa`;
}
