import type { Application, Command, StricliIntegration } from '@stricli/core';
import { wrapText } from '../report/fit.ts';
import { type CommandDocs, docsOf } from './command.ts';
import { commonFlags } from './common-flags.ts';
import type { Context } from './context.ts';

const width = 80;
const groups: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Hunt', ['hunt', 'findings', 'ip', 'top', 'explain', 'serve', 'sql', 'export', 'report']],
  ['Judge', ['mark', 'unmark', 'marks', 'intel', 'baseline']],
  ['Data', ['load', 'rejects', 'coverage', 'noise', 'lookup', 'labels']],
  ['Try it', ['demo']],
];

/** `--help`: what a command does, its flags with one line each, and examples that can be typed as they stand. */
export function helpIntegration(program: string): StricliIntegration<Context> {
  return {
    flag: {
      brief: 'Show this help',
      aliases: ['h'],
      global: true,
      defaultForRouteMap: true,
      run(app, { result }) {
        const { target, prefix } = result;
        const docs = docsOf(target);
        const lines =
          docs === undefined || !('parameters' in target)
            ? programLines(app as Application<Context>, program)
            : commandLines(target, docs, prefix.slice(1).join(' '), program);
        this.process.stdout.write(`${lines.join('\n')}\n`);
      },
    },
  };
}

/** `--version` and `-v`. */
export function versionIntegration(version: string): StricliIntegration<Context> {
  return {
    flag: {
      brief: 'Show the version',
      aliases: ['v'],
      run() {
        this.process.stdout.write(`${version}\n`);
      },
    },
  };
}

function programLines({ root }: Application<Context>, program: string): string[] {
  const entries = 'getAllEntries' in root ? root.getAllEntries() : [];
  const briefs = new Map(entries.map(({ name, target }) => [name.original, target.brief]));
  const sections = groups.flatMap(([title, names]) => [
    '',
    title,
    ...names.map((name) => `  ${name.padEnd(9)} ${briefs.get(name) ?? ''}`),
  ]);
  return [
    ...wrapText(
      'Hunts threats in AWS VPC flow logs: what was read, what crossed the Internet, and which peers are worth a look. Offline, on this machine.',
      width,
    ),
    '',
    `Usage: ${program} COMMAND [ARGUMENTS]`,
    ...sections,
    '',
    'Examples',
    `  ${program} hunt ./flow-logs`,
    `  ${program} ip 203.0.113.7`,
    `  ${program} top --by bytes --group asn`,
    `  ${program} COMMAND --help`,
    '',
    ...wrapText(
      'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing readable found, 130 interrupted.',
      width,
    ),
  ];
}

function commandLines(command: Command<Context>, docs: CommandDocs, name: string, program: string): string[] {
  const usage = docs.usage.length === 0 ? [''] : docs.usage;
  const flags = Object.entries((command.parameters.flags ?? {}) as Record<string, FlagDocs>);
  const own = flags.filter(([flag]) => !(flag in commonFlags));
  const common = flags.filter(([flag]) => flag in commonFlags);
  return [
    ...usage.map((arguments_, index) =>
      `${index === 0 ? 'Usage:' : '      '} ${program} ${name} ${arguments_}`.trimEnd(),
    ),
    ...docs.description.flatMap((paragraph) => ['', ...wrapText(paragraph, width)]),
    ...(own.length === 0 ? [] : ['', 'Flags', ...flagLines(own, command)]),
    '',
    'Common flags',
    ...flagLines([...common, ['help', { brief: 'Show this help' }]], command),
    '',
    'Examples',
    ...docs.examples.flatMap(([input, purpose]) => [`  ${program} ${input}`, `      ${purpose}`]),
  ];
}

interface FlagDocs {
  readonly brief: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
}

const flagColumn = 24;

function flagLines(flags: readonly (readonly [string, FlagDocs])[], command: Command<Context>): string[] {
  const aliases = Object.entries(command.parameters.aliases ?? {});
  return flags.flatMap(([name, { brief, placeholder, values }]) => {
    const alias = aliases.find(([, flag]) => flag === name)?.[0];
    const short = alias === undefined ? '' : `-${alias}, `;
    const value = placeholder === undefined ? '' : ` ${placeholder}`;
    const spelled = `  ${short}--${kebab(name)}${value}`;
    const allowed = values === undefined ? '' : `: ${values.join(', ')}`;
    const [first = '', ...rest] = wrapText(brief + allowed, width - flagColumn);
    const lines = rest.map((line) => ' '.repeat(flagColumn) + line);
    return spelled.length >= flagColumn
      ? [spelled, ' '.repeat(flagColumn) + first, ...lines]
      : [spelled.padEnd(flagColumn) + first, ...lines];
  });
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
