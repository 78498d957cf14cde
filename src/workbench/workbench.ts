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
import type { Ground } from '../snapshot/ground.ts';
import { markIn, marksIn, unmarkIn } from '../snapshot/marks.ts';
import { findingsOf } from '../snapshot/narrowed-findings.ts';
import { noiseIn } from '../snapshot/noise.ts';
import { type OverviewOptions, overviewOf } from '../snapshot/overview.ts';
import { remembered } from '../snapshot/remembered.ts';
import { parquetFilesOf } from '../store/folder.ts';
import { keyOf } from '../store/kept.ts';
import type { CoverageWindow } from '../traffic/coverage.ts';
import type { Period } from '../traffic/period.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Preparing, Standing } from './standing.ts';

/** A workspace for many questions at once, each with its own signal, over one state that is prepared as a whole. */
export class Workbench {
  readonly #workspace: Workspace;
  readonly #standing: Standing;

  constructor(workspace: Workspace, everyMs?: number) {
    this.#workspace = workspace;
    this.#standing = new Standing(workspace, everyMs);
  }

  /** What is being worked out now. */
  get preparing(): Preparing | undefined {
    return this.#standing.preparing;
  }

  /** Why the last preparation failed. */
  get failed(): unknown {
    return this.#standing.failed;
  }

  /** The state that questions are answered from; undefined until the first is ready. */
  get ground(): Ground | undefined {
    return this.#standing.ground;
  }

  /** Calls back whenever `preparing`, `failed` or `ground` changes; gives what ends that. */
  onChange(listener: () => void): () => void {
    return this.#standing.onChange(listener);
  }

  /** Takes up the state of the workspace as it is now; questions are answered from the one before meanwhile. */
  prepare(): Promise<Ground> {
    return this.#standing.prepare();
  }

  overview(options: OverviewOptions, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => overviewOf(ground, options, signal));
  }

  destinations(
    options: ListOptions & { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) {
    return this.#standing.ask(signal, (ground) => destinationsOf(ground, options, signal));
  }

  /** Writes a list of destinations to a file, which whoever takes it removes. */
  exportDestinations(
    options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
    signal: AbortSignal,
  ): Promise<string> {
    return this.#standing.ask(signal, (ground) => exportDestinations(ground, options, signal));
  }

  /** Writes a report of the state. */
  report(form: ReportForm, options: ReportOptions, signal: AbortSignal): Promise<WrittenReport> {
    return this.#standing.ask(signal, (ground) => writeReport(ground, form, options, signal));
  }

  /** Writes a report of the state to a file of this run, which whoever takes it removes. */
  async exportReport(format: 'html' | 'md', options: ReportOptions, signal: AbortSignal): Promise<string> {
    return this.#standing.ask(signal, async (ground) => {
      const folder = join(ground.spare, 'exports', `report-${keyOf([performance.now(), Math.random()])}`);
      await mkdir(folder, { recursive: true });
      try {
        const form = await formOf(join(folder, `case.${format}`));
        return (await writeReport(ground, form, options, signal)).file;
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    });
  }

  /** The findings that meet the options, and the state that they are of. */
  findings(options: Parameters<typeof findingsOf>[1], signal: AbortSignal) {
    return this.#standing.ask(signal, async (ground) => ({
      ground,
      found: await findingsOf(ground, options, signal),
    }));
  }

  finding(id: string, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => findingOf(ground, id, signal));
  }

  address(text: string, options: Asked & { readonly limit: number }, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => addressOf(ground, text, options, signal));
  }

  coverage(period: Period, window: CoverageWindow, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => coverageIn(ground, period, window, signal));
  }

  files(options: FilesOptions, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => filesOf(ground, options, signal));
  }

  rejects(options: RejectsOptions, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => rejectsOf(ground, options, signal));
  }

  vocabulary(signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) =>
      remembered(ground.connections, ['vocabulary'], signal, (asked) => vocabularyOf(ground, asked)),
    );
  }

  noise(period: Period, signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => noiseIn(ground, period, signal));
  }

  /** Switches a noise rule or a set-aside, and takes up the new state. */
  async switchNoise(name: string, on: boolean): Promise<void> {
    await this.#standing.alone(() => this.#workspace.switchNoise(name, on));
    await this.prepare();
  }

  /** All marks, with how the traffic of the benign ones changed since. */
  marks(signal: AbortSignal) {
    return this.#standing.ask(signal, (ground) => marksIn(ground, signal));
  }

  /** Marks a target; the state that is there has it when this is done. */
  async mark(target: string, verdict: Verdict, options: MarkOptions) {
    const subject = subjectOf(target, options);
    return this.#standing.mark((ground) => markIn(ground, subject, verdict, options));
  }

  /** Takes a mark back; the state that is there no longer has it when this is done. */
  async unmark(target: string, options: MarkOptions) {
    const subject = subjectOf(target, options);
    return this.#standing.mark((ground) => unmarkIn(ground, subject, options));
  }

  /** Loads what is new; the new state is prepared afterwards, also after a load that ended early. */
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
      return await this.#standing.alone(() => this.#workspace.load(paths, options));
    } finally {
      void this.prepare().catch(() => undefined);
    }
  }

  /** The answer to one SELECT of the user. */
  query(text: string, limit: number, signal: AbortSignal) {
    return this.#standing.ask(signal, async ({ folder, engineOptions, relations }) => {
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
    return this.#standing.close();
  }
}
