import { HuntError } from '../errors.ts';

/** A URL to ask, and whether it may lead to a network of the user's own. */
export interface Hop {
  readonly url: URL;
  readonly mayBeOwn: boolean;
}

/** The URL that a text names; only http and https, and no password inside. */
export function hopOf(text: string, mayBeOwn: boolean): Hop {
  const url = parsed(text);
  if (url === null) throw refused(`"${text.slice(0, 200)}" is no URL`);
  return checked({ url, mayBeOwn });
}

/**
 * Where a redirect leads: never from https to http. A redirect is text that a server chose, so that it may lead
 * into a network of the user's own only on the host that the user named, or on one that is trusted as well.
 */
export function nextHop(from: Hop, location: string, trustedHosts: ReadonlySet<string>): Hop {
  const url = parsed(location, from.url);
  if (url === null) {
    throw refused(`${from.url.host} redirects to "${location.slice(0, 200)}", which is no URL`);
  }
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    throw refused(`${from.url.host} redirects from https to http, to ${url.host}`);
  }
  const staysThere = url.host === from.url.host && from.mayBeOwn;
  return checked({ url, mayBeOwn: staysThere || trustedHosts.has(url.host) });
}

function parsed(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function checked(hop: Hop): Hop {
  const { protocol, host, username, password } = hop.url;
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw refused(`${protocol} is not asked, only https: and http:`);
  }
  if (username !== '' || password !== '') throw refused(`The URL of ${host} has a password in it`);
  return hop;
}

/** A URL that is not asked, by the rules. */
export function refused(why: string): HuntError {
  return new HuntError('net.refused', `${why}.`, {
    hint: 'Nothing was sent there. Only public http and https addresses are asked, unless you name the address yourself.',
  });
}
