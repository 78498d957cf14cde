import type { AddedSource } from '../labels/add.ts';
import type { LabelsReport, ListedSource } from '../labels/listing.ts';
import type { UpdateOutcome } from '../labels/update.ts';
import { together, wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';
import { counted, countText, unknownText } from './units.ts';

/** The columns of a list of label sources. */
export const sourceColumns: readonly Column<ListedSource>[] = [
  { header: 'source', text: ({ name }) => name, shrinkTo: 12 },
  { header: 'kind', text: ({ kind }) => kind, dropOrder: 2 },
  { header: 'data of', text: ({ date }) => date ?? unknownText },
  { header: 'age', text: ageText, align: 'right' },
  { header: 'ranges', text: ({ ranges }) => countText(ranges), align: 'right' },
  { header: 'labels', text: ({ columns: names }) => names.join(' '), shrinkTo: 14, dropOrder: 1 },
  { header: 'origin', text: ({ origin }) => origin },
];

function ageText({ ageDays, isOld }: ListedSource): string {
  if (ageDays === null) return unknownText;
  return `${counted(ageDays, 'day')}${isOld ? ', old' : ''}`;
}

/** The label sources: what each holds, its age and licence, where it is from; and what an update would bring. */
export function labelsLines(report: LabelsReport, page: Page): string[] {
  const wrap = (text: string, indent = '') => wrapText(plainText(text), page.width, indent);
  const about = report.sources.flatMap(({ name, holds, licence, attribution, from, fetched }) => {
    const by = attribution === null ? '' : `, by ${attribution}`;
    const at = fetched === null ? '' : `, fetched ${fetched.slice(0, 10)}`;
    return wrap(`${name}: ${holds}. Licence: ${licence ?? 'not known'}${by}. From ${from}${at}.`, '  ');
  });
  const old = report.sources.filter(({ isOld }) => isOld).map(({ name }) => name);
  const update = together(page.command('labels update'));
  const missing = report.missing.map(({ name }) => name).join(', ');
  return [
    ...tableLines(sourceColumns, report.sources, page),
    ...about.map((line) => page.colors.dim(line)),
    '',
    ...(old.length === 0
      ? []
      : wrap(`Old: ${old.join(', ')}. Fresher data: ${update}`).map((line) => page.colors.yellow(line))),
    ...(missing === ''
      ? []
      : wrap(`Not there yet: ${missing}. They name provider, service and region: ${update} asks for them.`)),
    ...wrap(`Files of your own: ${together(page.command('labels add FILE'))}`),
    ...wrap(`Kept for every workspace in ${report.folder}; other places for the lists: ${report.settings}`),
  ];
}

const outcomes: readonly Column<UpdateOutcome>[] = [
  { header: 'list', text: ({ name }) => name },
  { header: 'result', text: ({ result }) => result },
  {
    header: 'ranges',
    text: ({ ranges }) => (ranges === null ? unknownText : countText(ranges)),
    align: 'right',
  },
  {
    header: 'before',
    text: ({ before }) => (before === null ? unknownText : countText(before)),
    align: 'right',
  },
  { header: 'data of', text: ({ date }) => date ?? unknownText },
];

/** What became of each list. */
export function updateLines(results: readonly UpdateOutcome[], page: Page): string[] {
  const notes = results.flatMap(({ name, error, unreadable }) => {
    if (error !== null) return [`${name}: ${error.message}${error.hint === null ? '' : ` ${error.hint}`}`];
    return unreadable > 0 ? [`${name}: ${counted(unreadable, 'line')} without a range passed over.`] : [];
  });
  const wrapped = notes.flatMap((note) => wrapText(plainText(note), page.width));
  return [...tableLines(outcomes, results, page), ...(wrapped.length === 0 ? [] : ['', ...wrapped])];
}

/** What was added. */
export function addedLines(source: AddedSource, page: Page): string[] {
  const { name, kind, ranges, columns: names, date, unreadable, before, licence } = source;
  const texts = [
    `${before === null ? 'Added' : 'Replaced'} ${name} (${kind}): ${countText(ranges)} ranges with ${names.join(', ')}, data of ${date ?? 'an unknown day'}.`,
    ...(before === null ? [] : [`It had ${countText(before)} ranges before.`]),
    ...(unreadable > 0 ? [`${counted(unreadable, 'line')} without a range passed over.`] : []),
    ...(licence === null ? ['Its licence is not known; state it with --licence.'] : []),
    `It counts in every workspace from now on: ${together(page.command('lookup ADDRESS --explain'))} shows which source says what.`,
  ];
  return texts.flatMap((text) => wrapText(plainText(text), page.width));
}
