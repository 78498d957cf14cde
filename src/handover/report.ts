import { access, constants, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { htmlReport, type Written } from '../document/html.ts';
import { markdownReport } from '../document/markdown.ts';
import type { Material } from '../document/material.ts';
import { HuntError } from '../errors.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { exportedFile, unwritableExport } from '../whole-file.ts';
import { reportCommand } from './report-command.ts';
import { type MaterialOptions, materialOf } from './report-material.ts';

/** Options of a report; without any it tells of all findings of severity medium and above. */
export type ReportOptions = Omit<MaterialOptions, 'mostInFull' | 'command'> & {
  /** What was typed for it. */
  readonly command?: string;
};

/** A report that was written. */
export interface WrittenReport {
  readonly file: string;
  readonly format: 'html' | 'md';
  readonly bytes: number;
  readonly title: string;
  readonly findings: {
    /** Those that were chosen: told in full, in a line, and left out so that the report stays small. */
    readonly chosen: number;
    readonly inFull: number;
    readonly inALine: number;
    readonly leftOut: number;
  };
}

/** The file of a report, and how what it says is written there. */
export interface ReportForm {
  readonly file: string;
  readonly format: WrittenReport['format'];
  readonly write: (material: Material) => Written;
  readonly mostInFull: number;
}

const forms: Readonly<Record<string, Omit<ReportForm, 'file'>>> = {
  '.html': { format: 'html', write: htmlReport, mostInFull: 150 },
  '.md': { format: 'md', write: markdownReport, mostInFull: 50 },
};

/** The form that the ending of the file names. Throws where it names none, or where no file can be written. */
export async function formOf(path: string): Promise<ReportForm> {
  const file = resolve(path);
  const form = forms[extname(file).toLowerCase()];
  if (form === undefined) {
    throw new HuntError('usage.value', `The ending of ${basename(file)} names no form of a report.`, {
      hint: `Use one of ${Object.keys(forms).join(', ')}.`,
    });
  }
  // Whoever waits for a report should not learn at the end that it has no place.
  await access(dirname(file), constants.W_OK).catch((error: Error) => {
    throw unwritableExport(file, error);
  });
  return { file, ...form };
}

/**
 * Writes a report of a snapshot to its file. It is written beside the file and renamed at the end: whoever
 * reads the file sees all of it or the one before.
 */
export async function writeReport(
  snapshot: Snapshot,
  { file, format, write, mostInFull }: ReportForm,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<WrittenReport> {
  const command = reportCommand(basename(file), snapshot.workspace, options);
  const material = await materialOf(snapshot, { command, ...options, mostInFull }, signal);
  const { text, inFull, inALine } = write(material);
  await exportedFile(file, async (beside) => {
    await writeFile(beside, text);
    if (signal.aborted) throw new HuntError('engine.cancelled', 'Interrupted.');
  });
  const chosen = material.chosen.length;
  return {
    ...{ file, format, bytes: Buffer.byteLength(text), title: material.title },
    findings: { chosen, inFull, inALine, leftOut: chosen - inFull - inALine },
  };
}
