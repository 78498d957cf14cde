import { type BaseArgs, buildCommand, type Command, type TypedCommandParameters } from '@stricli/core';
import type { CommonFlags } from './common-flags.ts';
import type { Context } from './context.ts';
import { type Session, sessionOf } from './session.ts';

/** What `--help` says about a command beyond its flags. */
export interface CommandDocs {
  /** One line, for the list of commands. */
  readonly brief: string;
  /** What the command does, in a few sentences; each text is a paragraph. */
  readonly description: readonly string[];
  /** What stands after the name: `hunt [PATH...]` has `[PATH...]`. */
  readonly usage: readonly string[];
  /** What to type after the program's name, and what it is for. */
  readonly examples: readonly (readonly [input: string, purpose: string])[];
}

export interface CommandDefinition<FLAGS extends CommonFlags, ARGS extends BaseArgs> {
  readonly docs: CommandDocs;
  readonly parameters: TypedCommandParameters<FLAGS, ARGS, Context>;
  /** The flags that the workspace is opened with, where a command gives one of them another meaning. */
  readonly common?: (flags: FLAGS) => CommonFlags;
  readonly run: (session: Session, flags: FLAGS, args: ARGS) => Promise<void>;
}

const docsByCommand = new WeakMap<object, CommandDocs>();

/** A command of northsouth: its flags, its help, and what it does with a session. */
export function defineCommand<const FLAGS extends CommonFlags, const ARGS extends BaseArgs>(
  definition: CommandDefinition<FLAGS, ARGS>,
): Command<Context> {
  const command = buildCommand<FLAGS, ARGS, Context>({
    parameters: definition.parameters,
    docs: { brief: definition.docs.brief },
    func: async function (this: Context, flags: FLAGS, ...args: ARGS) {
      await definition.run(sessionOf(definition.common?.(flags) ?? flags, this.world), flags, args);
    },
  });
  docsByCommand.set(command, definition.docs);
  return command;
}

/** The help of a command that `defineCommand` made. */
export function docsOf(command: object): CommandDocs | undefined {
  return docsByCommand.get(command);
}
