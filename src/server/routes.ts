import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as v from 'valibot';
import { checked, type Endpoint } from './api/endpoint.ts';
import { type AnswerOf, type EndpointName, type Endpoints, endpoints } from './api.ts';
import { Refusal } from './refusal.ts';

type Taken<Name extends EndpointName, Key extends string> =
  Endpoints[Name] extends Readonly<Record<Key, infer Schema>>
    ? Schema extends v.GenericSchema
      ? v.InferOutput<Schema>
      : undefined
    : undefined;

/** A request of an endpoint, checked. */
interface Asked<Name extends EndpointName> {
  readonly params: Taken<Name, 'params'>;
  readonly query: Taken<Name, 'query'>;
  readonly body: Taken<Name, 'body'>;
  /** Aborted when the client goes away or the server ends. */
  readonly signal: AbortSignal;
  readonly context: Context;
}

type Answer<Name extends EndpointName> = Endpoints[Name]['answer'] extends string ? Response : AnswerOf<Name>;
export type Handlers = {
  readonly [Name in EndpointName]: (asked: Asked<Name>) => Promise<Answer<Name>> | Answer<Name>;
};

/** The methods that the API takes at a path; none where there is nothing. */
export function methodsAt(path: string): string[] {
  const parts = path.split('/');
  const isAt = (template: string) => {
    const asked = template.split('/');
    return (
      asked.length === parts.length &&
      asked.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]))
    );
  };
  const found = Object.values<Endpoint>(endpoints).filter((endpoint) => isAt(endpoint.path));
  return [
    ...new Set(
      found.flatMap(({ method, answer }) =>
        method === 'GET' && typeof answer !== 'string' ? ['GET', 'HEAD'] : [method],
      ),
    ),
  ].sort();
}

/** Gives the app each endpoint of the API, with what checks its request before the handler sees it. */
export function addRoutes(app: Hono, handlers: Handlers, ended: AbortSignal): void {
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const handler = handlers[name as EndpointName] as unknown as (asked: unknown) => Promise<unknown>;
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(endpoint.method, path, async (context) => {
      const { req } = context;
      // The app answers HEAD with what GET does, and nobody would ever read that stream or file to its end.
      if (req.method === 'HEAD' && typeof endpoint.answer === 'string')
        throw new Refusal('request.method', `${req.path} does not take HEAD.`);
      const answer = await handler({
        params: taken(endpoint.params, req.param()),
        query: taken(endpoint.query, queryOf(context)),
        body: await bodyOf(context, endpoint),
        signal: AbortSignal.any([req.raw.signal, ended]),
        context,
      });
      return answer instanceof Response
        ? answer
        : context.json(answer as object, 200 as ContentfulStatusCode);
    });
  }
}

const mostBytes = 1_000_000;

/** The body as text. One that is too large is not read to its end, whatever its headers say of its length. */
async function limitedText(request: Request): Promise<string> {
  const tooLarge = () => new Refusal('request.too-large', `The body is larger than ${mostBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += (piece as Uint8Array).byteLength;
    if (bytes > mostBytes) throw tooLarge();
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A parameter that is given twice is a mistake: which one holds would be anybody's guess. */
function queryOf({ req }: Context): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, values] of Object.entries(req.queries())) {
    const [value, ...more] = values;
    if (more.length > 0)
      throw new Refusal('request.invalid', `The parameter ${name.slice(0, 60)} is given twice.`);
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

function taken(schema: v.GenericSchema | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const found = checked(schema, value);
  if ('mistake' in found) throw new Refusal('request.invalid', `${found.mistake}.`);
  return found.value;
}

async function bodyOf({ req }: Context, { body }: Endpoint): Promise<unknown> {
  if (body === undefined) return undefined;
  if (!/^application\/json\s*(?:;|$)/i.test(req.header('content-type') ?? '')) {
    throw new Refusal('request.media-type', 'The body is not said to be JSON.');
  }
  const text = await limitedText(req.raw);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('request.invalid', 'The body is no JSON.');
  }
  return taken(body, value);
}
