import { type ErrorCode, HuntError } from '../errors.ts';
import type { Failure } from './api.ts';

/** What the server refuses before anything is asked, with its status and what to do. */
const refusals = {
  'request.invalid': [
    400,
    'Parameters or body are not what the endpoint takes: docs/reference/openapi.json.',
  ],
  'request.unauthorized': [
    401,
    'Open the link that northsouth serve prints; it is good for as long as that runs.',
  ],
  'request.foreign': [
    403,
    'The page and its API answer to themselves only, not to other sites or other names.',
  ],
  'request.not-found': [404, 'The endpoints are in docs/reference/openapi.json.'],
  'request.method': [405, 'The endpoints and their methods are in docs/reference/openapi.json.'],
  'request.too-large': [413, 'Send less at once.'],
  'request.media-type': [415, 'Send JSON, with the header content-type: application/json.'],
  'request.busy': [503, 'Wait until what runs is done, or cancel it.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type RefusalCode = keyof typeof refusals;

/** A request that is refused. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly hint: string;

  constructor(code: RefusalCode, message: string, hint: string = refusals[code][1]) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.hint = hint;
  }
}

/** HTTP statuses of expected failures that say more than their exit code does. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'config.invalid': 409,
  'input.not-found': 404,
  'engine.query': 400,
  'engine.memory': 507,
  'engine.disk-full': 507,
  'engine.timeout': 504,
  'engine.cancelled': 499,
  'workspace.locked': 409,
  'workspace.unusable': 503,
};
const statusByExit: Readonly<Record<number, number>> = { 2: 400, 3: 422 };

/** Whatever was thrown, as the one shape of errors with its status. A defect tells nothing of its inside. */
export function failureOf(thrown: unknown): { readonly status: number; readonly body: Failure } {
  if (thrown instanceof Refusal) {
    const { code, message, hint } = thrown;
    return { status: refusals[code][0], body: { error: { code, message, hint } } };
  }
  if (thrown instanceof HuntError) {
    const { code, message, hint, at, exitCode } = thrown;
    const place = at === undefined ? {} : { at: { from: at.from, to: at.to } };
    const status = statuses[code] ?? statusByExit[exitCode] ?? 500;
    return { status, body: { error: { code, message, hint: hint ?? null, ...place } } };
  }
  const hint = 'This is a defect of northsouth. What northsouth serve printed says more.';
  return {
    status: 500,
    body: { error: { code: 'internal', message: 'Something unexpected failed.', hint } },
  };
}
