import { signal } from '@preact/signals';
import type {
  AnswerOf,
  BodyOf,
  EndpointName,
  Endpoints,
  Failure,
  ParamsOf,
  QueryOf,
} from '../../src/server/api.ts';

/** Endpoints that answer with JSON; the others are streams and files. */
export type Asked = {
  [Name in EndpointName]: Endpoints[Name]['answer'] extends string ? never : Name;
}[EndpointName];

/** Method and path of each, as the API has them: the types are those of the server. */
const roads: { readonly [Name in Asked]: readonly [Endpoints[Name]['method'], Endpoints[Name]['path']] } = {
  status: ['GET', '/api/status'],
  overview: ['GET', '/api/overview'],
  destinations: ['GET', '/api/destinations'],
  findings: ['GET', '/api/findings'],
  finding: ['GET', '/api/findings/{id}'],
  address: ['GET', '/api/addresses/{address}'],
  coverage: ['GET', '/api/coverage'],
  files: ['GET', '/api/files'],
  rejects: ['GET', '/api/rejects'],
  noise: ['GET', '/api/noise'],
  switchNoise: ['POST', '/api/noise'],
  labels: ['GET', '/api/labels'],
  startLoad: ['POST', '/api/loads'],
  load: ['GET', '/api/loads/{id}'],
  cancelLoad: ['DELETE', '/api/loads/{id}'],
  sql: ['POST', '/api/sql'],
  cancelSql: ['DELETE', '/api/sql/{id}'],
  sqlSchema: ['GET', '/api/sql/schema'],
  marks: ['GET', '/api/marks'],
  mark: ['POST', '/api/marks'],
  unmark: ['DELETE', '/api/marks'],
  filter: ['GET', '/api/filter'],
  completeFilter: ['GET', '/api/filter/complete'],
};

/** What is given to an endpoint. */
export interface Order<Name extends EndpointName> {
  readonly params?: ParamsOf<Name>;
  readonly query?: QueryOf<Name>;
  readonly body?: BodyOf<Name>;
}

/** An error of the server, in its words. */
export class AskFailure extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly at: { readonly from: number; readonly to: number } | undefined;

  constructor({ error }: Failure) {
    super(error.message);
    this.code = error.code;
    this.hint = error.hint;
    this.at = error.at;
  }
}

/** How many requests are under way. */
export const underWay = signal(0);

/** Asks the server; whoever aborts the signal no longer wants the answer, and the server stops working on it. */
export async function ask<Name extends Asked>(
  name: Name,
  order: Order<Name> = {},
  signal?: AbortSignal,
): Promise<AnswerOf<Name>> {
  const [method, template] = roads[name];
  const params = (order.params ?? {}) as Readonly<Record<string, unknown>>;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, key) => encodeURIComponent(String(params[key])));
  underWay.value++;
  try {
    const response = await fetch(`${path}${queryText(order.query)}`, {
      method,
      credentials: 'same-origin',
      ...(signal === undefined ? {} : { signal }),
      ...(order.body === undefined
        ? {}
        : { body: JSON.stringify(order.body), headers: { 'content-type': 'application/json' } }),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new AskFailure(body as Failure);
    return body as AnswerOf<Name>;
  } catch (error) {
    if (error instanceof AskFailure || (error as Error).name === 'AbortError') throw error;
    const message = 'The server does not answer.';
    const hint = 'Is "northsouth serve" still running? Start it again and open the link that it prints.';
    throw new AskFailure({ error: { code: 'page.unreachable', message, hint } });
  } finally {
    underWay.value--;
  }
}

/** A query string with its question mark; what is undefined, null or empty is left out. */
export function queryText(query: object | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== undefined && value !== '' && value !== null,
  );
  if (pairs.length === 0) return '';
  return `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()}`;
}
