import { HuntError } from '../../errors.ts';
import type { LoadProgress, LoadResult } from '../../ingest/load-result.ts';
import type { Verdict } from '../../marks/mark.ts';
import type { Period } from '../../traffic/period.ts';
import { coverage } from '../coverage.ts';
import type { MarkOptions } from '../marking.ts';
import { knowledgeOf, noiseReport } from '../noise.ts';
import type { Workspace } from '../workspace.ts';
import { addressOf } from './address.ts';
import type { Asked } from './basis.ts';
import { type FilesOptions, filesOf, type RejectsOptions, rejectsOf, vocabularyOf } from './data.ts';
import { destinationsOf, exportDestinations, type ListOptions } from './destinations.ts';
import { findingOf } from './finding.ts';
import { type Ground, makeGround } from './ground.ts';
import { findingsOf } from './narrowed-findings.ts';
import { type OverviewOptions, overviewOf, warm } from './overview.ts';

const lingerMs = 10_000;

/** Frees what a state held, when those who still read it are done: between two steps of an answer nothing is lent. */
async function leave({ connections, lists, signal }: Ground, isClosed: () => boolean): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, lingerMs).unref());
  await connections.whenIdle();
  if (isClosed() || signal?.aborted) return;
  await lists.clear().catch(() => undefined);
  connections.close();
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
  #ground: Ground | undefined;
  #coming: Promise<Ground> | undefined;
  #preparing: Preparing | undefined;
  #failed: unknown;
  #isClosed = false;
  /** States that somebody may still read. */
  readonly #grounds = new Set<Ground>();
  #last: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
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
    return this.#ground;
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
    const done = this.#last.then(work);
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #prepare(): Promise<Ground> {
    const startedAt = Date.now();
    const step = (what: string) => {
      this.#preparing = { step: what, startedAt };
      this.#tell();
    };
    try {
      const before = this.#ground;
      const ground = await makeGround(await this.#workspace.footing(step), step);
      await warm(ground, ground.signal ?? new AbortController().signal);
      this.#ground = ground;
      this.#grounds.add(ground);
      this.#failed = undefined;
      if (before !== undefined)
        void leave(before, () => this.#isClosed).then(() => this.#grounds.delete(before));
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

  /** The state to answer from; waits for the first one that holds something. */
  async #state(signal: AbortSignal): Promise<Ground> {
    const ground = this.#ground;
    // Of an empty workspace that is being filled nobody wants to see the emptiness.
    const isEmpty = ground?.batches.length === 0 && this.#coming !== undefined;
    if (ground !== undefined && !isEmpty) return ground;
    const coming = this.#coming ?? this.prepare();
    const gone = new Promise<never>((_, reject) => {
      const leave = () => reject(new HuntError('engine.cancelled', 'Interrupted.'));
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
    });
    return Promise.race([coming, gone]);
  }

  async overview(options: OverviewOptions, signal: AbortSignal) {
    return overviewOf(await this.#state(signal), options, signal);
  }

  async destinations(
    options: ListOptions & { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) {
    return destinationsOf(await this.#state(signal), options, signal);
  }

  /** Writes a list of destinations to a file, which whoever takes it removes. */
  async exportDestinations(
    options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
    signal: AbortSignal,
  ): Promise<string> {
    return exportDestinations(await this.#state(signal), options, signal);
  }

  /** The findings that meet the options, and the state that they are of. */
  async findings(options: Parameters<typeof findingsOf>[1], signal: AbortSignal) {
    const ground = await this.#state(signal);
    return { ground, found: await findingsOf(ground, options, signal) };
  }

  async finding(id: string, signal: AbortSignal) {
    return findingOf(await this.#state(signal), id, signal);
  }

  async address(text: string, options: Asked & { readonly limit: number }, signal: AbortSignal) {
    return addressOf(await this.#state(signal), text, options, signal);
  }

  async coverage(period: Period, signal: AbortSignal) {
    const { connections } = await this.#state(signal);
    return connections.lend(signal, (engine) => coverage(engine, period, signal));
  }

  async files(options: FilesOptions, signal: AbortSignal) {
    return filesOf(await this.#state(signal), options, signal);
  }

  async rejects(options: RejectsOptions, signal: AbortSignal) {
    return rejectsOf(await this.#state(signal), options, signal);
  }

  async vocabulary(signal: AbortSignal) {
    return vocabularyOf(await this.#state(signal), signal);
  }

  async noise(period: Period, signal: AbortSignal) {
    const ground = await this.#state(signal);
    const known = knowledgeOf(ground.findings, ground.marks);
    return ground.connections.lend(signal, (engine) =>
      noiseReport({ ...ground, engine, rules: ground.noise, known, period, signal }),
    );
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
  async query(text: string, limit: number, signal: AbortSignal) {
    await this.#state(signal);
    return this.#workspace.query(text, { limit, signal });
  }

  /**
   * Waits for what still runs, which the signal of the workspace ends, and gives its connections back. The workspace is
   * closed by whoever opened it: an engine that is closed under a statement takes the process with it.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await Promise.all([...this.#grounds].map(({ connections }) => connections.whenIdle()));
    for (const { connections } of this.#grounds) connections.close();
  }
}
