import {
  AliasNotFoundError,
  ArgumentParseError,
  ArgumentScannerError,
  EnumValidationError,
  FlagNotFoundError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from '@stricli/core';
import stringWidth from 'string-width';
import { type ErrorCode, HuntError, type PlaceInText } from '../errors.ts';
import { plainText } from '../report/plain-text.ts';
import { periodFlags } from './common-flags.ts';
import type { World } from './context.ts';
import { colorsFor } from './terminal.ts';

/** A failure as it is reported: in text, or as the one JSON line on standard error. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exitCode: number;
  /** Where in what the user wrote it is. */
  readonly at?: PlaceInText;
}

/** What to say about whatever was thrown. What is no expected failure is a defect of northsouth. */
export function failureOf(
  thrown: unknown,
  interrupted: boolean,
  command: string | undefined,
  asksRegistries = false,
): Failure {
  if (interrupted) return interruption(command, asksRegistries);
  if (thrown instanceof HuntError) {
    if (thrown.code === 'engine.cancelled') return interruption(command, asksRegistries);
    const { code, message, hint, exitCode, at } = thrown;
    const place = at === undefined ? {} : { at };
    return { code, message: sentence(message), hint: hint ?? null, exitCode, ...place };
  }
  return {
    code: 'internal',
    message: sentence(thrown instanceof Error ? thrown.message || thrown.name : String(thrown)),
    hint: 'This is a defect of northsouth. Run the command again with --debug and report what it prints.',
    exitCode: 1,
  };
}

function interruption(command: string | undefined, asksRegistries: boolean): Failure {
  const kept = [
    ...(command === 'load' || command === 'hunt' ? ['What was loaded is kept.'] : []),
    ...(asksRegistries ? ['What registries answered is kept.'] : []),
  ];
  return {
    code: 'engine.cancelled',
    message: ['Interrupted.', ...kept].join(' '),
    hint: kept.length > 0 ? 'Run the same command again to go on from there.' : null,
    exitCode: 130,
  };
}

function sentence(message: string): string {
  const trimmed = message.trim();
  return /[.!?:]$/.test(trimmed) || trimmed.includes('\n') ? trimmed : `${trimmed}.`;
}

/**
 * Writes a failure to standard error: `northsouth: what` and `hint: what to do`. With `--json` it is one line,
 * `{"error":{"code","message","hint"}}`, so that standard output holds one document or nothing.
 */
export async function report(
  failure: Failure,
  thrown: unknown,
  world: World,
  flags: { readonly json: boolean; readonly debug: boolean; readonly noColor: boolean },
): Promise<void> {
  const { code, message, at } = failure;
  const hint = asStarted(failure.hint, world.program);
  const stack = flags.debug ? `${stackOf(thrown)}\n` : '';
  if (flags.json) {
    await world.stderr.write(
      `${stack}${JSON.stringify({ error: { code, message, hint, ...placeOf(at) } })}\n`,
    );
    return;
  }
  const colors = colorsFor(world.stderr, world.env, flags.noColor);
  const lines = [`${colors.red('northsouth:')} ${safeLines(message)}`];
  if (at !== undefined) lines.push(...excerptLines(at, colors.red));
  if (hint !== null) lines.push(`${colors.dim('hint:')} ${safeLines(hint)}`);
  await world.stderr.write(`${stack}${lines.join('\n')}\n`);
}

function placeOf(at: PlaceInText | undefined): object {
  return at === undefined ? {} : { at: { from: at.from, to: at.to } };
}

const excerptBefore = 40;
const excerptWidth = 70;

/** The text around a mistake, and below it carets at the mistake. */
function excerptLines({ text, from, to }: PlaceInText, mark: (text: string) => string): string[] {
  const start = from > excerptBefore ? from - excerptBefore : 0;
  const before = plainText(text.slice(start, from));
  const inside = plainText(text.slice(from, Math.min(to, start + excerptWidth)));
  const after = plainText(
    text.slice(Math.max(from, Math.min(to, start + excerptWidth)), start + excerptWidth),
  );
  const carets = '^'.repeat(Math.max(1, stringWidth(inside)));
  return [`  ${before}${inside}${after}`, `  ${' '.repeat(stringWidth(before))}${mark(carets)}`];
}

