import type { Reject, RejectsResult } from '../traffic/rejects.ts';
import { together, wrapText } from './fit.ts';
import { failedFileLines } from './funnel.ts';
import type { Page } from './page.ts';
import { type Column, tableLines } from './table.ts';
import { counted, countText } from './units.ts';

const reasons: readonly Column<RejectsResult['byReason'][number]>[] = [
  { header: 'lines', text: ({ lines }) => countText(lines), align: 'right' },
  { header: 'reason', text: ({ reason }) => reason, shrinkTo: 20 },
];

const lines: readonly Column<Reject>[] = [
  { header: 'file', text: ({ file }) => file, shrinkTo: 16 },
  { header: 'line', text: ({ line }) => String(line), align: 'right' },
  { header: 'reason', text: ({ reason }) => reason, shrinkTo: 16 },
  { header: 'text', text: ({ raw }) => raw, shrinkTo: 16 },
];

/** What could not be read: failed files, reasons with their counts, and the first lines. */
export function rejectsLines(result: RejectsResult, page: Page): string[] {
  const { total, byReason, rejects, failedFiles } = result;
  const titled = (text: string) => wrapText(text, page.width).map((line) => page.colors.bold(line));
  if (total === 0 && failedFiles.length === 0)
    return wrapText('Everything was read: no unreadable line, no failed file.', page.width);
  const sections: string[][] = [];
  if (failedFiles.length > 0) {
    const title = `${counted(failedFiles.length, 'file')} could not be read to the end`;
    sections.push([...titled(title), ...failedFileLines(failedFiles, page, failedFiles.length)]);
  }
  if (byReason.length > 0) {
    sections.push([...titled(counted(total, 'unreadable line')), ...tableLines(reasons, byReason, page)]);
  }
  if (rejects.length > 0) {
    const more = total - rejects.length;
    const hint =
      more > 0
        ? wrapText(
            `${countText(more)} more: ${together(page.command(`rejects --limit ${total}`))}`,
            page.width,
          )
        : [];
    sections.push([...tableLines(lines, rejects, page), ...hint]);
  }
  return sections.flatMap((section, index) => (index === 0 ? section : ['', ...section]));
}
