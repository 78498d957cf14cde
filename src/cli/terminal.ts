import colors from 'picocolors';
import type { Colors } from '../report/page.ts';

/** Where a command writes: standard output or standard error. */
export interface Output {
  /** Settles when the text has left the process; rejects with `EPIPE` when nobody reads any more. */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  /** Columns of the terminal, asked anew each time because windows are resized. */
  readonly columns: () => number;
  /** Rows of the terminal, where they are known. */
  readonly rows?: () => number;
}

/** The process's stream as an output. A closed pipe rejects the write instead of ending the process. */
export function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on('error', () => undefined);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    isTerminal: stream.isTTY === true,
    columns: () => Math.max(20, stream.columns ?? 80),
    rows: () => stream.rows ?? 24,
  };
}

/** Whether an error says that the reader of a pipe has gone, as `head` does. */
export function isClosedPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** The colours for an output: `--no-color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function colorsFor(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Colors {
  return colors.createColors(!noColor && wanted(output, env));
}

function wanted(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR: off, FORCE_COLOR: force, TERM: terminal } = env;
  if (off !== undefined && off !== '') return false;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return output.isTerminal && terminal !== 'dumb';
}
