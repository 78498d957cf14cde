import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../detect/results.ts';
import { sampleAddress, sampleFindingsResult, sampleHunt, sampleLoad } from '../report/samples.test.ts';
import { checked, type Endpoint } from './api/endpoint.ts';
import { examples } from './api/examples.ts';
import { fullFinding } from './api/findings.ts';
import { load } from './api/loads.ts';
import { funnel } from './api/overview.ts';
import { type EndpointName, endpoints } from './api.ts';
import { openApi } from './openapi.ts';

const all = Object.entries<Endpoint>(endpoints);

// A line that compiles only while findings go out as the library gives them.
type Own = v.InferOutput<ReturnType<typeof ownPart>>;
const ownPart = () => v.object(fullFinding);
const isSame: Finding extends Own ? true : false = true;

/** The fields of an answer: an example with one too many is no example. */
function strict(answer: v.GenericSchema): v.ObjectEntries {
  return (answer as unknown as { readonly entries: v.ObjectEntries }).entries;
}

describe('endpoints', () => {
  test('no two answer to the same request, and all lie below /api/', () => {
    const requests = all.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(requests).size).toBe(requests.length);
    expect(requests.filter((request) => !/^[A-Z]+ \/api\//.test(request))).toEqual([]);
  });

  test('the parameters in a path are those of its schema', () => {
    for (const [, { path, params }] of all) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const entries = (params as { readonly entries?: object } | undefined)?.entries ?? {};
      expect(Object.keys(entries)).toEqual(named);
    }
  });

  test('what reads has no body, what has an effect is no GET', () => {
    expect(all.filter(([, { method, body }]) => method !== 'POST' && body !== undefined)).toEqual([]);
  });
});

describe('requests', () => {
  test('numbers and yes may be written as a URL has them, and have defaults', () => {
    const { query } = endpoints.destinations;
    expect(checked(query, { limit: '50', asides: 'true', descending: 'false' })).toEqual({
      value: { group: 'flow', sort: 'flows', descending: false, asides: true, offset: 0, limit: 50 },
    });
    expect(checked(query, { limit: 50, asides: true })).toMatchObject({ value: { limit: 50, asides: true } });
  });

  test.each([
    [{ limit: '5001' }, 'limit: a number from 0 to 5000'],
    [{ limit: '-1' }, 'limit: '],
    [{ limit: '1e3' }, 'limit: '],
    [{ group: 'virus' }, 'group: '],
    [{ asides: 'yes' }, 'asides: '],
    [{ where: 'x'.repeat(2001) }, 'where: '],
  ])('%j is refused, and it is said where', (query, mistake) => {
    expect(checked(endpoints.destinations.query, query)).toEqual({
      mistake: expect.stringContaining(mistake),
    });
  });
});

describe('answers', () => {
  test('what the library gives fits', () => {
    const { result } = load.entries;
    expect(isSame).toBe(true);
    expect(v.safeParse(result, sampleLoad).success).toBe(true);
    expect(v.safeParse(funnel, sampleHunt.funnel).issues).toBeUndefined();
    for (const found of sampleFindingsResult.findings)
      expect(v.safeParse(v.object(fullFinding), found).issues).toBeUndefined();
    const { answer } = endpoints.address;
    expect(v.safeParse(answer, { ...sampleAddress, findings: [] }).issues).toBeUndefined();
  });
});

describe('the OpenAPI document', () => {
  const document = openApi('1.2.3') as unknown as {
    readonly info: { readonly version: string };
    readonly paths: Readonly<
      Record<
        string,
        Readonly<
          Record<
            string,
            { readonly operationId: string; readonly parameters?: readonly { readonly name: string }[] }
          >
        >
      >
    >;
  };

  test('has every endpoint under its name', () => {
    expect(document.info.version).toBe('1.2.3');
    const named = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(named.sort()).toEqual(Object.keys(endpoints).sort());
  });

  test('says of numbers in a query that they are numbers', () => {
    const { parameters = [] } = document.paths['/api/destinations']?.['get'] ?? {};
    expect(parameters.find(({ name }) => name === 'limit')).toEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 0, maximum: 5000, default: 200 },
      example: 1,
    });
    expect(parameters.find(({ name }) => name === 'asides')).toMatchObject({ schema: { type: 'boolean' } });
  });

  test.each(all)('%s has an example that it takes and gives', (name, endpoint) => {
    const example: { readonly [part in 'params' | 'query' | 'body' | 'answer']?: unknown } =
      examples[name as EndpointName];
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = endpoint[part];
      if (schema === undefined) expect(example[part]).toBeUndefined();
      else if (part !== 'query') expect(example[part]).toBeDefined();
      if (schema !== undefined) expect(checked(schema, example[part] ?? {})).toHaveProperty('value');
    }
    if (typeof endpoint.answer === 'string') expect(example.answer).toBeUndefined();
    else expect(v.safeParse(v.strictObject(strict(endpoint.answer)), example.answer).issues).toBeUndefined();
    const { path, method } = endpoint;
    expect(JSON.stringify(document.paths[path]?.[method.toLowerCase()])).toContain(
      JSON.stringify(example.answer ?? 'operationId'),
    );
  });

  test('leaves no schema empty where the program knows one', () => {
    const empty = JSON.stringify(document).match(/"schema":\{\}/g);
    expect(empty).toBeNull();
  });
});
