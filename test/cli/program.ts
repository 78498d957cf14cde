import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDemo } from '../../src/demo/generate.ts';
import { threatNames } from '../../src/demo/options.ts';

/** The project's folder. */
export const project = join(import.meta.dirname, '..', '..');
/** The program as users start it; it runs what was built. */
export const program = join(project, 'bin', 'northsouth.js');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunSettings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands before the program, such as `bash -c ...`; the program and its arguments follow. */
  readonly through?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Starts any command with an environment in which nothing of the test's own shows. */
export function startCommand(command: readonly string[], { cwd, env }: RunSettings = {}): Running {
  const started = performance.now();
  const [file = '', ...args] = command;
  const options: SpawnOptions = { env: { ...quietEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawn(file, args, cwd === undefined ? options : { ...options, cwd });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, ...text, seconds: (performance.now() - started) / 1000 }),
    );
  });
  return { child, finished };
}

/** Starts northsouth. */
export function start(args: readonly string[], settings: RunSettings = {}): Running {
  return startCommand([...(settings.through ?? []), process.execPath, program, ...args], settings);
}

/** Runs northsouth to its end. */
export function northsouth(args: readonly string[], settings: RunSettings = {}): Promise<Finished> {
  return start(args, settings).finished;
}

function quietEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(?:npm_|NORTHSOUTH_(?!HOME$)|VITEST|NO_COLOR$|FORCE_COLOR$|NODE_|INIT_CWD$)/.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

/** A folder that the caller removes. */
export function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'northsouth-test-')));
}

/** A small demo below `folder`: the path of its logs. */
export async function smallDemo(folder: string, records = 6000, files = 16): Promise<string> {
  const { logs } = await generateDemo({
    out: join(folder, 'demo'),
    records,
    files,
    seed: 11,
    plants: threatNames,
  });
  return logs;
}
