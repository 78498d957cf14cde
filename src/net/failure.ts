import { HuntError } from '../errors.ts';
import { refusedAddress } from './connections.ts';
import type { Deadline } from './deadline.ts';
import { NotPublicError } from './public-address.ts';

/**
 * What went wrong with a host, as an expected failure; the reason of the caller's signal where that was it. `bytes` are
 * those of the answer that had come, where it had begun.
 */
export function failureOf(
  error: unknown,
  host: string,
  { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs: number },
  deadline: Deadline,
  bytes: number | undefined,
): unknown {
  if (signal?.aborted) return signal.reason;
  if (deadline.isOver) return timeout(host, timeoutMs, error);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof HuntError) return cause;
    if (cause instanceof NotPublicError) return refusedAddress(cause);
  }
  const code = codeOf(error);
  if (/^(?:UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/.test(code))
    return timeout(host, null, error);
  if (bytes !== undefined && ended.test(code)) {
    const said = `The answer of ${host} ended early, after ${bytes.toLocaleString('en')} bytes.`;
    return new HuntError('net.answer', said, {
      hint: 'Ask again; what was there before is as it was.',
      cause: error,
    });
  }
  if (/^(?:Z_|ERR__?BROTLI|ERR_ZLIB)/.test(code)) {
    return new HuntError('net.answer', `The answer of ${host} is packed and cannot be unpacked.`, {
      cause: error,
    });
  }
  if (/^(?:HPE_|UND_ERR_(?:RES_|HTTP_PARSER|HEADERS_OVERFLOW))/.test(code)) {
    return new HuntError('net.answer', `The answer of ${host} is no proper HTTP.`, { cause: error });
  }
  if (error instanceof Error && 'path' in error) {
    return new HuntError('export.unwritable', `${String(error.path)} cannot be written (${code}).`, {
      cause: error,
    });
  }
  return new HuntError('net.unreachable', `${host} cannot be reached (${reasonOf(error)}).`, {
    hint: 'Check the connection. Behind a proxy, set HTTPS_PROXY and HTTP_PROXY.',
    cause: error,
  });
}

/** How a connection ends in the middle of an answer: closed, reset, or before the length or last chunk that was told. */
const ended =
  /^(?:UND_ERR_(?:SOCKET|RES_CONTENT_LENGTH_MISMATCH)|ECONN(?:RESET|ABORTED)|EPIPE|ERR_STREAM_PREMATURE_CLOSE|HPE_INVALID_EOF_STATE)$/;

/** A status that is no answer. */
export function refusedStatus(host: string, status: number): HuntError {
  return new HuntError('net.status', `${host} answers with status ${status}.`);
}

/** More redirects than are followed. */
export function tooManyRedirects(host: string, follows: number): HuntError {
  return new HuntError('net.refused', `${host} redirects once more after ${follows} redirects.`);
}

function timeout(host: string, milliseconds: number | null, cause: unknown): HuntError {
  const within = milliseconds === null ? 'in time' : `within ${(milliseconds / 1000).toLocaleString('en')} s`;
  return new HuntError('net.timeout', `${host} has not answered ${within}.`, { cause });
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(error: unknown): string {
  return codeOf(error) || (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
