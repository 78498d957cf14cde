import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askReadOnly } from '../engine/read-only.ts';
import {
  formOf,
  type ReportForm,
  type ReportOptions,
  type WrittenReport,
  writeReport,
} from '../handover/report.ts';
import type { LoadProgress, LoadResult } from '../ingest/load-result.ts';
import { type MarkOptions, subjectOf } from '../known/marking.ts';
import type { Verdict } from '../marks/mark.ts';
import { addressOf } from '../snapshot/address.ts';
import type { Asked } from '../snapshot/basis.ts';
import { cachedAnswer } from '../snapshot/cached-answer.ts';
import { coverageIn } from '../snapshot/coverage.ts';
import {
  type FilesOptions,
  filesOf,
  type RejectsOptions,
  rejectsOf,
  vocabularyOf,
} from '../snapshot/data.ts';
import { destinationsOf, exportDestinations, type ListOptions } from '../snapshot/destinations.ts';
import { findingOf } from '../snapshot/finding.ts';
import { markIn, marksIn, unmarkIn } from '../snapshot/marks.ts';
import { findingsOf } from '../snapshot/narrowed-findings.ts';
import { noiseIn } from '../snapshot/noise.ts';
import { type OverviewOptions, overviewOf } from '../snapshot/overview.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { parquetFilesOf } from '../store/folder.ts';
import { keyOf } from '../store/kept.ts';
import type { CoverageWindow } from '../traffic/coverage.ts';
import type { Period } from '../traffic/period.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { CurrentSnapshot, type Preparing } from './current-snapshot.ts';

/** A workspace for many questions at once, each with its own signal, over one snapshot that is prepared as a whole. */
export class Workbench {
  readonly #workspace: Workspace;
  readonly #current: CurrentSnapshot;

  constructor(workspace: Workspace, everyMs?: number) {
    this.#workspace = workspace;
    this.#current = new CurrentSnapshot(workspace, everyMs);
  }

  /** What is being worked out now. */
  get preparing(): Preparing | undefined {
    return this.#current.preparing;
  }

  /** Why the last preparation failed. */
  get failed(): unknown {
    return this.#current.failed;
  }

  /** The snapshot that questions are answered from; undefined until the first is ready. */
  get snapshot(): Snapshot | undefined {
    return this.#current.snapshot;
  }

  /** Calls back whenever `preparing`, `failed` or `snapshot` changes; gives what ends that. */
  onChange(listener: () => void): () => void {
    return this.#current.onChange(listener);
  }

  /** Takes a snapshot of the workspace as it is now; questions are answered from the one before meanwhile. */
  prepare(): Promise<Snapshot> {
    return this.#current.prepare();
  }

  overview(options: OverviewOptions, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => overviewOf(snapshot, options, signal));
  }

  destinations(
    options: ListOptions & { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) {
    return this.#current.ask(signal, (snapshot) => destinationsOf(snapshot, options, signal));
  }

  /** Writes a list of destinations to a file, which whoever takes it removes. */
  exportDestinations(
    options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
    signal: AbortSignal,
  ): Promise<string> {
    return this.#current.ask(signal, (snapshot) => exportDestinations(snapshot, options, signal));
  }

  /** Writes a report of the snapshot. */
  report(form: ReportForm, options: ReportOptions, signal: AbortSignal): Promise<WrittenReport> {
    return this.#current.ask(signal, (snapshot) => writeReport(snapshot, form, options, signal));
  }

  /** Writes a report of the snapshot to a file of this run, which whoever takes it removes. */
  async exportReport(format: 'html' | 'md', options: ReportOptions, signal: AbortSignal): Promise<string> {
    return this.#current.ask(signal, async (snapshot) => {
      const folder = join(snapshot.spare, 'exports', `report-${keyOf([performance.now(), Math.random()])}`);
      await mkdir(folder, { recursive: true });
      try {
        const form = await formOf(join(folder, `case.${format}`));
        return (await writeReport(snapshot, form, options, signal)).file;
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    });
  }

  /** The findings that meet the options, and the snapshot that they are of. */
  findings(options: Parameters<typeof findingsOf>[1], signal: AbortSignal) {
    return this.#current.ask(signal, async (snapshot) => ({
      snapshot,
      found: await findingsOf(snapshot, options, signal),
    }));
  }

  finding(id: string, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => findingOf(snapshot, id, signal));
  }

  address(text: string, options: Asked & { readonly limit: number }, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => addressOf(snapshot, text, options, signal));
  }

  coverage(period: Period, window: CoverageWindow, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => coverageIn(snapshot, period, window, signal));
  }

  files(options: FilesOptions, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => filesOf(snapshot, options, signal));
  }

  rejects(options: RejectsOptions, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => rejectsOf(snapshot, options, signal));
  }

  vocabulary(signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) =>
      cachedAnswer(snapshot.connections, ['vocabulary'], signal, (asked) => vocabularyOf(snapshot, asked)),
    );
  }

  noise(period: Period, signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => noiseIn(snapshot, period, signal));
  }

  /** Switches a noise rule or a set-aside, and takes up the new snapshot. */
  async switchNoise(name: string, on: boolean): Promise<void> {
    await this.#current.alone(() => this.#workspace.switchNoise(name, on));
    await this.prepare();
  }

  /** All marks, with how the traffic of the benign ones changed since. */
  marks(signal: AbortSignal) {
    return this.#current.ask(signal, (snapshot) => marksIn(snapshot, signal));
  }

  /** Marks a target; the snapshot that is there has it when this is done. */
  async mark(target: string, verdict: Verdict, options: MarkOptions) {
    const subject = subjectOf(target, options);
    return this.#current.mark((snapshot) => markIn(snapshot, subject, verdict, options));
  }

  /** Takes a mark back; the snapshot that is there no longer has it when this is done. */
  async unmark(target: string, options: MarkOptions) {
    const subject = subjectOf(target, options);
    return this.#current.mark((snapshot) => unmarkIn(snapshot, subject, options));
  }

  /** Loads what is new; the new snapshot is prepared afterwards, also after a load that ended early. */
  async load(
    paths: readonly string[],
    options: {
      readonly format?: string;
      readonly keepDuplicates?: boolean;
      readonly onProgress: (progress: LoadProgress) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<LoadResult> {
    try {
      return await this.#current.alone(() => this.#workspace.load(paths, options));
    } finally {
      void this.prepare().catch(() => undefined);
    }
  }

  /** The answer to one SELECT of the user. */
  query(text: string, limit: number, signal: AbortSignal) {
    return this.#current.ask(signal, async ({ folder, engineOptions, relations }) => {
      const { prepare, files } = await relations();
      const question = { prepare, files: [...(await parquetFilesOf(folder)), ...files], text, limit };
      return askReadOnly(engineOptions, question, signal);
    });
  }

  /**
   * Waits for what still runs, which the signal of the workspace ends, and gives its connections back. The workspace is
   * closed by whoever opened it: an engine that is closed under a statement takes the process with it.
   */
  close(): Promise<void> {
    return this.#current.close();
  }
}
