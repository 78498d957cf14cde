import type { IdentifiedFinding } from '../detect/results.ts';
import { subjectText } from '../marks/mark.ts';
import { findingColumns } from '../report/findings.ts';
import type { Column } from '../report/table.ts';
import { unknownText } from '../report/units.ts';
import { isoTime } from '../traffic/period.ts';
import type { Material } from './material.ts';

type ShownMark = Material['marks']['marks'][number];

/** The columns of a list of marks with their notes. */
export const markColumns: readonly Column<ShownMark>[] = [
  { header: 'verdict', text: ({ verdict }) => verdict },
  { header: 'what', text: (mark) => subjectText(mark) },
  { header: 'note', text: ({ note }) => note ?? unknownText },
  { header: 'by', text: ({ by }) => by },
  { header: 'on', text: ({ at }) => at.slice(0, 10) },
  { header: 'changed since', text: ({ changes }) => (changes.length === 0 ? 'nothing' : changes.join('; ')) },
];

/** The columns of a list of findings that are not told in full: with what and why. */
export const briefColumns: readonly Column<IdentifiedFinding>[] = [
  ...findingColumns,
  { header: 'kind', text: ({ kind }) => kind },
  { header: 'id', text: ({ id }) => id },
];

/** A value of a record as text: its times as people read them. */
export function cellText(column: string, value: unknown): string {
  if (value === null || value === undefined) return unknownText;
  const isTime = (column === 'start' || column === 'end') && typeof value === 'number';
  return isTime ? (isoTime(value)?.replace('T', ' ').replace('Z', '') ?? unknownText) : String(value);
}
