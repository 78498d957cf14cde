import { HuntError } from '../errors.ts';
import { parseFilter } from '../filter/parse.ts';
import { plainText } from '../report/plain-text.ts';
import type { RunOptions } from '../settings/options.ts';
import { type Period, parseTime } from '../traffic/period.ts';
import type { World } from './context.ts';
import { parseMemory, someText, wholeNumber } from './values.ts';

/** The flags that every command has. */
export type CommonFlags = {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly local?: readonly string[];
  readonly internet?: readonly string[];
  readonly threads?: number;
  readonly memory?: number;
  readonly noColor?: boolean;
  readonly debug?: boolean;
};

export const defaultWorkspace = '.northsouth';

export const commonFlags = {
  workspace: {
    kind: 'parsed',
    parse: someText,
    optional: true,
    placeholder: 'DIR',
    brief: `Folder of this investigation (default ${defaultWorkspace}, or $NORTHSOUTH_WORKSPACE)`,
  },
  json: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'One JSON document on standard output',
  },
  local: {
    kind: 'parsed',
    parse: someText,
    optional: true,
    variadic: true,
    placeholder: 'CIDR',
    brief: 'A range that is your own, whatever the registries say (repeatable)',
  },
  internet: {
    kind: 'parsed',
    parse: someText,
    optional: true,
    variadic: true,
    placeholder: 'CIDR',
    brief: 'A range that is the Internet, whatever the registries say (repeatable)',
  },
  threads: {
    kind: 'parsed',
    parse: wholeNumber(1, 1024),
    optional: true,
    placeholder: 'N',
    brief: 'Threads to use (default: all processors)',
  },
  memory: {
    kind: 'parsed',
    parse: parseMemory,
    optional: true,
    placeholder: 'SIZE',
    brief: 'Memory for the database engine, such as 2GB (default: a quarter, at most 1.25GB)',
  },
  noColor: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'No colours; the same as NO_COLOR=1',
  },
  debug: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Show the stack trace of an error',
  },
} as const;

/** The flag of commands that ask something. */
export type ShowSqlFlag = { readonly showSql?: boolean };

export const showSqlFlag = {
  showSql: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Print each statement on standard error before it is run; what is kept is not run again',
  },
} as const;

/** The flags of commands that look at a period. */
export type PeriodFlags = {
  readonly from?: number;
  readonly to?: number;
};

export const periodFlags = {
  from: {
    kind: 'parsed',
    parse: parseTime,
    optional: true,
    placeholder: 'TIME',
    brief: 'Only records that start at or after this time (ISO, UTC)',
  },
  to: {
    kind: 'parsed',
    parse: parseTime,
    optional: true,
    placeholder: 'TIME',
    brief: 'Only records that start before this time (ISO, UTC)',
  },
} as const;

/** The flag of commands that can show new peers only. */
type NewSinceFlag = { readonly newSince?: number };

const newSinceFlag = {
  newSince: {
    kind: 'parsed',
    parse: parseTime,
    optional: true,
    placeholder: 'TIME',
    brief: 'Only peers whose first record ever, baselines included, starts at or after this time (ISO, UTC)',
  },
} as const;

/** The time of the flags, as the library takes it. */
function newSinceOf({ newSince }: NewSinceFlag): NewSinceFlag {
  return newSince === undefined ? {} : { newSince };
}

/** The flag of commands that a filter narrows. */
export type WhereFlag = { readonly where?: string };

export const whereFlag = {
  where: {
    kind: 'parsed',
    parse: parseWhere,
    optional: true,
    placeholder: 'FILTER',
    brief: 'Only what meets a filter, such as "peer:203.0.113.0/24 port:443 -country:US"',
  },
} as const;

/** A mistake in a filter is told before anything is opened. */
function parseWhere(text: string): string {
  parseFilter(text);
  return text;
}

/** The filter of the flags, as the library takes it. */
export function whereOf({ where }: WhereFlag): WhereFlag {
  return where === undefined ? {} : { where };
}

/** The period of the flags; a period that ends before it starts is refused. */
export function periodOf({ from, to }: PeriodFlags): Period {
  if (from !== undefined && to !== undefined && from >= to) {
    throw new HuntError('usage.value', '--from is not before --to, so that no record can lie between them', {
      hint: 'Swap the two times.',
    });
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The flags of commands that select among all answers: a period, new peers, a filter. */
export type SelectionFlags = PeriodFlags & NewSinceFlag & WhereFlag;

export const selectionFlags = { ...whereFlag, ...newSinceFlag, ...periodFlags } as const;

/** The selection of the flags, as the library takes it. */
export function selectionOf(flags: SelectionFlags): SelectionFlags {
  return { ...periodOf(flags), ...whereOf(flags), ...newSinceOf(flags) };
}

/** The folder of the workspace that the flags or the environment name. */
function workspaceOf(flags: CommonFlags, env: World['env']): string {
  return flags.workspace ?? (env['NORTHSOUTH_WORKSPACE'] || defaultWorkspace);
}

/** Prints statements as text that can be pasted, each with its name. */
function printed(world: World): (name: string, text: string) => void {
  return (name, text) => {
    const lines = text.split('\n').map(plainText);
    world.stderr.write(`-- ${plainText(name)}\n${lines.join('\n')};\n\n`).catch(() => undefined);
  };
}

/** The flags as the library takes them. */
export function runOptionsOf(flags: CommonFlags & ShowSqlFlag, world: World): RunOptions {
  const { memory, threads, local, internet } = flags;
  return {
    workspace: workspaceOf(flags, world.env),
    signal: world.signal,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(threads === undefined ? {} : { threads }),
    ...(local === undefined ? {} : { local }),
    ...(internet === undefined ? {} : { internet }),
    ...(flags.showSql === true ? { onStatement: printed(world) } : {}),
  };
}
