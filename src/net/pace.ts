import { Transform } from 'node:stream';
import { HuntError } from '../errors.ts';

/** The slowest line of our days; whoever sends less holds up who asks. */
const leastBytesPerSecond = 100;

/**
 * Hands on what comes, and ends when so little comes within a stretch of time that it is no use to wait: a server that
 * sends a byte now and then is never silent, and would hold a command for as long as a whole download may take.
 */
export class Pace extends Transform {
  bytes = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(host: string, milliseconds: number) {
    super();
    let before = 0;
    this.#timer = setInterval(() => {
      const came = this.bytes - before;
      before = this.bytes;
      if (came < (leastBytesPerSecond * milliseconds) / 1000) this.destroy(tooSlow(host, came, milliseconds));
    }, milliseconds);
    this.#timer.unref();
  }

  override _transform(chunk: Buffer, _: string, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    done(null, chunk);
  }

  override _flush(done: () => void): void {
    clearInterval(this.#timer);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    done(error);
  }
}

function tooSlow(host: string, bytes: number, milliseconds: number): HuntError {
  const within = `${(milliseconds / 1000).toLocaleString('en')} s`;
  return new HuntError(
    'net.timeout',
    `${host} sends too slowly: ${bytes.toLocaleString('en')} bytes in ${within}, at least ${leastBytesPerSecond} a second are waited for.`,
    { hint: 'Try again later, or fetch the file by other means and name it.' },
  );
}
