import type { CommandContext } from '@stricli/core';
import type { Library } from './library.ts';
import type { Output } from './terminal.ts';

/** Everything that the commands take from the world around them. */
export interface World {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly library: Library;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** How the user started this program: `northsouth`, `npx northsouth`, `npm start --`. */
  readonly program: string;
  readonly version: string;
}

/** The context that the command-line parser hands to a command. */
export interface Context extends CommandContext {
  readonly world: World;
}
