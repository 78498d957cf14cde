import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { askReadOnly } from '../../engine/read-only.ts';
import { HuntError } from '../../errors.ts';
import type { LoadProgress, LoadResult } from '../../ingest/load-result.ts';
import type { Verdict } from '../../marks/mark.ts';
import { parquetFilesOf } from '../../store/folder.ts';
import { keyOf } from '../../store/kept.ts';
import type { Period } from '../../traffic/period.ts';
import type { MarkOptions } from '../marking.ts';
import type { ReportOptions } from '../report.ts';
import type { Workspace } from '../workspace.ts';
import { addressOf } from './address.ts';
import type { Asked } from './basis.ts';
import { type FilesOptions, filesOf, type RejectsOptions, rejectsOf, vocabularyOf } from './data.ts';
import { destinationsOf, exportDestinations, type ListOptions } from './destinations.ts';
import { findingOf } from './finding.ts';
import { type Ground, makeGround } from './ground.ts';
import { findingsOf } from './narrowed-findings.ts';
import { foresee, type OverviewOptions, overviewOf, warm } from './overview.ts';
import { remembered } from './remembered.ts';
import { coverageIn, noiseIn } from './reports.ts';
import { unlessGone } from './shared-work.ts';
import { States } from './states.ts';
import { Watch } from './watch.ts';

/** How often it is looked whether another process changed the workspace. */
const lookEveryMs = 2000;

function isFileMissing(error: unknown): boolean {
  return (
    error instanceof HuntError &&
    error.code === 'engine.query' &&
    /^IO Error: (?:No files found|Cannot open file)/.test(error.message)
  );
}

/** What a workbench is doing about its state. */
export interface Preparing {
  readonly step: string;
  readonly startedAt: number;
}

/** A workspace for many questions at once, each with its own signal, over one state that is prepared as a whole. */
export class Workbench {
  readonly #workspace: Workspace;
  readonly #listeners = new Set<() => void>();
  #coming: Promise<Ground> | undefined;
  #preparing: Preparing | undefined;
  #failed: unknown;
  #isClosed = false;
  readonly #states = new States();
  readonly #watch: Watch;
  #last: Promise<void> = Promise.resolve();
  #atWork = 0;
  #isReading = false;

  constructor(workspace: Workspace, everyMs = lookEveryMs) {
    this.#workspace = workspace;
    this.#watch = new Watch(
      // What this process does to the workspace is taken up when it is done.
      async () => (this.#atWork > 0 ? undefined : workspace.stateOfFiles()),
      (failure) => this.#changed(failure),
      everyMs,
    );
  }

  /** What is being worked out now. */
  get preparing(): Preparing | undefined {
    return this.#preparing;
  }

  /** Why the last preparation failed. */
  get failed(): unknown {
    return this.#failed;
  }

  /** The state that questions are answered from; undefined until the first is ready. */
  get ground(): Ground | undefined {
    return this.#states.current;
  }

  /** Calls back whenever `preparing`, `failed` or `ground` changes; gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes up the state of the workspace as it is now; questions are answered from the one before meanwhile. */
  prepare(): Promise<Ground> {
    const coming = this.#alone(() => this.#prepare());
    this.#coming = coming;
    const settled = () => {
      if (this.#coming === coming) this.#coming = undefined;
    };
    coming.then(settled, settled);
    return coming;
  }

  /** Loads and preparations share one connection and its temporary tables: they run one after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new HuntError('engine.cancelled', 'Interrupted.'));
    this.#atWork += 1;
    const done = this.#last.then(work);
    const ended = () => {
      this.#atWork -= 1;
    };
    this.#last = done.then(ended, ended);
    return done;
  }

  async #prepare(): Promise<Ground> {
    const startedAt = Date.now();
    const step = (what: string) => {
      this.#preparing = { step: what, startedAt };
      this.#tell();
    };
    try {
      this.#watch.know(await this.#workspace.stateOfFiles());
      const ground = await makeGround(await this.#workspace.footing(step), step);
      const signal = ground.signal ?? new AbortController().signal;
      await this.#states.take(ground, () => warm(ground, signal));
      this.#failed = undefined;
      this.#states.during(ground, () => foresee(ground, signal)).catch(() => undefined);
      return ground;
    } catch (error) {
      this.#failed = error;
      throw error;
    } finally {
      this.#preparing = undefined;
      this.#tell();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Another process changed the workspace, or it is gone. */
  #changed(failure: unknown): void {
    if (failure !== undefined) {
      this.#failed = failure;
      this.#tell();
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    this.#alone(() => this.#workspace.readAgain())
      .then(() => this.prepare())
      .catch((error: unknown) => this.#changed(error))
      .finally(() => {
        this.#isReading = false;
      });
  }

  /** Asks a state, the first one that holds something; it stays for as long as the question takes. */
  async #ask<Answer>(signal: AbortSignal, question: (ground: Ground) => Promise<Answer>): Promise<Answer> {
    // Of an empty workspace that is being filled nobody wants to see the emptiness.
    const isEmpty = this.ground?.batches.length === 0 && this.#coming !== undefined;
    if (this.ground === undefined || isEmpty) {
      const coming = this.#coming ?? this.prepare();
      await unlessGone(coming, signal);
    }
    const { ground } = this;
    if (ground === undefined) throw new HuntError('engine.cancelled', 'Interrupted.');
    try {
      return await this.#states.during(ground, () => question(ground));
    } catch (error) {
      if (!isFileMissing(error)) throw error;
      // The workspace is gone, which is told, or somebody removed what was kept, which is made again.
      await this.#workspace.stateOfFiles();
      this.#changed(undefined);
      throw new HuntError('workspace.unusable', 'A file that the answer stands on was removed.', {
        hint: 'What is kept is being worked out again. Ask once more in a moment.',
        cause: error,
      });
    }
  }

  overview(options: OverviewOptions, signal: AbortSignal) {
    return this.#ask(signal, (ground) => overviewOf(ground, options, signal));
  }

  destinations(
    options: ListOptions & { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) {
    return this.#ask(signal, (ground) => destinationsOf(ground, options, signal));
  }

  /** Writes a list of destinations to a file, which whoever takes it removes. */
  exportDestinations(
    options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
    signal: AbortSignal,
  ): Promise<string> {
    return this.#ask(signal, (ground) => exportDestinations(ground, options, signal));
  }

  /** Writes a report of the state to a file of this run, which whoever takes it removes. */
  async report(format: 'html' | 'md', options: ReportOptions, signal: AbortSignal): Promise<string> {
    const key = keyOf([performance.now(), Math.random()]);
    const folder = await this.#ask(signal, async ({ spare }) => join(spare, 'exports', `report-${key}`));
    await mkdir(folder, { recursive: true });
    const file = join(folder, `case.${format}`);
    await this.#alone(async () => {
      if (signal.aborted) throw new HuntError('engine.cancelled', 'Interrupted.');
      await this.#workspace.writeReport(file, options, this);
    });
    return file;
  }

