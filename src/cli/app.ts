import { type Application, buildApplication, buildRouteMap, text_en } from '@stricli/core';
import { HuntError } from '../errors.ts';
import { baseline } from './commands/baseline.ts';
import { coverage } from './commands/coverage.ts';
import { demo } from './commands/demo.ts';
import { explain } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { findings } from './commands/findings.ts';
import { hunt } from './commands/hunt.ts';
import { intel } from './commands/intel.ts';
import { ip } from './commands/ip.ts';
import { labels } from './commands/labels.ts';
import { load } from './commands/load.ts';
import { lookup } from './commands/lookup.ts';
import { mark } from './commands/mark.ts';
import { marks } from './commands/marks.ts';
import { noise } from './commands/noise.ts';
import { rejects } from './commands/rejects.ts';
import { report } from './commands/report.ts';
import { serve } from './commands/serve.ts';
import { sql } from './commands/sql.ts';
import { top } from './commands/top.ts';
import { unmark } from './commands/unmark.ts';
import type { Context, World } from './context.ts';
import { usageError } from './failure.ts';
import { helpIntegration, versionIntegration } from './help.ts';

const routes = {
  hunt,
  findings,
  ip,
  top,
  explain,
  load,
  rejects,
  coverage,
  noise,
  mark,
  unmark,
  marks,
  intel,
  baseline,
  lookup,
  labels,
  sql,
  export: exportCommand,
  report,
  serve,
  demo,
};

/** The names of the commands. */
export const commandNames: readonly string[] = Object.keys(routes);

/**
 * The command line of northsouth. The parser reports nothing itself: whatever fails is handed to `failed`, so
 * that every failure has one shape.
 */
export function commandLine(
  world: World,
  command: string | undefined,
  failed: (thrown: unknown) => void,
): Application<Context> {
  const note = (thrown: unknown): string => {
    failed(thrown);
    return '';
  };
  const root = buildRouteMap<keyof typeof routes, Context>({
    // Without a prototype: `northsouth constructor` is no command.
    routes: Object.assign(Object.create(null) as object, routes),
    docs: { brief: 'Hunts threats in AWS VPC flow logs' },
  });
  return buildApplication<Context>(
    root,
    {
      name: world.program,
      scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
      documentation: { disableAnsiColor: true },
      localization: {
        text: {
          ...text_en,
          noCommandRegisteredForInput: ({ input, corrections }) =>
            note(unknownCommand(input, corrections, world.program)),
          exceptionWhileParsingArguments: (thrown) => note(usageError(thrown, world.program, command)),
          exceptionWhileLoadingCommandFunction: note,
          exceptionWhileLoadingCommandContext: note,
          exceptionWhileRunningCommand: note,
          commandErrorResult: note,
          exceptionWhileRunningIntegrationFlag: ({ exception }) => note(exception),
          exceptionWhileRunningIntegrationHook: ({ exception }) => note(exception),
        },
      },
    },
    { help: helpIntegration(world.program), version: versionIntegration(world.version) },
  );
}

function unknownCommand(input: string, corrections: readonly string[], program: string): HuntError {
  if (input.startsWith('-')) {
    return new HuntError('usage.value', `${input} stands before the command, or no command is given`, {
      hint: `Flags go after the command: ${program} hunt PATH ${input}`,
    });
  }
  const nearest = corrections.map((name) => name.replaceAll('`', ''));
  return new HuntError('usage.value', `There is no command "${input}"`, {
    hint:
      nearest.length === 0
        ? `The commands are ${commandNames.join(', ')}.`
        : `Did you mean ${program} ${nearest.join(' or ')}?`,
  });
}
