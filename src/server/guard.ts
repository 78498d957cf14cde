import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { Refusal } from './refusal.ts';

/** What proves that a request comes from whoever started the server. */
export interface Secrets {
  /** Stands in the opening link, and in the Authorization header of scripts. */
  readonly token: string;
  /** Value of the cookie that the opening link sets. */
  readonly session: string;
}

export function makeSecrets(): Secrets {
  return { token: randomBytes(32).toString('base64url'), session: randomBytes(32).toString('base64url') };
}

/** Compares in a time that tells nothing of where the two differ. */
export function isSame(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(secret)) && given !== undefined;
}

export interface GuardOptions {
  readonly secrets: Secrets;
  /** Names with port under which the server may be called, as Host headers write them. */
  readonly hosts: ReadonlySet<string>;
  readonly cookie: string;
}

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The headers of every answer, refusals among them. */
export const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=()',
  'cache-control': 'no-store',
};

const safe = ['GET', 'HEAD'];

/**
 * Lets through what comes from the page of this server, or from a script that has the token. A name of our own is no
 * proof: any page can have a name point to 127.0.0.1 (DNS rebinding), and other ports of this machine are the same site.
 */
export function guard({ secrets, hosts, cookie }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const host = req.header('host')?.toLowerCase();
    if (host === undefined || !hosts.has(host)) {
      throw new Refusal('request.foreign', 'The server is not known under that name.');
    }
    const isApi = req.path.startsWith('/api/');
    const bearer = /^Bearer ([\w-]+)$/i.exec(req.header('authorization') ?? '')?.[1];
    const isScript = bearer !== undefined && isSame(bearer, secrets.token);
    const origin = req.header('origin');
    const site = req.header('sec-fetch-site');
    const isOwn = origin === `http://${host}` || (origin === undefined && site === 'same-origin');
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new Refusal('request.foreign', 'The request comes from another site.');
    }
    // A link from elsewhere may lead to the page; nothing but the page may load from the API.
    if (
      (isApi || !safe.includes(req.method)) &&
      site !== undefined &&
      !['same-origin', 'none'].includes(site)
    ) {
      throw new Refusal('request.foreign', 'The request comes from another site.');
    }
    if (isScript) return next();
    if (!isSame(cookieOf(req.header('cookie'), cookie), secrets.session)) {
      throw new Refusal(
        'request.unauthorized',
        'The request has neither the cookie nor the token of this server.',
      );
    }
    if (!safe.includes(req.method) && !isOwn) {
      throw new Refusal('request.foreign', 'The request does not say that it comes from the page.');
    }
    return next();
  };
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
