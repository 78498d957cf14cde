import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { isPublicAddress, NotPublicError, publicLookup } from './public-address.ts';
import { type Hop, refused } from './redirect.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const agents = new Map<string, Dispatcher>();

/**
 * What a hop is sent through: the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, or a direct connection.
 * Where it must not lead to a network of the user's own, connections are of their own, with a check of the
 * address that is connected to.
 */
export async function dispatcherFor(
  { url, mayBeOwn }: Hop,
  env: Env,
  connectMs: number,
): Promise<Dispatcher> {
  const proxies = proxiesOf(env);
  if (!mayBeOwn) await checkName(url, proxies.httpProxy !== '' || proxies.httpsProxy !== '');
  const key = JSON.stringify([mayBeOwn, connectMs, proxies]);
  const agent = agents.get(key) ?? (await agentFor(mayBeOwn, proxies, connectMs));
  agents.set(key, agent);
  return agent;
}

interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** As curl reads them: lower case first. Empty texts keep the agent from looking into the process itself. */
function proxiesOf(env: Env): Proxies {
  const named = (name: string): string => env[name] || env[name.toUpperCase()] || '';
  return { httpProxy: named('http_proxy'), httpsProxy: named('https_proxy'), noProxy: named('no_proxy') };
}

async function agentFor(mayBeOwn: boolean, proxies: Proxies, connectMs: number): Promise<Dispatcher> {
  const { buildConnector, EnvHttpProxyAgent } = await import('undici');
  const connect = buildConnector({ timeout: connectMs, ...(mayBeOwn ? {} : { lookup: publicLookup() }) });
  // Plain http goes to the proxy as such: many proxies tunnel to port 443 only.
  return new EnvHttpProxyAgent({ ...proxies, proxyTunnel: false, connect });
}

/**
 * An address in the URL is never looked up, so that it is checked here. Behind a proxy the proxy resolves names;
 * what this machine knows of the name is checked, and a name that it does not know is left to the proxy.
 */
async function checkName(url: URL, isProxied: boolean): Promise<void> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) {
    if (!isPublicAddress(host)) throw refused(`${host} is no public address`);
    return;
  }
  if (!isProxied) return;
  const found = await lookup(host, { all: true }).catch(() => []);
  const other = found.find(({ address }) => !isPublicAddress(address));
  if (other !== undefined) throw refusedAddress(new NotPublicError(`${host} is ${other.address}`));
}

/** The refusal for a name that leads to an address that is not public. */
export function refusedAddress(error: NotPublicError): ReturnType<typeof refused> {
  return refused(`${error.message}, which is no public address`);
}
