import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { Endpoint } from './api/endpoint.ts';
import { examples } from './api/examples.ts';
import { failure } from './api/failure.ts';
import { type EndpointName, endpoints, type Failure } from './api.ts';

type Json = Readonly<Record<string, unknown>>;

/** The API as an OpenAPI 3.1 document. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = paths[endpoint.path] ?? {};
    paths[endpoint.path] = path;
    path[endpoint.method.toLowerCase()] = operation(name as EndpointName, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'northsouth',
      version,
      description:
        'The API of the workbench that `northsouth serve` opens on this machine. A caller sends the cookie that the opening link sets, or the token of that link as `Authorization: Bearer TOKEN`; requests with an effect must come from the page itself, or from no page at all.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:{port}', variables: { port: { default: '8740' } } }],
    security: [{ cookie: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: { Failure: schemaOf(failure, 'output') },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'northsouth' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      responses: {
        Failure: {
          description: 'What failed, where, and what to do',
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/Failure' }, example: mistaken },
          },
        },
      },
    },
  };
}

const mistaken: Failure = {
  error: {
    code: 'filter.unknown-key',
    message: 'A filter knows no "contry"',
    hint: 'Did you mean country?',
    at: { from: 0, to: 6 },
  },
};

function operation(name: EndpointName, { summary, params, query, body, answer }: Endpoint): Json {
  const example: AnyExample = examples[name];
  const parameters = [
    ...parametersOf(params, 'path', example.params),
    ...parametersOf(query, 'query', example.query),
  ];
  return {
    operationId: name,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input'), example: example.body } },
          },
        }),
    responses: {
      200: {
        description: 'Done',
        content:
          typeof answer === 'string'
            ? { [answer]: { schema: { type: 'string' } } }
            : { 'application/json': { schema: schemaOf(answer, 'output'), example: example.answer } },
      },
      default: { $ref: '#/components/responses/Failure' },
    },
  };
}

type AnyExample = { readonly [part in 'params' | 'query' | 'body' | 'answer']?: unknown };

function parametersOf(
  schema: v.GenericSchema | undefined,
  place: 'path' | 'query',
  given: unknown = {},
): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, own]) => {
    const { description, ...rest } = own;
    const example = (given as Json)[name];
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
      ...(example === undefined ? {} : { example }),
    };
  });
}

/** A number or a yes may also be written as text in a query; whoever reads the document need not know. */
function plainly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainly);
  if (schema === null || typeof schema !== 'object') return schema;
  const { anyOf, ...rest } = schema as { readonly anyOf?: readonly Json[] };
  const typed = anyOf?.find(({ type }) => type === 'number' || type === 'boolean');
  const isWritten =
    typed !== undefined && anyOf?.every(({ type }) => type === 'string' || type === typed['type']);
  const own = isWritten ? { ...typed, ...rest } : schema;
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [key, plainly(value)]));
}

function schemaOf(schema: v.GenericSchema, typeMode: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' });
  return plainly(rest) as Json;
}
