import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { Refusal } from './refusal.ts';

const mostStreams = 32;
const beatMs = 15_000;

/** Streams of server-sent events to pages; each ends with its client or with the server. */
export class Events {
  readonly #open = new Set<() => void>();

  /** A stream that `watch` feeds until it is told that the client went away, or says itself that it is done. */
  stream(
    context: Context,
    watch: (send: (event: string, data: unknown) => void, done: () => void) => () => void,
  ): Response {
    if (this.#open.size >= mostStreams) throw new Refusal('request.busy', 'Too many streams are open.');
    return streamSSE(context, (stream) => this.#feed(stream, watch));
  }

  /** Ends all streams. */
  close(): void {
    for (const end of [...this.#open]) end();
  }

  async #feed(
    stream: SSEStreamingApi,
    watch: (send: (event: string, data: unknown) => void, done: () => void) => () => void,
  ): Promise<void> {
    const { promise, resolve } = withResolvers();
    this.#open.add(resolve);
    stream.onAbort(resolve);
    // One after the other: what is written at once would mix.
    let last: Promise<void> = Promise.resolve();
    const waiting = new Map<string, unknown>();
    const next = async (event: string) => {
      const data = JSON.stringify(waiting.get(event));
      waiting.delete(event);
      await stream.writeSSE({ event, data });
    };
    const send = (event: string, data: unknown) => {
      // Each says how things are: whoever reads slowly is told the newest, and no queue grows.
      const isQueued = waiting.has(event);
      waiting.set(event, data);
      if (!isQueued) last = last.then(() => next(event)).catch(resolve);
    };
    const beat = setInterval(() => {
      last = last.then(() => stream.write(': still here\n\n')).then(() => undefined, resolve);
    }, beatMs);
    const stop = watch(send, resolve);
    await promise;
    clearInterval(beat);
    stop();
    this.#open.delete(resolve);
    await last;
  }
}

/** Node 20 has no Promise.withResolvers. */
function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
