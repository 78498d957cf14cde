import { relative } from 'node:path';
import { HuntError } from '../errors.ts';
import { shellWord } from '../report/shell-word.ts';
import { version } from '../version.ts';
import type { World } from './context.ts';
import type { Library } from './library.ts';
import { runCommandLine } from './run.ts';
import { outputOf } from './terminal.ts';

const interrupts = ['SIGINT', 'SIGTERM'] as const;

/**
 * The program: runs the command line of the process and sets its exit code. The process ends by itself when
 * its output is written; only a second Ctrl-C ends it at once.
 */
export async function main(process: NodeJS.Process): Promise<void> {
  const interrupt = new AbortController();
  const world: World = {
    stdout: outputOf(process.stdout as NodeJS.WriteStream),
    stderr: outputOf(process.stderr as NodeJS.WriteStream),
    env: process.env,
    library,
    signal: interrupt.signal,
    program: programOf(process),
    version: version(),
  };
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new HuntError('engine.cancelled', 'Interrupted'));
    if (!world.stderr.isTerminal) return;
    world.stderr.write('\r\x1b[KStopping. Press Ctrl-C again to stop at once.\n').catch(() => undefined);
  };
  // A service manager or `kill` asks as Ctrl-C does: stop in order, keep what is done.
  for (const signal of interrupts) process.on(signal, onInterrupt);
  try {
    process.exitCode = await runCommandLine(process.argv.slice(2), world);
  } finally {
    for (const signal of interrupts) process.off(signal, onInterrupt);
  }
}

const library: Library = {
  openWorkspace: async (options) => (await import('../workspace/workspace.ts')).openWorkspace(options),
  lookup: async (addresses, options) => (await import('../hunt/lookup.ts')).lookup(addresses, options),
  explainLabels: async (addresses, options) =>
    (await import('../known/explained-labels.ts')).explainLabels(addresses, options),
  labels: async () => (await import('../known/labels.ts')).labels(),
  updateLabels: async (options) => (await import('../known/labels.ts')).updateLabels(options),
  addLabels: async (file, options) => (await import('../known/labels.ts')).addLabels(file, options),
  removeLabels: async (name) => (await import('../known/labels.ts')).removeLabels(name),
  explain: async (question, options) => (await import('../hunt/explain.ts')).explain(question, options),
  explainSteps: async (chain, options) => (await import('../hunt/chains.ts')).explainSteps(chain, options),
  brokenEquations: async (funnel) => (await import('../traffic/funnel.ts')).brokenEquations(funnel),
  generateDemo: async (options) => (await import('../demo/generate.ts')).generateDemo(options),
  serve: async (options) => (await import('../server/serve.ts')).serve(options),
};

/** How the user started this process, so that what a report proposes to type works as it stands. */
export function programOf({ env, argv, cwd }: Pick<NodeJS.Process, 'env' | 'argv' | 'cwd'>): string {
  if (env['npm_lifecycle_event'] === 'start') return 'npm start --';
  if (env['npm_command'] === 'exec') return 'npx northsouth';
  const script = argv[1] ?? '';
  return script.endsWith('.js') ? `node ${shellWord(relative(cwd(), script))}` : 'northsouth';
}