/** A hint with its commands as the user started this one: `npx northsouth hunt` where that is how it runs. */
function asStarted(hint: string | null, program: string): string | null {
  return hint?.replaceAll(/\bnorthsouth (?=[a-z]+\b)/g, `${program} `) ?? null;
}

function safeLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return safeLines(String(thrown));
  const own = safeLines(thrown.stack ?? String(thrown));
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${stackOf(thrown.cause)}`;
}

/** What the command-line parser refuses, as one sentence and what to do. */
export function usageError(thrown: unknown, program: string, command: string | undefined): HuntError {
  if (thrown instanceof HuntError) return thrown;
  const help = `See ${program} ${command === undefined ? '' : `${command} `}--help.`;
  if (!(thrown instanceof ArgumentScannerError)) {
    return new HuntError('usage.value', thrown instanceof Error ? thrown.message : String(thrown), {
      hint: help,
      cause: thrown,
    });
  }
  const { code, what, hint, at } = refusal(thrown, command);
  return new HuntError(code, what, {
    hint: hint ?? help,
    cause: thrown,
    ...(at === undefined ? {} : { at }),
  });
}

interface Refusal {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint?: string;
  readonly at?: PlaceInText;
}

function refusal(error: ArgumentScannerError, command: string | undefined): Refusal {
  if (error instanceof ArgumentParseError) return parseRefusal(error);
  if (error instanceof FlagNotFoundError) {
    const { input } = error;
    if (command !== undefined && input in periodFlags) return noPeriod(input, command);
    const nearest = error.corrections.map((name) => `--${name}`);
    return unknown(`There is no flag --${error.input}`, nearest);
  }
  if (error instanceof AliasNotFoundError) return unknown(`There is no flag -${error.input}`, []);
  if (error instanceof EnumValidationError) {
    const { externalFlagName: flag, input, values } = error;
    return {
      code: 'usage.value',
      what: `--${flag} "${input}" is not known`,
      hint: `Choose from ${values.join(', ')}.`,
    };
  }
  if (error instanceof UnsatisfiedFlagError) {
    return { code: 'usage.missing', what: `--${error.externalFlagName} needs a value` };
  }
  if (error instanceof UnexpectedFlagError) {
    const { externalFlagName: flag, previousInput, input } = error;
    return {
      code: 'usage.value',
      what: `--${flag} is given twice, as "${previousInput}" and "${input}"`,
      hint: 'Give it once.',
    };
  }
  if (error instanceof UnexpectedPositionalError) {
    const most = error.expectedCount;
    const takes = most === 0 ? 'takes no argument' : `takes at most ${most}`;
    return { code: 'usage.value', what: `"${error.input}" is one argument too many: the command ${takes}` };
  }
  if (error instanceof UnsatisfiedPositionalError) {
    return { code: 'usage.missing', what: `${error.placeholder} is missing` };
  }
  return { code: 'usage.value', what: error.message };
}

/** Users try --from and --to everywhere; a guess at another flag would not help. */
function noPeriod(flag: string, command: string): Refusal {
  return {
    code: 'usage.value',
    what: `${command} looks at no period, so that --${flag} means nothing to it`,
    hint:
      command === 'sql'
        ? "Say it in the query: WHERE start >= epoch(TIMESTAMP '2026-05-28 20:00:00')."
        : 'Give the period to the commands that look at traffic, such as hunt, top and noise.',
  };
}

function parseRefusal(error: ArgumentParseError): Refusal {
  const { externalFlagNameOrPlaceholder: name, exception, input } = error;
  const named = name === name.toUpperCase() ? name : `--${name}`;
  if (exception instanceof HuntError) {
    return {
      code: exception.code,
      what: `${named}: ${exception.message}`,
      ...(exception.hint === undefined ? {} : { hint: exception.hint }),
      ...(exception.at === undefined ? {} : { at: exception.at }),
    };
  }
  return { code: 'usage.value', what: `${named}: "${input}" cannot be used` };
}

function unknown(what: string, nearest: readonly string[]): Refusal {
  if (nearest.length === 0) return { code: 'usage.value', what };
  return { code: 'usage.value', what, hint: `Did you mean ${nearest.join(' or ')}?` };
}
