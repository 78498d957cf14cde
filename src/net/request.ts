import { Writable } from 'node:stream';
import { type Exchange, exchange, type NetOptions } from './exchange.ts';

/** A small answer, in memory. */
export interface Answer extends Exchange {
  readonly body: Buffer;
}

/**
 * Asks a URL for an answer of at most `maxBytes`, unpacked. Throws a `HuntError` of the family `net`, or the
 * reason of the signal.
 */
export async function request(url: string, options: NetOptions): Promise<Answer> {
  return exchange(url, { timeoutMs: 30_000, ...options }, async (answer, drain) => {
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        chunks.push(chunk);
        done();
      },
    });
    await drain(sink);
    return { ...answer, body: Buffer.concat(chunks) };
  });
}