  /** The findings that meet the options, and the state that they are of. */
  findings(options: Parameters<typeof findingsOf>[1], signal: AbortSignal) {
    return this.#ask(signal, async (ground) => ({
      ground,
      found: await findingsOf(ground, options, signal),
    }));
  }

  finding(id: string, signal: AbortSignal) {
    return this.#ask(signal, (ground) => findingOf(ground, id, signal));
  }

  address(text: string, options: Asked & { readonly limit: number }, signal: AbortSignal) {
    return this.#ask(signal, (ground) => addressOf(ground, text, options, signal));
  }

  coverage(period: Period, signal: AbortSignal) {
    return this.#ask(signal, (ground) => coverageIn(ground, period, signal));
  }

  files(options: FilesOptions, signal: AbortSignal) {
    return this.#ask(signal, (ground) => filesOf(ground, options, signal));
  }

  rejects(options: RejectsOptions, signal: AbortSignal) {
    return this.#ask(signal, (ground) => rejectsOf(ground, options, signal));
  }

  vocabulary(signal: AbortSignal) {
    return this.#ask(signal, (ground) =>
      remembered(ground, ['vocabulary'], signal, (asked) => vocabularyOf(ground, asked)),
    );
  }

  noise(period: Period, signal: AbortSignal) {
    return this.#ask(signal, (ground) => noiseIn(ground, period, signal));
  }

  /** Switches a noise rule or a set-aside, and takes up the new state. */
  async switchNoise(name: string, on: boolean): Promise<void> {
    await this.#alone(() => this.#workspace.switchNoise(name, on));
    await this.prepare();
  }

  /** All marks, with how the traffic of the benign ones changed since. */
  marks() {
    return this.#alone(() => this.#workspace.marks());
  }

  /** Marks a target, and takes up the new state. */
  async mark(target: string, verdict: Verdict, options: MarkOptions) {
    const result = await this.#alone(() => this.#workspace.mark(target, verdict, options));
    await this.prepare();
    return result;
  }

  /** Takes a mark back, and takes up the new state. */
  async unmark(target: string, options: MarkOptions) {
    const result = await this.#alone(() => this.#workspace.unmark(target, options));
    await this.prepare();
    return result;
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
      return await this.#alone(() => this.#workspace.load(paths, options));
    } finally {
      void this.prepare().catch(() => undefined);
    }
  }

  /** The answer to one SELECT of the user. */
  query(text: string, limit: number, signal: AbortSignal) {
    return this.#ask(signal, async ({ folder, engineOptions, relations: { prepare, files } }) => {
      const question = { prepare, files: [...(await parquetFilesOf(folder)), ...files], text, limit };
      return askReadOnly(engineOptions, question, signal);
    });
  }

  /**
   * Waits for what still runs, which the signal of the workspace ends, and gives its connections back. The workspace is
   * closed by whoever opened it: an engine that is closed under a statement takes the process with it.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    await this.#last;
    await this.#states.close();
  }
}
