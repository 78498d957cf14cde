/**
 * The HTTP API of the workbench: every request and answer, as types and as schemas. The page imports types from here
 * and nothing else of the program; scripts read the same in docs/reference/openapi.json.
 */
import type * as v from 'valibot';
import { address, addressParams, addressQuery, coverage, coverageQuery } from './api/address.ts';
import {
  files,
  filesQuery,
  labelSources,
  noise,
  noiseQuery,
  rejects,
  rejectsQuery,
  switched,
  switchOrder,
} from './api/data.ts';
import { type destination, destinations, destinationsQuery, exportQuery } from './api/destinations.ts';
import type { Endpoint } from './api/endpoint.ts';
import type { failure } from './api/failure.ts';
import { completion, completionQuery, filter, filterQuery } from './api/filter.ts';
import type { findingLine } from './api/finding-values.ts';
import { finding, findingParams, findings, findingsQuery } from './api/findings.ts';
import { load, loadOrder, loadParams } from './api/loads.ts';
import type { shownMark } from './api/mark-values.ts';
import { marked, markOrder, marks, unmarkQuery } from './api/marks.ts';
import { overview, overviewQuery } from './api/overview.ts';
import { reportQuery } from './api/report.ts';
import { sqlAnswer, sqlCancelled, sqlOrder, sqlParams, sqlSchema } from './api/sql.ts';
import { status } from './api/status.ts';

