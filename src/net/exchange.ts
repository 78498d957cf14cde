import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decoders, tooLarge } from './bounded.ts';
import { dispatcherFor, type Env } from './connections.ts';
import { Deadline } from './deadline.ts';
import { failureOf, refusedStatus, tooManyRedirects } from './failure.ts';
import { Pace } from './pace.ts';
import { type Hop, hopOf, nextHop } from './redirect.ts';

/** How a URL may be asked. */
export interface NetOptions {
  /**
   * Who named the URL. What the user typed may lead into the user's own network; what was found in data, and
   * every redirect to another host, may not.
   */
  readonly trust: 'typed' | 'found';
  /** Hosts, with port, that are trusted like typed ones, whoever names them. */
  readonly trustedHosts?: ReadonlySet<string>;
  /** Bytes that the answer may have, packed and unpacked. */
  readonly maxBytes: number;
  /** Milliseconds for a connection to be there; 10,000 unless told. */
  readonly connectMs?: number;
  /** Milliseconds for everything, redirects and body included; 30,000 for an answer, 900,000 for a file. */
  readonly timeoutMs?: number;
  /** Milliseconds within which some kilobytes must come: {@link Pace}; 30,000 unless told. */
  readonly paceMs?: number;
  /** Redirects that are followed; 5 unless told. */
  readonly maxRedirects?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses other than 200 that are an answer too, such as 304 or 404; a redirect among them is not followed. */
  readonly statuses?: readonly number[];
  readonly signal?: AbortSignal;
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are looked up; the environment of the process unless told. */
  readonly env?: Env;
}

/** The last answer of a chain of redirects. */
export interface Exchange {
  readonly status: number;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** By lower-case name; of a header that is there several times the first. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Writes the body of the answer, unpacked, to its end. */
export type Drain = (sink: Writable) => Promise<void>;

const redirects: readonly number[] = [301, 302, 303, 307, 308];
const agentName = 'northsouth';

/** Asks a URL, follows its redirects by the rules, lends the answer to `use`, and cleans up whatever happens. */
export async function exchange<Result>(
  text: string,
  options: NetOptions & { readonly timeoutMs: number },
  use: (answer: Exchange, drain: Drain) => Promise<Result>,
): Promise<Result> {
  options.signal?.throwIfAborted();
  const deadline = new Deadline(options.timeoutMs, options.signal);
  let hop = hopOf(text, options.trust === 'typed' || isTrusted(text, options));
  const typedHost = hop.url.host;
  let pace: Pace | undefined;
  try {
    for (let follows = 0; ; follows++) {
      const { statusCode: status, headers, body } = await ask(hop, typedHost, options, deadline.signal);
      const known = textHeaders(headers);
      const location = known['location'];
      const isWanted = options.statuses?.includes(status) === true;
      if (redirects.includes(status) && location !== undefined && !isWanted) {
        body.on('error', () => undefined).destroy();
        if (follows >= (options.maxRedirects ?? 5)) throw tooManyRedirects(hop.url.host, follows);
        hop = nextHop(hop, location, options.trustedHosts ?? new Set());
        continue;
      }
      try {
        if (status !== 200 && !isWanted) throw refusedStatus(hop.url.host, status);
        if (Number(known['content-length'] ?? 0) > options.maxBytes)
          throw tooLarge(hop.url.host, options.maxBytes);
        const steps = decoders(known['content-encoding'], options.maxBytes, hop.url.host);
        const watched = new Pace(hop.url.host, options.paceMs ?? 30_000);
        pace = watched;
        return await use({ status, url: hop.url.href, headers: known }, (sink) =>
          pipeline([body, watched, ...steps, sink], { signal: deadline.signal }),
        );
      } finally {
        pace?.destroy();
        body.on('error', () => undefined).destroy();
      }
    }
  } catch (error) {
    throw failureOf(error, hop.url.host, options, deadline, pace?.bytes);
  } finally {
    deadline.clear();
  }
}

async function ask(hop: Hop, typedHost: string, options: NetOptions, signal: AbortSignal) {
  // Loaded when something is asked: most runs ask nothing, and would start a tenth of a second later.
  const { request: send } = await import('undici');
  const { env = process.env, connectMs = 10_000, headers = {} } = options;
  return send(hop.url, {
    dispatcher: await dispatcherFor(hop, env, connectMs),
    signal,
    headers: {
      'user-agent': agentName,
      'accept-encoding': 'gzip, deflate, br',
      // What the caller says to one host, such as a password, is not for another.
      ...(hop.url.host === typedHost ? headers : publicHeaders(headers)),
    },
    headersTimeout: options.timeoutMs ?? 30_000,
    bodyTimeout: 30_000,
  });
}

function publicHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(?:accept|if-none-match|if-modified-since)$/i.test(name)),
  );
}

function textHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const text = Array.isArray(value) ? value[0] : value;
      return text === undefined ? [] : [[name.toLowerCase(), text]];
    }),
  );
}

function isTrusted(text: string, { trustedHosts }: NetOptions): boolean {
  return URL.canParse(text) && trustedHosts?.has(new URL(text).host) === true;
}
