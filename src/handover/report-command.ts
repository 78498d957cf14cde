import { shellWord } from '../report/shell-word.ts';
import { isoTime } from '../traffic/period.ts';
import type { ReportOptions } from './report.ts';

/** The same report again, as one types it behind the name of the program, without what other commands have too. */
export function reportWords(
  output: string,
  { title, note, severity, all, by, findings = [] }: ReportOptions,
): string {
  return [
    `report -o ${shellWord(output)}`,
    ...flag('title', title),
    // A note of several lines is no word that one types.
    ...flag('note', note?.includes('\n') ? undefined : note),
    ...flag('severity', severity),
    ...(all === true ? ['--all'] : []),
    ...flag('by', by),
    ...findings.flatMap((id) => flag('finding', id)),
  ].join(' ');
}

/** The whole command, for a report that no command was typed for. */
export function reportCommand(output: string, workspace: string, options: ReportOptions): string {
  const { where, from, to } = options;
  return [
    `northsouth ${reportWords(output, options)}`,
    ...flag('where', where),
    ...flag('from', isoTime(from ?? null) ?? undefined),
    ...flag('to', isoTime(to ?? null) ?? undefined),
    ...flag('workspace', workspace),
  ].join(' ');
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name} ${shellWord(value)}`];
}
