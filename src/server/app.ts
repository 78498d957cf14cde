import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HuntError } from '../errors.ts';
import { type GuardOptions, guard, headers, isSame } from './guard.ts';
import { openApi } from './openapi.ts';
import { notBuilt, notOpened, type PageFile } from './page-files.ts';
import { failureOf, Refusal } from './refusal.ts';
import { addRoutes, type Handlers, methodsAt } from './routes.ts';

export interface AppOptions extends GuardOptions {
  readonly handlers: Handlers;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly version: string;
  /** Aborted when the server ends. */
  readonly ended: AbortSignal;
  /** Hears of defects. */
  readonly say: (line: string) => void;
}

/** The server as a function of requests: page, API, and what guards them. */
export function makeApp(options: AppOptions): Hono {
  const { secrets, cookie, handlers, files, version, ended, say } = options;
  const app = new Hono({ strict: true });
  app.use('*', async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) {
      // A file whose name has the hash of its content may be kept.
      if (name === 'cache-control' && context.res.headers.has(name)) continue;
      context.res.headers.set(name, value);
    }
  });
  app.onError((thrown, context) => {
    const { status, body } = failureOf(thrown);
    if (status === 500 && !(thrown instanceof HuntError)) say(String(thrown.stack ?? thrown));
    const wantsPage = status === 401 && !context.req.path.startsWith('/api/');
    if (wantsPage) return context.html(notOpened, 401);
    if (status === 405) context.header('allow', allowedAt(context.req.path).join(', '));
    return context.json(body, status as ContentfulStatusCode);
  });
  app.notFound(() => {
    throw new Refusal('request.not-found', 'There is nothing at that address.');
  });
  app.get('/', async (context, next) => {
    const token = context.req.query('token');
    if (token === undefined) return next();
    const host = context.req.header('host')?.toLowerCase() ?? '';
    if (!options.hosts.has(host))
      throw new Refusal('request.foreign', 'The server is not known under that name.');
    if (!isSame(token, secrets.token))
      throw new Refusal('request.unauthorized', 'The link is not of this server.');
    context.header('set-cookie', `${cookie}=${secrets.session}; Path=/; HttpOnly; SameSite=Strict`);
    return context.redirect('/', 303);
  });
  app.use('*', guard(options));
  app.get('/api/openapi.json', (context) => context.json(openApi(version)));
  addRoutes(app, handlers, ended);
  app.all('/api/*', ({ req }) => {
    if (allowedAt(req.path).length > 0)
      throw new Refusal('request.method', `${req.path} does not take ${req.method}.`);
    throw new Refusal('request.not-found', 'There is nothing at that address.');
  });
  app.get('*', async (context) => {
    const { path } = context.req;
    const file = files.get(path) ?? (isView(path) ? files.get('/index.html') : undefined);
    if (file === undefined && isView(path)) return context.html(notBuilt, 503);
    if (file === undefined) throw new Refusal('request.not-found', 'There is nothing at that address.');
    const kept = file.isFixed ? { 'cache-control': 'private, max-age=31536000, immutable' } : {};
    return context.body(new Uint8Array(await file.read()), 200, { 'content-type': file.type, ...kept });
  });
  return app;
}

function allowedAt(path: string): string[] {
  return path === '/api/openapi.json' ? ['GET', 'HEAD'] : methodsAt(path);
}

/** True for the paths of the page's own views, which all are the same document. */
function isView(path: string): boolean {
  return !/\.\w+$/.test(path);
}