/** Everything that the server can be asked, by name. */
export const endpoints = {
  status: {
    method: 'GET',
    path: '/api/status',
    summary: 'What is open, and whether it is ready to be asked',
    answer: status,
  },
  events: {
    method: 'GET',
    path: '/api/events',
    summary: 'Server-sent events named "status", each with the answer of /api/status, whenever it changes',
    answer: 'text/event-stream',
  },
  overview: {
    method: 'GET',
    path: '/api/overview',
    summary: 'Funnel, timeline, what is largest, findings that matter, coverage',
    query: overviewQuery,
    answer: overview,
  },
  destinations: {
    method: 'GET',
    path: '/api/destinations',
    summary: 'What goes to the Internet and is not noise, in any grouping and order, a window at a time',
    query: destinationsQuery,
    answer: destinations,
  },
  exportDestinations: {
    method: 'GET',
    path: '/api/destinations/export',
    summary: 'The whole list as a file',
    query: exportQuery,
    answer: 'application/octet-stream',
  },
  report: {
    method: 'GET',
    path: '/api/report',
    summary: 'The case as one self-contained page or as Markdown, to hand over; loads wait for it',
    query: reportQuery,
    answer: 'application/octet-stream',
  },
  findings: {
    method: 'GET',
    path: '/api/findings',
    summary: 'Answers to the four questions, the most severe first',
    query: findingsQuery,
    answer: findings,
  },
  finding: {
    method: 'GET',
    path: '/api/findings/{id}',
    summary: 'One finding with everything behind it',
    params: findingParams,
    answer: finding,
  },
  address: {
    method: 'GET',
    path: '/api/addresses/{address}',
    summary: 'Everything about one address',
    params: addressParams,
    query: addressQuery,
    answer: address,
  },
  coverage: {
    method: 'GET',
    path: '/api/coverage',
    summary: 'What is there for each interface and hour',
    query: coverageQuery,
    answer: coverage,
  },
  files: {
    method: 'GET',
    path: '/api/files',
    summary: 'The files that were looked into, the failed ones first',
    query: filesQuery,
    answer: files,
  },
  rejects: {
    method: 'GET',
    path: '/api/rejects',
    summary: 'Lines that are no records, as they stand in their files',
    query: rejectsQuery,
    answer: rejects,
  },
  noise: {
    method: 'GET',
    path: '/api/noise',
    summary: 'Noise rules and set-asides with what they hide',
    query: noiseQuery,
    answer: noise,
  },
  switchNoise: {
    method: 'POST',
    path: '/api/noise',
    summary: 'Switch a noise rule or a set-aside',
    body: switchOrder,
    answer: switched,
  },
  labels: {
    method: 'GET',
    path: '/api/labels',
    summary: 'Where labels come from, and how old they are',
    answer: labelSources,
  },
  startLoad: {
    method: 'POST',
    path: '/api/loads',
    summary: 'Load what is new at the paths; one load runs at a time',
    body: loadOrder,
    answer: load,
  },
  load: {
    method: 'GET',
    path: '/api/loads/{id}',
    summary: 'How far a load is',
    params: loadParams,
    answer: load,
  },
  loadEvents: {
    method: 'GET',
    path: '/api/loads/{id}/events',
    summary: 'Server-sent events named "load", each with the answer of /api/loads/{id}; ends with the load',
    params: loadParams,
    answer: 'text/event-stream',
  },
  cancelLoad: {
    method: 'DELETE',
    path: '/api/loads/{id}',
    summary: 'End a load after what is committed',
    params: loadParams,
    answer: load,
  },
  sql: {
    method: 'POST',
    path: '/api/sql',
    summary: 'The answer to one SELECT over the documented views; ends when the client goes away',
    body: sqlOrder,
    answer: sqlAnswer,
  },
  cancelSql: {
    method: 'DELETE',
    path: '/api/sql/{id}',
    summary: 'End a query',
    params: sqlParams,
    answer: sqlCancelled,
  },
  sqlSchema: {
    method: 'GET',
    path: '/api/sql/schema',
    summary: 'Views, columns, functions and keywords, for completion',
    answer: sqlSchema,
  },
  marks: { method: 'GET', path: '/api/marks', summary: 'What hunters said so far', answer: marks },
  mark: {
    method: 'POST',
    path: '/api/marks',
    summary: 'Mark an address, a network, an AS number or an organisation',
    body: markOrder,
    answer: marked,
  },
  unmark: {
    method: 'DELETE',
    path: '/api/marks',
    summary: 'Take a mark away',
    query: unmarkQuery,
    answer: marked,
  },
  filter: {
    method: 'GET',
    path: '/api/filter',
    summary: 'What a filter means, or where its mistake is',
    query: filterQuery,
    answer: filter,
  },
  completeFilter: {
    method: 'GET',
    path: '/api/filter/complete',
    summary: 'What may stand at a place of a filter',
    query: completionQuery,
    answer: completion,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

type In<Schema> = Schema extends v.GenericSchema ? v.InferInput<Schema> : undefined;
type Part<Name extends EndpointName, Key extends string> =
  Endpoints[Name] extends Readonly<Record<Key, infer Schema>> ? In<Schema> : undefined;

/** What a caller gives an endpoint; undefined where it takes none. */
export type ParamsOf<Name extends EndpointName> = Part<Name, 'params'>;
export type QueryOf<Name extends EndpointName> = Part<Name, 'query'>;
export type BodyOf<Name extends EndpointName> = Part<Name, 'body'>;

/** What an endpoint answers; files and streams are `never`. */
export type AnswerOf<Name extends EndpointName> = Endpoints[Name]['answer'] extends infer Answer
  ? Answer extends v.GenericSchema
    ? v.InferOutput<Answer>
    : never
  : never;

/** Every error has this shape. */
export type Failure = v.InferOutput<typeof failure>;
export type FindingLine = v.InferOutput<typeof findingLine>;
export type Destination = v.InferOutput<typeof destination>;
export type Mark = v.InferOutput<typeof shownMark>;
export type Status = AnswerOf<'status'>;
export type Load = AnswerOf<'load'>;
export type Overview = AnswerOf<'overview'>;
export type Destinations = AnswerOf<'destinations'>;
export type Findings = AnswerOf<'findings'>;
export type FindingDetail = AnswerOf<'finding'>;
export type AddressDetail = AnswerOf<'address'>;
export type SqlAnswer = AnswerOf<'sql'>;
export type SqlSchema = AnswerOf<'sqlSchema'>;
export type Filter = AnswerOf<'filter'>;
export type Completion = AnswerOf<'completeFilter'>;
