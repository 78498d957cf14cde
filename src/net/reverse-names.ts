import { Resolver } from 'node:dns/promises';

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
  try {
    const found = await resolver.reverse(address);
    return found
      .map((name) => name.slice(0, longestName))
      .sort()
      .slice(0, mostNames);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : null;
  }
}
