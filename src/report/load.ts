import type { LoadResult } from '../ingest/load-result.ts';
import { wrapText } from './fit.ts';
import { failedFileLines, notReadLines } from './funnel.ts';
import { dnsLoadedText } from './names.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { counted, countText, durationText } from './units.ts';

/** What a load did, in a few lines: counts, what could not be read, what was left alone and why. */
export function loadLines(result: LoadResult, page: Page): string[] {
  return [
    ...loadNoteLines(result, page),
    ...notReadLines(
      {
        emptyFiles: result.emptyFiles,
        failedFiles: result.failedFiles.length,
        unreadable: result.unreadable + result.dns.unreadable,
      },
      result.failedFiles,
      page,
    ),
  ];
}

/** The same without what could not be read, for the hunt, whose report says that itself. */
export function loadNoteLines(result: LoadResult, page: Page): string[] {
  return [...wrapText(summary(result), page.width), ...otherLines(result, page)];
}

function summary(result: LoadResult): string {
  const { files, alreadyLoaded, emptyFiles, records, duplicate, seconds, dns } = result;
  const named = dnsLoadedText(dns);
  if (files === 0 && named !== undefined) {
    const earlier = alreadyLoaded > 0 ? ` ${counted(alreadyLoaded, 'file')} loaded earlier.` : '';
    return `${named}${earlier}`;
  }
  if (files === 0 && alreadyLoaded > 0) {
    return `Nothing new: ${counted(alreadyLoaded, 'file')} loaded earlier.`;
  }
  const kept = records - duplicate;
  const rate = seconds > 0.05 && records > 0 ? `, ${countText(records / seconds)} records/s` : '';
  const parts = [
    `Loaded ${counted(kept, 'record')} from ${counted(files, 'file')} in ${durationText(seconds)}${rate}.`,
  ];
  if (duplicate > 0)
    parts.push(
      `${counted(duplicate, 'duplicate')} left out (loaded before, or more than once in these files).`,
    );
  if (emptyFiles > 0) parts.push(`${counted(emptyFiles, 'file')} empty.`);
  if (named !== undefined) parts.push(named);
  if (alreadyLoaded > 0) parts.push(`${counted(alreadyLoaded, 'file')} loaded earlier.`);
  return parts.join(' ');
}

function otherLines({ otherFiles, unknownFields }: LoadResult, page: Page): string[] {
  const lines: string[] = [];
  if (otherFiles.length > 0) {
    lines.push(
      ...wrapText(
        `${counted(otherFiles.length, 'file')} left alone, neither flow logs nor DNS query logs:`,
        page.width,
      ),
    );
    lines.push(...failedFileLines(otherFiles, page, 3));
    if (otherFiles.length > 3) lines.push(`  and ${counted(otherFiles.length - 3, 'more file')}.`);
  }
  if (unknownFields.length > 0) {
    const names = unknownFields.map(plainText).join(', ');
    const said = `Fields that no AWS version names, kept as columns: ${names}`;
    lines.push(...wrapText(said, page.width));
  }
  return lines;
}
