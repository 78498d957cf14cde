import { run } from '@stricli/core';
import { commandLine, commandNames } from './app.ts';
import type { World } from './context.ts';
import { failureOf, report } from './failure.ts';
import { isClosedPipe } from './terminal.ts';

/** Runs one command line to its end and gives its exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<number> {
  const thrown: unknown[] = [];
  const command = commandNames.find((name) => name === argv[0]);
  const written: string[] = [];
  const app = commandLine(world, command, (error) => thrown.push(error));
  await run(app, argv, {
    world,
    process: { stdout: { write: (text) => written.push(text) }, stderr: { write: () => undefined } },
  });
  try {
    if (written.length > 0) await world.stdout.write(written.join(''));
  } catch (error) {
    thrown.push(error);
  }
  if (thrown.length === 0) return 0;
  return failed(thrown[0], command, argv, world);
}

async function failed(
  thrown: unknown,
  command: string | undefined,
  argv: readonly string[],
  world: World,
): Promise<number> {
  if (isClosedPipe(thrown)) return 0;
  const failure = failureOf(thrown, world.signal.aborted, command, argv.includes('--rdap'));
  const flags = {
    json: argv.includes('--json'),
    debug: argv.includes('--debug'),
    noColor: argv.includes('--no-color'),
  };
  try {
    await report(failure, thrown, world, flags);
  } catch {
    // Nobody reads standard error any more: the exit code still says it.
  }
  return failure.exitCode;
}
